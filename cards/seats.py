"""How many visits a website gets at once: seats, leased for a while, over all processes and machines."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Min, Q

from cards.models import Library, Seat

MARGIN = timedelta(seconds=60)
NOBODY = {"holder": None, "until": None}


def lease() -> timedelta:
    """How long a lease lasts: a run renews it every few seconds, so that it always outlasts a visit under way."""
    return timedelta(seconds=settings.VISIT_SECONDS) + MARGIN


def limits(hosts: Collection[str]) -> dict[str, int]:
    """How many visits each website bears: the least that its libraries say; one, after it gave us trouble."""
    libraries = Library.objects.visited().filter(host__in=hosts).order_by().values_list("host")
    rows = libraries.annotate(least=Min("side_by_side"), troubled=Max("stops"))
    return {host: 1 if troubled else least for host, least, troubled in rows}


def taken(hosts: Collection[str], now: datetime) -> dict[str, int]:
    """How many of each website's seats are held."""
    held = Seat.objects.filter(host__in=hosts, until__gte=now).order_by().values_list("host")
    return dict(held.annotate(many=Count("pk")))


def hold(host: str, token: UUID, now: datetime) -> int | None:
    """Takes a seat there for a while, and says which (its key). None: as many visits as it bears are under way."""
    limit = limits([host]).get(host, 1)
    known = dict(Seat.objects.filter(host=host).values_list("number", "until"))
    missing = [Seat(host=host, number=number) for number in range(1, limit + 1) if number not in known]
    Seat.objects.bulk_create(missing, ignore_conflicts=True)
    if sum(1 for until in known.values() if until and until >= now) >= limit:
        return None  # also where the limit was lowered under the feet of those who sit there
    free = Q(until=None) | Q(until__lt=now)
    for number in range(1, limit + 1):
        if Seat.objects.filter(free, host=host, number=number).update(holder=token, until=now + lease()):
            return Seat.objects.values_list("pk", flat=True).get(host=host, number=number)
    return None


def release(keys: Collection[int], token: UUID) -> None:
    """Lets others sit there."""
    Seat.objects.filter(pk__in=keys, holder=token).update(**NOBODY)


def ours(key: int, token: UUID) -> bool:
    """Whether the seat is still this run's, and the website still bears so many."""
    seat = Seat.objects.filter(pk=key, holder=token).first()
    return seat is not None and seat.number <= limits([seat.host]).get(seat.host, 1)


def renew(token: UUID, keys: Collection[int], now: datetime) -> set[int]:
    """Extends these leases of a living run. Returns the seats that are still its own."""
    Seat.objects.filter(holder=token, pk__in=keys).update(until=now + lease())
    return set(Seat.objects.filter(holder=token, pk__in=keys).values_list("pk", flat=True))
