"""The library systems and their options, explained to those who fill them in."""

from typing import Any

from libraries.options import Option, kind_of, options_of
from libraries.site import Site
from libraries.systems import SYSTEMS

SHARED = tuple(options_of(Site))


def called(system: str) -> str:
    """What a system is called by people."""
    adapter: Any = SYSTEMS[system]
    return str(adapter.name)


def explained(chosen: str) -> dict[str, Any]:
    """The options that all systems share, and for each system its own, with what it asks patrons for."""
    systems = sorted(SYSTEMS, key=lambda key: (key != chosen, called(key).casefold()))
    every = options_of(Site).values()
    return {"shared": _with_kinds(every), "systems": [_explained(key, key == chosen) for key in systems]}


def _explained(key: str, chosen: bool) -> dict[str, Any]:
    adapter: Any = SYSTEMS[key]
    own = [each for each in options_of(adapter).values() if each.name not in SHARED]
    labels = list(adapter.labels.values())
    return {"key": key, "name": called(key), "options": _with_kinds(own), "labels": labels, "chosen": chosen}


def _with_kinds(options: Any) -> list[tuple[Option, str]]:
    return [(each, kind_of(each)) for each in options]
