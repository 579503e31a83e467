"""Puts the catalogue of known libraries into the database; run it as often as you like."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from cards.loading import faults, load
from libraries.catalogue import Entry, entries, read


class Command(BaseCommand):
    """Adds new libraries and updates known ones; what staff changed stays as it is."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--from and --check."""
        parser.add_argument("--from", dest="file", type=Path, help="a TOML file like those in libraries/catalogue")
        parser.add_argument("--check", action="store_true", help="says whether everything fits, and loads nothing")

    def handle(self, *args: Any, file: Path | None, check: bool, **options: Any) -> None:
        """Says a line for each library."""
        given = _checked(file)
        if check:
            self.stdout.write(f"checked {len(given)}: all fit, nothing loaded")
            return
        try:
            done = load(given, mends=file is not None)
        except ValidationError as error:
            raise CommandError(f"nothing loaded: {' '.join(error.messages)}") from error
        for each in done:
            self.stdout.write(str(each))
        counts = Counter(each.deed for each in done)
        self.stdout.write(f"{counts['added']} added, {counts['updated']} updated, {counts['kept']} kept")


def _checked(file: Path | None) -> list[Entry]:
    """The catalogue, or that file. Raises CommandError that names all that does not fit."""
    try:
        given = entries() if file is None else read([file])
    except ValueError as error:
        raise CommandError(f"nothing loaded:\n{error}") from error
    if wrong := faults(given):
        raise CommandError("\n".join(["nothing loaded:", *wrong]))
    if not given:
        raise CommandError("nothing loaded: there is no library in it")
    return given
