"""Cards of the same number: in one family there is one; that another family has it too, both are told.

Only once both have read it with the credentials that they hold: so that nobody learns of a card by its number alone.
"""

from django.db.models import Exists, F, OuterRef, Q

from cards import vault
from cards.models import Card, CardQuerySet, Trouble

# The snapshot was read with the credentials as they are, and they were not refused since.
READ_WELL = Q(snapshot__isnull=False, read_version=F("credentials_version")) & ~Q(trouble=Trouble.LOGIN_FAILED)


def with_sharing(cards: CardQuerySet) -> CardQuerySet:
    """The cards, each with `shared`: whether another family here has it too. Costs no query of its own."""
    theirs = Card.objects.kept().filter(READ_WELL, library=OuterRef("library"), fingerprint=OuterRef("fingerprint"))
    return cards.annotate(shared=Q(READ_WELL) & Exists(theirs.exclude(family=OuterRef("family"))))


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
