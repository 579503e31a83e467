"""Who may visit which card, and which library: leases that a living run renews and a dead one loses."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Count, Q

from cards.models import Card, CardQuerySet, Library
from cards.models.card import STOPPING

RENEW_AFTER = timedelta(seconds=10)
MARGIN = timedelta(seconds=60)
FREE = {"lease_by": None, "lease_until": None, "visiting": False}


def lease() -> timedelta:
    """How long a lease lasts: a run renews it every few seconds, so that it always outlasts a visit under way."""
    return timedelta(seconds=settings.VISIT_SECONDS) + MARGIN


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which cards a run visits, each once: those due; or all (`everything`), or `cards`, due or not."""

    began: datetime
    cards: tuple[UUID, ...] | None = None
    library: int | None = None
    everything: bool = False
    token: UUID = field(default_factory=uuid4)

    def wanted(self, now: datetime) -> CardQuerySet:
        """What is still to be visited, whoever holds it."""
        if self.cards is not None:
            cards = Card.objects.active().filter(pk__in=self.cards)
        else:
            cards = Card.objects.active().kept() if self.everything else Card.objects.due(now)
        if self.library is not None:
            cards = cards.filter(library=self.library)
        return cards.filter(Q(last_began=None) | Q(last_began__lt=self.began))

    def free(self, now: datetime) -> Q:
        """Cards that this run may take: nobody else's."""
        return Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_by=self.token)

    def lanes(self, now: datetime, among: Collection[int] | None = None) -> dict[int, int]:
        """Libraries (`among` these) with something to visit, and how many cards; the longest lane first."""
        cards = self.wanted(now) if among is None else self.wanted(now).filter(library__in=among)
        rows = cards.order_by().values_list("library").annotate(many=Count("pk")).order_by("-many", "library")
        return dict(rows)


def ready_lanes(scope: Scope, libraries: Iterable[int], now: datetime) -> set[int]:
    """Those of the libraries that nobody visits now and that have a card for us."""
    cards = scope.wanted(now).filter(scope.free(now), library__in=libraries)
    nobody = Q(library__lane_until=None) | Q(library__lane_until__lt=now)
    return set(cards.filter(nobody).order_by().values_list("library", flat=True).distinct())


def hold_lane(library: int, token: UUID, now: datetime) -> bool:
    """Makes the library ours for a while. False: somebody else is visiting it."""
    nobody = Q(lane_until=None) | Q(lane_until__lt=now)
    return Library.objects.filter(nobody, pk=library).update(lane_holder=token, lane_until=now + lease()) == 1


def release_lane(library: int, token: UUID) -> None:
    """Lets others visit the library."""
    Library.objects.filter(pk=library, lane_holder=token).update(lane_holder=None, lane_until=None)


def others_wait(library: int, token: UUID, now: datetime) -> bool:
    """Whether somebody else has taken cards there and waits for the lane: a person, at the page."""
    theirs = Card.objects.filter(library=library, lease_by__isnull=False, lease_until__gte=now, visiting=False)
    return theirs.exclude(lease_by=token).exists()


def claim(scope: Scope, library: int, held: Collection[UUID], now: datetime) -> Card | None:
    """The next card of that library, leased to this run; the longest due first. None: there is none left."""
    wanted = scope.wanted(now).filter(scope.free(now), library=library).exclude(pk__in=held)
    while card := wanted.select_related("library").order_by("next_check_at", "pk").first():
        # Every condition is on the row itself, so that a rival's UPDATE which came first makes this one miss.
        same = Q(credentials_version=card.credentials_version, next_check_at=card.next_check_at)
        row = Card.objects.filter(scope.free(now), same, pk=card.pk).exclude(trouble__in=STOPPING)
        if row.update(lease_by=scope.token, lease_until=now + lease(), visiting=False):
            return card
    return None


def begin_visit(card: Card, token: UUID, now: datetime) -> bool:
    """Marks that the visit begins. False: library or card were lost, or the card edited or stopped, meanwhile."""
    ours = Library.objects.filter(pk=card.library_id, lane_holder=token)
    row = Card.objects.filter(pk=card.pk, lease_by=token, credentials_version=card.credentials_version)
    row = row.filter(library__in=ours).exclude(trouble__in=STOPPING)
    return row.update(visiting=True, lease_until=now + lease()) == 1


def give_back(card: UUID, token: UUID) -> None:
    """The card is nobody's again, and as due as it was."""
    Card.objects.filter(pk=card, lease_by=token).update(**FREE)


def reserve(cards: Iterable[UUID], token: UUID, now: datetime) -> list[UUID]:
    """Leases the cards that nobody holds and nothing stops, and makes them due, should this process die.

    One by one: two people who ask for overlapping sets never wait for each other.
    """
    return [card for card in cards if _reserve(card, token, now)]


def _reserve(card: UUID, token: UUID, now: datetime) -> bool:
    row = Card.objects.unclaimed(now).filter(pk=card).exclude(trouble__in=STOPPING)
    return row.update(lease_by=token, lease_until=now + lease(), next_check_at=now, visiting=False) == 1


def renew(token: UUID, libraries: Collection[int], now: datetime) -> set[int]:
    """Extends all leases of a living run. Returns the libraries that are still its own."""
    Card.objects.filter(lease_by=token).update(lease_until=now + lease())
    Library.objects.filter(lane_holder=token, pk__in=libraries).update(lane_until=now + lease())
    return set(Library.objects.filter(lane_holder=token).values_list("pk", flat=True))


def release_all(token: UUID, libraries: Collection[int]) -> None:
    """Gives back what a run still holds."""
    Card.objects.filter(lease_by=token).update(**FREE)
    Library.objects.filter(lane_holder=token, pk__in=libraries).update(lane_holder=None, lane_until=None)
