"""`python -m libraries systems`: every system, and the options of its libraries."""

import argparse
import textwrap

from libraries.options import Option, options_of
from libraries.systems import SYSTEMS


def run(given: argparse.Namespace) -> int:
    """Prints them, the options that all systems share first."""
    shared = {"base_url", "hosts", "language", "dates", "currency"}
    print("every system:")
    print(*(_told(each) for each in options_of(next(iter(SYSTEMS.values()))).values() if each.name in shared), sep="\n")
    for name, adapter in sorted(SYSTEMS.items()):
        print(f"\n{name}: {adapter.name}")  # type: ignore[attr-defined]
        for each in options_of(adapter).values():
            if each.name not in shared:
                print(_told(each))
    return 0


def _told(each: Option) -> str:
    default = "mandatory" if each.default is ... else f"default {each.default!r}" if each.default else ""
    said = f"{each.help} ({default})" if default else each.help
    return textwrap.fill(said, 100, initial_indent=f"  {each.name:18}", subsequent_indent=" " * 20)
