"""Known libraries, as data: one file a region, one table a library."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
KINDS: dict[str, type] = {"options": dict, "confirmed": bool, "seen": date}
NAMED = {
    dict: "a table of its own",
    bool: "true or false",
    date: "a day like 2026-05-04, without quotes",
    str: "a text",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A library: its short name, what people call it, where it is, what its site runs on and with which options.

    One that is not `confirmed` states the public page its address was found on, and when that was `seen`:
    nobody has read a card there yet. `where` is the file it stands in.
    """

    slug: str
    name: str
    place: str
    system: str
    timezone: str
    currency: str
    options: Mapping[str, Any]
    confirmed: bool = True
    source: str = ""
    seen: date | None = None
    where: str = field(default="", compare=False)


def entries(folder: Path = FOLDER) -> list[Entry]:
    """Every library of the catalogue, by file and order. Raises ValueError as `read` does."""
    return read(sorted(folder.glob("*.toml")))


def read(files: Iterable[Path]) -> list[Entry]:
    """Every library of the files. Raises ValueError with a line for each fault: file, entry, what to do."""
    tables = [(file, slug, table) for file in files for slug, table in _tables(file).items()]
    faults = [fault for file, slug, table in tables for fault in _faults(f"{file.name}: {slug}", table)]
    last = {slug: file for file, slug, _ in tables}
    counted = Counter(slug for _, slug, _ in tables)
    faults += [f"{last[slug].name}: {slug} is there twice: take one away" for slug, many in counted.items() if many > 1]
    if faults:
        raise ValueError("\n".join(faults))
    return [Entry(slug=slug, where=file.name, **table) for file, slug, table in tables]


def _tables(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ValueError(f"{file.name}: {reason}") from error


def _faults(where: str, table: Any) -> list[str]:
    if not isinstance(table, dict):
        return [f"{where}: stands outside of a library: begin with a line like [elm-park]"]
    known = {each.name: each for each in fields(Entry) if each.name not in {"slug", "where"}}
    needed = {name for name, each in known.items() if each.default is MISSING}
    if table.get("confirmed") is False:
        needed |= {"source", "seen"}
    lacking = [f"{where}: {name} is missing: add it" for name in sorted(needed - set(table))]
    strange = [
        f"{where}: {name} is not known: take it away, or put it under [{where.split(': ')[1]}.options]"
        for name in sorted(set(table) - set(known))
    ]
    return lacking + strange + [each for name in known if name in table for each in _misfit(where, name, table[name])]


def _misfit(where: str, name: str, value: Any) -> list[str]:
    kind = KINDS.get(name, str)
    if type(value) is not kind or not (value or kind is bool):
        return [f"{where}: {name} must be {NAMED[kind]}, and not empty"]
    if name == "source" and not str(value).startswith(("https://", "http://")):
        return [f"{where}: source must be the address of a public page"]
    return []
