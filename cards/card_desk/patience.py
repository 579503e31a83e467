"""How often a person may have cards visited, and how often all people together may have a library visited."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from cards import limits
from cards.models import Card, User

HOUR = timedelta(hours=1)
CHECKS_A_PERSON, CHECKS_A_LIBRARY = 30, 120
TRIALS_A_PERSON, TRIALS_A_LIBRARY, TRIALS_A_NUMBER = 20, 60, 5


def may_check(user: User, cards: Iterable[Card], now: datetime) -> list[Card]:
    """Those of the cards that may be visited at this person's wish. One wish counts once, however many cards it is."""
    asked = list(cards)
    if not asked or not limits.allow("check_person", user.pk, many=CHECKS_A_PERSON, within=HOUR, now=now):
        return []
    return [card for card in asked if _library_has_room("check_library", card, CHECKS_A_LIBRARY, now)]


def may_try(user: User, card: Card, now: datetime) -> bool:
    """Whether the person may try the card's number and PIN. Nobody guesses a PIN by way of us."""
    return (
        limits.allow("try_person", user.pk, many=TRIALS_A_PERSON, within=HOUR, now=now)
        and limits.allow("try_number", card.fingerprint, many=TRIALS_A_NUMBER, within=HOUR, now=now)
        and _library_has_room("try_library", card, TRIALS_A_LIBRARY, now)
    )


def _library_has_room(name: str, card: Card, many: int, now: datetime) -> bool:
    return limits.allow(name, card.library_id, many=many, within=HOUR, now=now)


def too_often() -> str:
    """Why no more is tried, for people."""
    return _("That was tried often enough for now. Please come back in an hour, so that the library does not lock it.")
