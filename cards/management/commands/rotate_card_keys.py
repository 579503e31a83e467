"""Seals all card numbers and PINs anew with the first of CARD_KEYS."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cards.rotation import Rotation, rotate
from cards.stopping import stopping


class Command(BaseCommand):
    """Thin: rotation seals. Exit 1 where a card does not open, and nothing of it is touched."""

    help = (
        "Seals all card numbers and PINs anew with the first of CARD_KEYS, and says when the older keys are no longer "
        "used. May be interrupted and repeated, and run beside everything else."
    )

    def handle(self, **options: Any) -> None:
        """Seals, and says what to do next."""
        with stopping() as stop:
            done = rotate(stop)
        self.stdout.write(f"{done.resealed} cards sealed anew, {done.already} were already sealed by the first key.")
        for place, many in sorted(done.before.items()):
            self.stdout.write(f"Key {place + 1} of {len(settings.CARD_KEYS)} sealed {many} before this run.")
        for card in done.closed:
            self.stderr.write(f"Card {card} does not open with any key in CARD_KEYS: left as it is.")
        self.stdout.write(f"{done.factors_resealed} secrets of second factors sealed anew.")
        for factor in done.factors_closed:
            self.stderr.write(f"Second factor {factor} does not open with any key in CARD_KEYS: left as it is.")
        self.stdout.write(_advice(done, interrupted=bool(stop.signal)))
        if done.closed or done.factors_closed:
            sys.exit(1)
        if stop.signal:
            sys.exit(128 + stop.signal)


def _advice(done: Rotation, *, interrupted: bool) -> str:
    if interrupted:
        return "Stopped before the end. Run it again: it goes on with what is left."
    if done.closed or done.factors_closed:
        return "Keep every key, find the missing one, and run it again."
    if not done.complete:
        return "Some cards changed meanwhile. Run it once more before you remove a key."
    if len(settings.CARD_KEYS) == 1:
        return "There is one key, and it opens every card."
    return (
        "The first key opens every card: the others are no longer used and may be removed from CARD_KEYS. "
        "Keep them with the backups that were made before today."
    )
