"""Puts the catalogue, or a file like it, into the database, and leaves alone what staff changed."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction

from cards.models import Library
from libraries.catalogue import Entry

FIELDS = ("name", "place", "system", "options", "timezone", "currency")
UNTRIED = ("confirmed", "source", "seen")
MENDED = "mended"  # in `from_catalogue`: what the catalogue said of a library when a file last said otherwise
Deed = Literal["added", "updated", "kept"]


@dataclass(frozen=True)
class Loaded:
    """What was done with one library, and why or in which fields."""

    deed: Deed
    library: str
    words: str = ""

    def __str__(self) -> str:
        return f"{self.deed:8}{self.library}" + (f": {self.words}" if self.words else "")


def faults(entries: Iterable[Entry]) -> list[str]:
    """A line for whatever does not fit: the file, the entry, the field or option, and what would fit."""
    return [fault for entry in entries for fault in _faults(entry)]


def _faults(entry: Entry) -> list[str]:
    library = Library(slug=entry.slug, **_fields(_said(entry)))
    found: dict[str, list[str]] = {}
    for check in (library.clean_fields, library.clean):
        try:
            check()
        except ValidationError as error:
            found |= {name: said for name, said in error.message_dict.items() if name not in found}
    return [f"{entry.where}: {entry.slug}: {name}: {words}" for name, said in found.items() for words in said]


@transaction.atomic
def load(entries: Iterable[Entry], *, mends: bool = False) -> list[Loaded]:
    """Adds and updates libraries, all or none; a library that left the catalogue stays.

    With `mends` the entries are not the whole catalogue but a file that mends it: what that says holds until the
    catalogue itself says something new. Raises ValidationError for a new entry that does not fit its system.
    """
    known = {library.slug: library for library in Library.objects.all()}
    done = [_update(known.pop(each.slug), each, mends) if each.slug in known else _add(each, mends) for each in entries]
    gone = [] if mends else [library for library in known.values() if _left_the_catalogue(library)]
    return done + [Loaded("kept", library.name, "no longer in the catalogue") for library in gone]


def _left_the_catalogue(library: Library) -> bool:
    return bool(library.from_catalogue) and library.from_catalogue.get(MENDED) != {}


def _add(entry: Entry, mends: bool) -> Loaded:
    said = _said(entry)
    last = said | {MENDED: {}} if mends else said
    library = Library(slug=entry.slug, confirmed=entry.confirmed, from_catalogue=last, **_fields(said))
    library.full_clean()
    library.save()
    return Loaded("added", library.name, "" if entry.confirmed else "to be confirmed: try a card on its page in admin")


def _update(library: Library, entry: Entry, mends: bool) -> Loaded:
    last = library.from_catalogue
    said, kept = _mending(last, _said(entry)) if mends else _beside_mends(last, _said(entry))
    present = {name: getattr(library, name) for name in FIELDS}
    values = _merged(present, last, said)
    if values["system"] != said["system"]:  # staff moved it to another system: the catalogue's options are not for that
        values["options"] = present["options"]
    own = sorted(name for name in FIELDS if values[name] != said[name])
    values["confirmed"] = _confirmed(library, values, said)
    changed = sorted(name for name in values if values[name] != getattr(library, name))
    for name, value in (values | {"from_catalogue": said | kept}).items():
        setattr(library, name, value)
    return _saved(library, changed, own)


def _mending(last: dict[str, Any], said: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a file says, and beside it what the catalogue had said."""
    catalogues = {name: value for name, value in last.items() if name != MENDED}
    return said, {MENDED: last.get(MENDED, catalogues)}


def _beside_mends(last: dict[str, Any], said: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the catalogue says, but for what a file mended and the catalogue says as it did then."""
    then = last.get(MENDED)
    if then is None:
        return said, {}
    holds = {name: last[name] if then.get(name) == said[name] else said[name] for name in said}
    return holds, {} if holds == said else {MENDED: said}


def _confirmed(library: Library, values: dict[str, Any], said: dict[str, Any]) -> bool:
    """A new address that nobody has tried gets no card's number; else what staff found out stays."""
    if said["confirmed"]:
        return library.confirmed or library.from_catalogue.get("confirmed") is False
    return library.confirmed and all(values[name] == getattr(library, name) for name in ("system", "options"))


def _saved(library: Library, changed: list[str], own: list[str]) -> Loaded:
    try:
        library.full_clean()
    except ValidationError as error:
        return Loaded(
            "kept", library.name, f"what staff changed does not fit the catalogue: {' '.join(error.messages)}"
        )
    library.save(update_fields=[*FIELDS, "confirmed", "from_catalogue"])
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
    """What is kept of an entry, as JSON types."""
    whole = asdict(entry) | {"seen": entry.seen.isoformat() if entry.seen else ""}
    return {name: whole[name] for name in (*FIELDS, *UNTRIED)}


def _fields(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in FIELDS}
