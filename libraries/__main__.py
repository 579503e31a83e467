"""`python -m libraries systems | parse | try | record`: the systems by hand, without Django."""

import argparse
import sys
from collections.abc import Callable, Sequence

from libraries.cli import parse, record, systems, try_card
from libraries.errors import CheckError

COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "systems": (systems.run, "the systems and their options"),
    "parse": (parse.run, "read saved answers of a site offline"),
    "try": (try_card.run, "ask for number and PIN, and print what is on the card"),
    "record": (record.run, "save a scrubbed example folder for the tests"),
}
OPTIONS = "the library's options, as base_url=https://catalogue.example.org"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m libraries", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    added = {name: commands.add_parser(name, help=help) for name, (_, help) in COMMANDS.items()}
    added["parse"].add_argument("system")
    added["parse"].add_argument("page", choices=("loans", "holds", "fees", "card", "login", "account"))
    added["parse"].add_argument("words", nargs="+", metavar="FILE|option=value", help="saved answers, then " + OPTIONS)
    added["try"].add_argument("system")
    added["record"].add_argument("example", metavar="SYSTEM/CASE")
    added["try"].add_argument("words", nargs="+", metavar="option=value", help=OPTIONS)
    anew = f"{OPTIONS}; none for a folder that is there: writes its expected.json anew"
    added["record"].add_argument("words", nargs="*", metavar="option=value", help=anew)
    return top


def main(words: Sequence[str]) -> int:
    """Runs one command; what fails is said in one line, and the exit code is 2."""
    given = parser().parse_args(words)
    try:
        return COMMANDS[given.command][0](given)
    except (CheckError, OSError, ValueError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
