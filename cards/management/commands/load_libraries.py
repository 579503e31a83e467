"""Puts the catalogue of known libraries into the database; run it as often as you like."""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from cards.loading import load
from libraries.catalogue import entries


class Command(BaseCommand):
    """Adds new libraries and updates known ones; what staff changed stays as it is."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Says a line for each library."""
        try:
            done = load(entries())
        except ValidationError as error:
            raise CommandError(f"nothing loaded: {' '.join(error.messages)}") from error
        except ValueError as error:
            raise CommandError(f"nothing loaded: {error}") from error
        for each in done:
            self.stdout.write(str(each))
        counts = Counter(each.deed for each in done)
        self.stdout.write(f"{counts['added']} added, {counts['updated']} updated, {counts['kept']} kept")
