"""A website that a run visits: the seats it holds there, the cards that come next, and what becomes of both."""

from collections import deque
from collections.abc import Collection, Iterable
from datetime import timedelta
from math import ceil

from cards import breaker, claims, seats, vault
from cards.jobs import Claimed, job_for, not_opened, policy, stuck
from cards.lanes import Lane, Outcome
from cards.models import Card, Library, Trouble
from cards.pacing import Pacing
from cards.round import Round
from cards.schedule import digest_times
from libraries.web import Connections

AHEAD = timedelta(seconds=20)  # so much work is claimed ahead
FEWEST_AHEAD, MOST_AHEAD = 2, 20  # cards a seat


class Seated:
    """A seat of ours, with the thread that makes its visits one after the other. `since`: when this one began."""

    def __init__(self, key: int, host: str, shared: Round) -> None:
        self.key, self.since = key, shared.clock()
        self.under_way: Claimed | None = None
        self.lost = False
        self.thread = Lane(host, Connections(policy()), shared.clock, shared.outcomes)
        self.thread.start()


class OpenLane:
    """Keeps a visit under way on each seat and some cards claimed ahead, from the thread that talks to the database.

    `yields`: somebody waits for a seat. `broken`: the website fails, and is to be left alone.
    """

    def __init__(self, host: str, shared: Round) -> None:
        self.host, self._shared, self._token = host, shared, shared.scope.token
        self.seats: list[Seated] = []
        self.yields = self.broken = self._dry = False
        self._ahead: deque[Claimed] = deque()
        self._libraries: list[Library] = []
        self._breaker, self._pacing = breaker.Breaker(), Pacing()

    def open(self) -> bool:
        """Takes a seat, and begins. False: there is none free, or nothing to do."""
        return self._sit_down() and self.feed()

    def feed(self) -> bool:
        """Sees that each seat has a visit to make and others to come. False: there is none left for us here."""
        self._refill()
        for seat in self._idle():
            if not self._hand_over(seat):
                self._leave(seat)
        return bool(self.seats)

    def ended(self, seat: Seated, outcome: Outcome) -> None:
        """The visit under way is over: the next one begins, and what this one brought is saved."""
        done, seat.under_way = seat.under_way, None
        if done is None:
            return
        self._heard(done.card.library, outcome)
        # After a refusal the stop is saved first: the next card may bear the same number.
        if outcome.trouble != Trouble.LOGIN_FAILED:
            self._hand_over(seat)
        self._shared.save(done.card, outcome, done)
        if self.broken:
            self._shared.scope.broken.update(breaker.stop(done.card.library, outcome, self._shared.clock()))
            self.broken = False

    def close(self) -> None:
        """Lets others in."""
        for seat in self.seats:
            seat.thread.end()
        seats.release([seat.key for seat in self.seats], self._token)
        self._give_back()
        self._pacing.save()

    def give_up(self, seat: Seated) -> None:
        """Goes on without a visit that does not end: its seat's lease runs out by itself, not before."""
        self.seats.remove(seat)
        seat.thread.end()
        if seat.under_way:
            self._shared.save(seat.under_way.card, stuck(seat.under_way.card, seat.since, self._shared.clock()))

    def _heard(self, library: Library, outcome: Outcome) -> None:
        if self._breaker.trips(library, outcome.trouble):
            self.broken = True
            self._give_back()
        elif library.stops and not breaker.kind_of(outcome.trouble):
            breaker.answers_again(library)
        if not outcome.trouble:
            self._pacing.heard(library, outcome.seconds)

    def _idle(self) -> list[Seated]:
        return [seat for seat in self.seats if not seat.under_way]

    def _sit_down(self) -> bool:
        key = seats.hold(self.host, self._token, self._shared.clock())
        if key is not None:
            self.seats.append(Seated(key, self.host, self._shared))
        return key is not None

    def _leave(self, seat: Seated) -> None:
        self.seats.remove(seat)
        seat.thread.end()
        seats.release([seat.key], self._token)

    def _hand_over(self, seat: Seated) -> bool:
        """The next card is visited from that seat. One that was lost, edited or stopped since its claim is not."""
        while self._may_begin(seat) and (claimed := self._next()):
            now = self._shared.clock()
            if claims.begin_visit(claimed.card, seat.key, self._token, now):
                seat.under_way, seat.since = claimed, now
                seat.thread.hand(claimed.job)
                return True
            claims.give_back([claimed.card.pk], self._token)
            seat.lost = not seats.ours(seat.key, self._token)
        return False

    def _may_begin(self, seat: Seated) -> bool:
        return not (seat.lost or self.yields or self.broken or self._shared.over())

    def _next(self) -> Claimed | None:
        """The next of the cards claimed ahead, but none with a number that is being tried at this moment."""
        tried = {each.under_way.card.fingerprint for each in self.seats if each.under_way}
        found = next((each for each in self._ahead if each.card.fingerprint not in tried), None)
        if found:
            self._ahead.remove(found)
        return found

    def _refill(self) -> None:
        """Claims cards when few are left, and takes further seats if the website bears more than one visit."""
        if self._dry or len(self._ahead) > len(self.seats) or self.yields or self._shared.over():
            return
        self._libraries = list(Library.objects.visited().filter(host=self.host).defer("from_catalogue", "note"))
        self._pacing.save()
        now, held = self._shared.clock(), [each.card.pk for each in self._held()]
        most = max(1, len(self.seats)) * self._many()
        cards = claims.claim(self._shared.scope, self._libraries, held, now, many=most)
        self._dry = len(cards) < most  # what comes to be due from now on waits until the lane is opened anew
        self._ahead.extend(self._openable(cards))
        while len(self.seats) < min(len(self._ahead), self._bears()) and self._sit_down():
            pass

    def _many(self) -> int:
        """How many cards a seat visits in a while."""
        slowest = max((each.visit_seconds for each in self._libraries), default=1.0)
        return min(max(ceil(AHEAD.total_seconds() / max(slowest, 0.1)), FEWEST_AHEAD), MOST_AHEAD)

    def _bears(self) -> int:
        troubled = any(each.stops for each in self._libraries)
        return 1 if troubled else min((each.side_by_side for each in self._libraries), default=1)

    def _openable(self, cards: Collection[Card]) -> Iterable[Claimed]:
        """The visits to make. A card that does not open is saved as such and never visited."""
        digests = digest_times({card.family_id for card in cards})
        for card in cards:
            try:
                yield Claimed(card, job_for(card), digests[card.family_id])
            except vault.CannotOpen:
                self._shared.save(card, not_opened(card, self._shared.clock()))

    def _held(self) -> list[Claimed]:
        return [*self._ahead, *(seat.under_way for seat in self.seats if seat.under_way)]

    def _give_back(self) -> None:
        claims.give_back([each.card.pk for each in self._ahead], self._token)
        self._ahead.clear()
