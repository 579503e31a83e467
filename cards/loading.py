"""Puts the catalogue into the database, and leaves alone what staff changed."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction

from cards.models import Library
from libraries.catalogue import Entry

FIELDS = ("name", "place", "system", "options", "timezone", "currency")
Deed = Literal["added", "updated", "kept"]


@dataclass(frozen=True)
class Loaded:
    """What was done with one library, and why or in which fields."""

    deed: Deed
    library: str
    words: str = ""

    def __str__(self) -> str:
        return f"{self.deed:8}{self.library}" + (f": {self.words}" if self.words else "")


@transaction.atomic
def load(entries: Iterable[Entry]) -> list[Loaded]:
    """Adds and updates libraries, all or none; a library that left the catalogue stays.

    Raises ValidationError for a new entry that does not fit its system.
    """
    known = {library.slug: library for library in Library.objects.all()}
    done = [_update(known.pop(each.slug), each) if each.slug in known else _add(each) for each in entries]
    gone = [library for library in known.values() if library.from_catalogue]
    return done + [Loaded("kept", library.name, "no longer in the catalogue") for library in gone]


def _add(entry: Entry) -> Loaded:
    said = _said(entry)
    library = Library(slug=entry.slug, from_catalogue=said, **said)
    library.full_clean()
    library.save()
    return Loaded("added", library.name)


def _update(library: Library, entry: Entry) -> Loaded:
    said, last = _said(entry), library.from_catalogue
    present = {name: getattr(library, name) for name in FIELDS}
    values = _merged(present, last, said)
    if values["system"] != entry.system:  # staff moved it to another system: the catalogue's options are not for that
        values["options"] = present["options"]
    changed = sorted(name for name in FIELDS if values[name] != present[name])
    for name, value in (values | {"from_catalogue": said}).items():
        setattr(library, name, value)
    return _saved(library, changed, sorted(name for name in FIELDS if values[name] != said[name]))


def _saved(library: Library, changed: list[str], own: list[str]) -> Loaded:
    try:
        library.full_clean()
    except ValidationError as error:
        return Loaded(
            "kept", library.name, f"what staff changed does not fit the catalogue: {' '.join(error.messages)}"
        )
    library.save(update_fields=[*FIELDS, "from_catalogue"])
    words = [*changed, *([f"staff's own {', '.join(own)} stay"] if own else [])]
    return Loaded("updated" if changed else "kept", library.name, "; ".join(words))


def _merged(present: dict[str, Any], last: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Three ways: what is still as the catalogue last said it becomes what it says now; options one by one."""
    merged = {name: said[name] if _untouched(present, last, name) else present[name] for name in FIELDS}
    if isinstance(present["options"], dict) and not _untouched(present, last, "options"):
        merged["options"] = _merged_options(present["options"], last.get("options") or {}, said["options"])
    return merged


def _merged_options(present: dict[str, Any], last: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    names = [*said, *(name for name in present if name not in said)]
    merged = {name: said.get(name) if _untouched(present, last, name) else present.get(name) for name in names}
    return {name: value for name, value in merged.items() if value is not None}


def _untouched(present: dict[str, Any], last: dict[str, Any], name: str) -> bool:
    return bool(present.get(name) == last.get(name))


def _said(entry: Entry) -> dict[str, Any]:
    whole = asdict(entry)
    return {name: whole[name] for name in FIELDS}
