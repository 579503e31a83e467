"""Which cards a run visits, and what waits for it at which website."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db.models import Count, Q, Sum

from cards import seats
from cards.models import Card, CardQuerySet


class Expected(NamedTuple):
    """What waits at one website: so many cards, which take so many seconds."""

    host: str
    cards: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which cards a run visits, each once: those due; or all (`everything`), or `cards`, due or not.

    `broken` grows as the run goes: libraries that it has given up, whatever is asked for.
    """

    began: datetime
    cards: tuple[UUID, ...] | None = None
    library: int | None = None
    host: str | None = None
    everything: bool = False
    token: UUID = field(default_factory=uuid4)
    broken: set[int] = field(default_factory=set)

    @property
    def due_only(self) -> bool:
        """Whether due times count, and websites that are left alone for a while stay so."""
        return self.cards is None and not self.everything

    def wanted(self, now: datetime) -> CardQuerySet:
        """What is still to be visited, whoever holds it."""
        if self.cards is not None:
            cards = Card.objects.active().filter(pk__in=self.cards)
        elif self.everything:
            cards = Card.objects.active().kept()
        else:
            cards = Card.objects.due(now).filter(Q(library__rest_until=None) | Q(library__rest_until__lte=now))
        if self.library is not None:
            cards = cards.filter(library=self.library)
        if self.host is not None:
            cards = cards.filter(library__host=self.host)
        return cards.filter(self._untouched()).exclude(library__in=self.broken)

    def _untouched(self) -> Q:
        return Q(last_began=None) | Q(last_began__lt=self.began)

    def free(self, now: datetime) -> Q:
        """Cards that this run may take: nobody else's."""
        return Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_by=self.token)

    def takes(self, now: datetime) -> Q:
        """What must hold on the very row of a card that is taken, so that a rival who came first makes us miss."""
        still = self._untouched() & self.free(now)
        return still & Q(next_check_at__lte=now) if self.due_only else still

    def lanes(self, now: datetime, among: Collection[str] | None = None) -> list[Expected]:
        """Websites (`among` these) with something to visit; the one that takes longest first."""
        cards = self.wanted(now) if among is None else self.wanted(now).filter(library__host__in=among)
        rows = cards.order_by().values_list("library__host")
        found = [Expected(*row) for row in rows.annotate(many=Count("pk"), takes=Sum("library__visit_seconds"))]
        limits = seats.limits([each.host for each in found])
        return sorted(found, key=lambda each: (-each.seconds / limits.get(each.host, 1), each.host))

    def ready(self, hosts: Collection[str], now: datetime) -> set[str]:
        """Those of the websites that have a card for us, and a seat that nobody holds."""
        limits, taken = seats.limits(hosts), seats.taken(hosts, now)
        free = [host for host in hosts if taken.get(host, 0) < limits.get(host, 0)]
        cards = self.wanted(now).filter(self.free(now), library__host__in=free)
        return set(cards.order_by().values_list("library__host", flat=True).distinct())
