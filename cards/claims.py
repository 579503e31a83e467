"""Who may visit which card: leases that a living run renews and a dead one loses."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from cards import seats
from cards.models import Card, Library, Seat
from cards.models.card import STOPPING
from cards.one_row import change_if
from cards.scope import Scope
from cards.seats import lease

RENEW_AFTER = timedelta(seconds=10)
FREE = {"lease_by": None, "lease_until": None, "visiting": False}
NOT_NEEDED = ("snapshot", "trouble_words", "trouble_url")  # to make a visit; a snapshot is large


def others_wait(token: UUID, now: datetime) -> set[str]:
    """Where somebody else has taken cards and waits for a seat: people, at the page."""
    theirs = Card.objects.filter(lease_by__isnull=False, lease_until__gte=now, visiting=False).exclude(lease_by=token)
    return set(theirs.order_by().values_list("library__host", flat=True).distinct())


def claim(
    scope: Scope, libraries: Iterable[Library], held: Collection[UUID], now: datetime, *, many: int = 1
) -> list[Card]:
    """The next cards of these libraries, leased to this run, at most so many; the longest due first.

    Two queries for all of them. Empty: there is none left.
    """
    known = {library.pk: library for library in libraries}
    wanted = scope.wanted(now).filter(scope.free(now), library__in=known).exclude(pk__in=held)
    while found := list(wanted.defer(*NOT_NEEDED).order_by("next_check_at", "pk")[:many]):
        rows = Card.objects.filter(scope.takes(now), pk__in=[card.pk for card in found]).exclude(trouble__in=STOPPING)
        if rows.update(lease_by=scope.token, lease_until=now + lease(), visiting=False) < len(found):
            found = _taken(found, scope.token)
        for card in found:
            card.library = known[card.library_id]
        if found:
            return found
    return []


def _taken(cards: Iterable[Card], token: UUID) -> list[Card]:
    """Those of them that we got; a rival got the others."""
    found = {card.pk: card for card in cards}
    return [found[pk] for pk in Card.objects.filter(pk__in=found, lease_by=token).values_list("pk", flat=True)]


def begin_visit(card: Card, seat: int, token: UUID, now: datetime) -> bool:
    """Marks that the visit begins. False: seat or card were lost, or the card edited or stopped, meanwhile."""
    ours = {"id": card.pk, "lease_by": token, "paused": False}
    unchanged = {"credentials_version": card.credentials_version, "trouble": card.trouble}
    begun = {"visiting": True, "lease_until": now + lease()}
    return change_if(Card, ours | unchanged, begun, while_there_is=(Seat, {"id": seat, "holder": token}))


def give_back(cards: Collection[UUID], token: UUID) -> None:
    """The cards are nobody's again, and as due as they were."""
    if cards:
        Card.objects.filter(pk__in=cards, lease_by=token).update(**FREE)


def reserve(cards: Iterable[UUID], token: UUID, now: datetime) -> list[UUID]:
    """Leases the cards that nobody holds and nothing stops, and makes them due, should this process die.

    One by one: two people who ask for overlapping sets never wait for each other.
    """
    return [card for card in cards if _reserve(card, token, now)]


def _reserve(card: UUID, token: UUID, now: datetime) -> bool:
    row = Card.objects.unclaimed(now).filter(pk=card).exclude(trouble__in=STOPPING)
    return row.update(lease_by=token, lease_until=now + lease(), next_check_at=now, visiting=False) == 1


def renew(token: UUID, keys: Collection[int], now: datetime) -> set[int]:
    """Extends all leases of a living run. Returns those of these seats that are still its own."""
    Card.objects.filter(lease_by=token).update(lease_until=now + lease())
    return seats.renew(token, keys, now)


def release_all(token: UUID, keys: Collection[int] = (), but: Collection[UUID] = ()) -> None:
    """Gives back what a run still holds: its cards, `but` for some, and these seats."""
    Card.objects.filter(lease_by=token).exclude(pk__in=but).update(**FREE)
    seats.release(keys, token)
