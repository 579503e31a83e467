"""Cards of the same number: in one family there is one; that another family has it too, both are told.

Only once both have read it with the credentials that they hold: so that nobody learns of a card by its number alone.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q

from cards import vault
from cards.models import Card, Trouble

# The snapshot was read with the credentials as they are, and they were not refused since.
READ_WELL = Q(snapshot__isnull=False, read_version=F("credentials_version")) & ~Q(trouble=Trouble.LOGIN_FAILED)


def shared_among(cards: Iterable[Card]) -> set[UUID]:
    """Those of the cards that another family here has too. One query, however many cards; a mark names its library."""
    mine = [card for card in cards if _read_well(card)]
    same = Card.objects.kept().filter(READ_WELL, fingerprint__in={card.fingerprint for card in mine}).order_by()
    holders = set(same.values_list("fingerprint", "family_id")) if mine else set()
    twice = Counter(mark for mark, _ in holders)
    return {card.pk for card in mine if twice[card.fingerprint] > 1}


def _read_well(card: Card) -> bool:
    """As `READ_WELL`."""
    now = card.read_version == card.credentials_version
    return card.snapshot is not None and now and card.trouble != Trouble.LOGIN_FAILED


def twin(card: Card, number: str) -> Card | None:
    """The card of that number at the same library which the family has already, if it has one."""
    same = Card.objects.kept().filter(library=card.library_id, fingerprint__in=_marks(card, number))
    return same.filter(family=card.family_id).exclude(pk=card.pk).first()


def align(card: Card, number: str) -> None:
    """Marks all cards of that number alike, whichever key marked them, so that they are found by each other."""
    same = Card.objects.filter(library=card.library_id, fingerprint__in=_marks(card, number))
    same.exclude(fingerprint=card.fingerprint).update(fingerprint=card.fingerprint)


def _marks(card: Card, number: str) -> list[str]:
    return vault.fingerprints(card.library_id, number)
