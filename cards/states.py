"""Cards as plain values for the rooms that do not know the database."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import prefetch_related_objects

from cards.models import Card
from libraries.account import AccountSnapshot
from notifications.lines import CardState


def card_states(cards: Iterable[Card], now: datetime) -> list[CardState]:
    """The cards as they are stored, each on its library's clock. Families and libraries cost two queries at most."""
    rows = list(cards)
    prefetch_related_objects(rows, "family", "library")
    return [card_state(card, now) for card in rows]


def card_state(card: Card, now: datetime) -> CardState:
    """One card. A snapshot that another version wrote is as good as none until the next check."""
    local = card.library.local(now)
    snapshot = _readable(card)
    return CardState(
        card_id=str(card.pk),
        family=card.family.name,
        patron=card.patron_name,
        library=card.library.name,
        today=local.date(),
        now=local,
        snapshot=snapshot,
        snapshot_at=None if snapshot is None else card.snapshot_at,
        trouble=card.trouble,
        trouble_words=card.trouble_words,
        trouble_url=card.trouble_url,
        trouble_since=card.trouble_since,
        currency=card.library.currency,
        waiting_first_check=snapshot is None and not card.trouble,
        added=card.created,
        interval=card.interval(),
        visited=card.library.visited,
    )


def _readable(card: Card) -> AccountSnapshot | None:
    try:
        return card.account()
    except ValueError:
        return None
