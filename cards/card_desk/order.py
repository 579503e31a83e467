"""The order of a family's cards on its pages."""

from django.db import transaction
from django.db.models import Max

from cards.models import Card, Family


def last_position(family: int) -> int:
    """Where a new card goes: behind all others."""
    last = Card.objects.kept().filter(family=family).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def move(card: Card, *, up: bool) -> None:
    """Swaps the card with the one above it, or below it; at the end of the list nothing happens."""
    Family.objects.select_for_update().get(pk=card.family_id)
    ordered = list(Card.objects.kept().filter(family=card.family_id).only("pk", "position"))
    at = next((place for place, each in enumerate(ordered) if each.pk == card.pk), None)
    to = None if at is None else at - 1 if up else at + 1
    if at is None or to is None or not 0 <= to < len(ordered):
        return
    ordered[at], ordered[to] = ordered[to], ordered[at]
    for place, each in enumerate(ordered):
        each.position = place
    Card.objects.bulk_update(ordered, ["position"])
