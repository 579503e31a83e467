"""Known libraries, as data: one file a region, one table a library."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A library: its short name, what people call it, where it is, what its site runs on and with which options."""

    slug: str
    name: str
    place: str
    system: str
    timezone: str
    currency: str
    options: Mapping[str, Any]


def entries(folder: Path = FOLDER) -> list[Entry]:
    """Every library of the catalogue, by file and order. Raises ValueError that names the file and the entry."""
    found: dict[str, Entry] = {}
    for file in sorted(folder.glob("*.toml")):
        for slug, table in _tables(file).items():
            if slug in found:
                raise ValueError(f"{file.name}: {slug} is there twice")
            found[slug] = _entry(f"{file.name}: {slug}", slug, table)
    return list(found.values())


def _tables(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{file.name}: {error}") from error


def _entry(where: str, slug: str, table: Any) -> Entry:
    wanted = {each.name for each in fields(Entry)} - {"slug"}
    given = set(table) if isinstance(table, dict) else set()
    if given != wanted:
        wrong = ", ".join(sorted(given ^ wanted))
        raise ValueError(f"{where}: {wrong} is missing or not known; a library has {', '.join(sorted(wanted))}")
    for name in sorted(wanted):
        if not isinstance(table[name], dict if name == "options" else str) or not table[name]:
            raise ValueError(f"{where}: {name} is empty or of the wrong kind")
    return Entry(slug=slug, **table)
