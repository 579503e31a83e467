"""What `benchmarks.faults` works on: libraries with patrons, families with cards, and what must be true of them."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from cards.models import Card, Check, Family, Letter, LetterKind, Library, Run, Seat, User
from cards.seats import lease
from libraries.account import from_json
from libraries.demo import DemoSite, patrons
from libraries.demo.patrons import Patron

LATENCY = 0.05
PEOPLE = 2  # in a family
A_MOMENT = timedelta(seconds=1)  # between the clocks of two processes, and their asking


def ask(question: Callable[[], Any]) -> Any:
    """What the database says; None where it is away."""
    try:
        return question()
    except (OperationalError, InterfaceError):
        connection.close()
        return None


class World:
    """`libraries` demo sites, each with as many patrons as there are `families`: a card of each at every library.

    Every third library bears two visits at once.
    """

    def __init__(self, libraries: int, families: int) -> None:
        today = datetime.now(UTC).date()
        self.crowds = [patrons(families, seed=seed, today=today, loans=3, holds=1) for seed in range(1, libraries + 1)]
        self.sites = [DemoSite.webpac(each).start() for each in self.crowds]
        self.libraries = [self._library(number, site) for number, site in enumerate(self.sites)]
        self._expected: dict[Any, Patron] = {}
        self.broken: Counter[str] = Counter()  # promises, as they were seen broken on the way

    def _library(self, number: int, site: DemoSite) -> Library:
        site.latency = LATENCY
        options, limit = {"base_url": site.url, "dates": "mdy"}, 1 + (number % 3 == 0)
        return Library.objects.create(
            slug=f"l{number}", name=f"Library {number}", system="webpac", options=options, side_by_side=limit
        )

    def more(self, families: int) -> None:
        """So many families more, and every card is due."""
        begin = Family.objects.count()  # one may have been stored though the answer never came
        for place in range(begin, min(begin + families, len(self.crowds[0]))):
            self._family(place)
        Card.objects.update(next_check_at=timezone.now())

    @transaction.atomic
    def _family(self, place: int) -> None:
        family = Family.objects.create(name=f"Family {place}", timezone="UTC")
        names = [f"p{place}-{number}@example.org" for number in range(PEOPLE)]
        family.people.add(*(User.objects.create_user(each, mail_hour=0, days_ahead=30) for each in names))
        for library, crowd in zip(self.libraries, self.crowds, strict=True):
            self._card(family, library, crowd[place])

    def _card(self, family: Family, library: Library, patron: Patron) -> None:
        card = Card(family=family, library=library, patron_name=patron.name)
        card.seal(number=patron.number, pin=patron.pin)
        card.save()
        self._expected[card.pk] = patron

    def done(self) -> bool:
        """Whether all that is due was checked, and all that was written left."""
        now = timezone.now()
        waiting = Card.objects.filter(Q(next_check_at__lte=now) | Q(lease_until__gte=now)).exists()
        untold = User.objects.exclude(letters__kind=LetterKind.DIGEST).exists()
        return not (waiting or untold or Letter.objects.filter(sent=None).exists())

    def watch(self) -> None:
        """Looks at the leases as they stand."""
        now = timezone.now()
        latest = now + lease() + A_MOMENT
        held = Seat.objects.filter(until__gte=now)
        self.broken["seat held too long"] += held.filter(until__gt=latest).count()
        self.broken["card held too long"] += Card.objects.filter(lease_until__gt=latest).count()
        by_host = Counter(held.values_list("host", flat=True))
        limits = {each.host: each.side_by_side for each in self.libraries}
        self.broken["more seats held than there are"] += sum(many > limits[host] for host, many in by_host.items())

    def verdict(self, received: "Counter[tuple[str, str]]") -> dict[str, int]:
        """How often each promise was broken, in the end and on the way."""
        now = timezone.now()
        letters = set(Letter.objects.filter(kind=LetterKind.DIGEST).values_list("to", "message_id"))
        told = {to for to, _ in received}
        return {
            "card not checked": Card.objects.filter(Q(next_check_at__lte=now) | Q(snapshot=None)).count(),
            "card in trouble": Card.objects.exclude(trouble="").count(),
            "snapshot lost or mixed up": sum(not self._right(card) for card in Card.objects.all()),
            "person without a digest": User.objects.exclude(email__in=told).count(),
            "letter not sent": Letter.objects.filter(sent=None).count(),
            "mail that is no letter of ours, or under another Message-ID": len(set(received) ^ letters),
            "lease left standing": Seat.objects.filter(until__gte=now).count()
            + Card.objects.filter(Q(lease_until__gte=now) | Q(visiting=True)).count(),
            "library with more visits at once than it bears": sum(self._crowded()),
            **self.broken,
        }

    def _right(self, card: Card) -> bool:
        """Whether the card shows what its own patron has, and nothing else."""
        patron = self._expected[card.pk]
        found = from_json(card.snapshot) if card.snapshot else None
        return (
            found is not None
            and sorted(loan.title for loan in found.loans or ()) == sorted(lent.book.title for lent in patron.loans)
            and sorted(hold.title for hold in found.holds or ()) == sorted(held.book.title for held in patron.holds)
            and found.fees_total in (None, patron.owes)
        )

    def _crowded(self) -> Iterable[bool]:
        for site, library in zip(self.sites, self.libraries, strict=True):
            yield site.seen.at_once() > library.side_by_side

    def figures(self, received: "Counter[tuple[str, str]]") -> dict[str, int]:
        """What was done."""
        logins = sum(site.seen.right.total() for site in self.sites)
        checks = Check.objects.count()
        return {
            "cards": Card.objects.count(),
            "people": User.objects.count(),
            "visits": logins,
            "of them lost with who made them": logins - checks,
            "mails": received.total(),
            "of them repeated": received.total() - len(received),
            "runs": Run.objects.count(),
            "of them never finished": Run.objects.filter(finished=None).count(),
        }
