"""How a card stands, in six characters: a page that follows its cards says what it shows, and hears what is new."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from cards.models import Card, Family

BETWEEN = "."


def sign(card: Card, now: datetime) -> str:
    """The same as long as the card looks the same."""
    at_work = (card.being_checked(now), card.being_checked(now) and card.visiting)
    stands = (card.pk, *at_work, card.trouble, card.trouble_since, card.snapshot_at, card.paused, card.stopped())
    return sha256(repr(stands).encode()).hexdigest()[:6]


def signs_of(families: Iterable[Family], now: datetime) -> str:
    """Those of all cards in the order of the page, without reading what is on them."""
    wanted = list(families)
    found: dict[int, list[str]] = {family.pk: [] for family in wanted}
    cards = Card.objects.kept().filter(family__in=found)
    for card in cards.only("family", "trouble", "trouble_since", "snapshot_at", "paused", "lease_until", "visiting"):
        found[card.family_id].append(sign(card, now))
    return joined(each for signs in found.values() for each in signs)


def joined(signs: Iterable[str]) -> str:
    """As they stand in an address."""
    return BETWEEN.join(signs)


def changed(before: str, signs: list[str]) -> list[bool]:
    """Which of the cards stand otherwise than before; none, where it cannot be told."""
    old = before.split(BETWEEN)
    if len(old) != len(signs):
        return [False] * len(signs)
    return [one != other for one, other in zip(old, signs, strict=True)]
