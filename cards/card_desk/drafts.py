"""A card that is being tried: seen by whoever typed it in alone, the family's only once they say that it is theirs."""

from datetime import datetime, timedelta

from django.db import transaction

from cards import access
from cards.card_desk import order, sharing
from cards.card_desk.given import Given
from cards.card_desk.looks import adopt
from cards.models import Card, CardQuerySet, Family, Library, Trouble, User
from cards.models.card import LIFTED, SEALED

LIFE = timedelta(hours=1)
TRIED_ANEW = ("patron_name", *SEALED, *LIFTED, "snapshot", "snapshot_at", "created")


def open_to(user: User, now: datetime) -> CardQuerySet:
    """The drafts of this person, in families that they belong to."""
    families = access.families_of(user)
    return Card.objects.filter(draft_by=user, family__in=families, created__gt=now - LIFE).select_related(
        "library", "family"
    )


def begin(user: User, family: Family, library: Library, given: Given, now: datetime) -> Card:
    """A new draft (unsaved)."""
    card = Card(draft_by=user, family=family, library=library, created=now)
    return again(card, given, now)


def again(card: Card, given: Given, now: datetime) -> Card:
    """The same draft (unsaved) with another number or PIN: as if it had never been tried."""
    card.patron_name, card.created = given.name, now
    card.seal(number=given.number, pin=given.pin)
    card.snapshot = card.snapshot_at = card.trouble_since = None
    card.trouble, card.trouble_words, card.trouble_url = Trouble.NONE, "", ""
    return card


def save(card: Card) -> None:
    """Stores a draft, for the first time or anew; whoever tries a card tries no other one at that library."""
    if not card._state.adding:
        card.save(update_fields=TRIED_ANEW)
        return
    Card.objects.filter(draft_by=card.draft_by_id, family=card.family_id, library=card.library_id).delete()
    card.save()


@transaction.atomic
def keep(card: Card) -> bool:
    """Makes the draft a card of the family, behind the others. False: the family has that card already."""
    Family.objects.select_for_update().get(pk=card.family_id)
    number = card.login().number
    if sharing.twin(card, number):
        return False
    adopt(card)
    card.draft_by, card.position = None, order.last_position(card.family_id)
    card.save(update_fields=["draft_by", "position", "tone", "initial"])
    sharing.align(card, number)
    return True


def prune(now: datetime) -> None:
    """Forgets drafts that nobody said anything about for an hour."""
    Card.objects.filter(draft_by__isnull=False, created__lte=now - LIFE).delete()
