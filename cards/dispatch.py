"""Hands cards to lanes, one lane a library, and their outcomes to the database, until nothing is left to visit."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from uuid import UUID

from django.conf import settings

from cards import claims, outcomes, vault
from cards.clock import Clock
from cards.jobs import Claimed, job_for, not_opened, policy, stuck
from cards.lanes import Lane, Outcome
from cards.models import Card, Run, Trouble
from cards.progress import Reporter
from libraries.web import Connections

TICK = 0.5  # seconds: how soon a wish to stop is heard
LOOK_AGAIN = timedelta(seconds=1)
STAND_BACK = timedelta(seconds=3)  # so that others see the lane free
TIME_TO_END = timedelta(seconds=5)
OVERDUE = timedelta(seconds=30)


@dataclass
class OpenLane:
    """A library that we hold: its visit under way since when, and the card that comes next."""

    lane: Lane
    under_way: Claimed | None = None
    since: datetime | None = None
    ahead: Claimed | None = None
    lost: bool = False
    yields: bool = False

    def held(self) -> list[UUID]:
        """The cards that it has."""
        return [each.card.pk for each in (self.under_way, self.ahead) if each]


class Dispatcher:
    """One run, in the one thread that talks to the database. What it holds grows with lanes, not with cards."""

    def __init__(
        self,
        scope: claims.Scope,
        run: Run,
        *,
        clock: Clock,
        workers: int,
        report: Reporter,
        stopped: Callable[[], bool],
    ) -> None:
        self._scope, self._run, self._clock, self._workers = scope, run, clock, workers
        self._report, self._stopped = report, stopped
        self._outcomes: SimpleQueue[tuple[Lane, Outcome]] = SimpleQueue()
        self._open: dict[int, OpenLane] = {}
        self._waiting: dict[int, datetime] = {}  # libraries still to be looked at, and not before when
        self._renewed = clock()
        self._end_by: datetime | None = None

    def work(self) -> None:
        """Visits all that the scope wants, then returns. Told to stop: begins no visit, and returns within seconds."""
        lanes = self._scope.lanes(self._clock())
        self._waiting = dict.fromkeys(lanes, self._clock())
        self._report.begin(sum(lanes.values()))
        try:
            while self._more():
                self._turn()
        finally:
            for each in self._open.values():
                each.lane.end()
            claims.release_all(self._scope.token, self._open)

    def _more(self) -> bool:
        if self._end_by is None and self._stopped():
            self._end_by = self._clock() + TIME_TO_END
        if self._end_by is None:
            return bool(self._open or self._waiting)
        return bool(self._open) and self._clock() < self._end_by

    def _turn(self) -> None:
        self._renew()
        self._drop_stuck()
        if self._end_by is None:
            self._open_lanes()
        if self._open or self._waiting:
            self._receive()
        self._report.tick(sum(1 for each in self._open.values() if each.under_way))

    def _renew(self) -> None:
        """Keeps the leases, and notices those that went to others while this process slept."""
        now = self._clock()
        if now - self._renewed < claims.RENEW_AFTER:
            return
        ours = claims.renew(self._scope.token, self._open, now)
        self._renewed = now
        for library, lane in self._open.items():
            lane.lost = library not in ours

    def _open_lanes(self) -> None:
        """Opens the lanes that are free, as many as we may; those that others hold are looked at again soon."""
        now, room = self._clock(), self._workers - len(self._open)
        look_at = [library for library, at in self._waiting.items() if at <= now]
        if not look_at or room <= 0:
            return
        left = self._scope.lanes(now, look_at)
        ready = claims.ready_lanes(self._scope, look_at, now)
        for library in look_at:
            if library not in left:
                del self._waiting[library]
            elif library not in ready:
                self._waiting[library] = now + LOOK_AGAIN
            elif len(self._open) < self._workers:
                self._open_lane(library)

    def _open_lane(self, library: int) -> None:
        now = self._clock()
        if not claims.hold_lane(library, self._scope.token, now):
            self._waiting[library] = now + LOOK_AGAIN
            return
        lane = Lane(str(library), Connections(policy()), self._clock, self._outcomes)
        lane.start()
        del self._waiting[library]
        self._open[library] = OpenLane(lane)
        self._feed(library)

    def _receive(self) -> None:
        """Waits a moment for a visit to end. The lane goes on at once; then the outcome is saved."""
        try:
            lane, outcome = self._outcomes.get(timeout=self._patience())
        except Empty:
            return
        library = next((key for key, each in self._open.items() if each.lane is lane), None)
        if library is not None:  # else it is one that we gave up waiting for
            self._renew()
            self._ended(library, outcome)

    def _patience(self) -> float:
        """How long to wait for a visit to end: not past the time to look at a library that may be free."""
        if not self._waiting or self._end_by or len(self._open) >= self._workers:
            return TICK
        soonest = min(self._waiting.values()) - self._clock()
        return min(max(soonest.total_seconds(), 0), TICK)

    def _ended(self, library: int, outcome: Outcome) -> None:
        lane = self._open[library]
        ended, lane.under_way = lane.under_way, None
        if ended is None:
            return
        # After a refusal the stop is saved first: the next card may bear the same number.
        if outcome.trouble != Trouble.LOGIN_FAILED:
            self._hand_over(lane)
        self._save(ended.card, outcome, vault.fingerprints(library, ended.job.login.number))
        self._feed(library)

    def _feed(self, library: int) -> None:
        """Sees that the lane has a visit to make and one to come, or closes it."""
        lane = self._open[library]
        while not lane.under_way:
            lane.ahead = lane.ahead or self._next(library)
            if lane.ahead is None:
                return self._close(library)
            self._hand_over(lane)
        lane.ahead = lane.ahead or self._next(library)
        return None

    def _hand_over(self, lane: OpenLane) -> None:
        """The card that comes next is visited, unless it was lost, edited or stopped since it was claimed."""
        claimed, lane.ahead = lane.ahead, None
        if claimed is None:
            return
        now = self._clock()
        if not self._ending(lane) and claims.begin_visit(claimed.card, self._scope.token, now):
            lane.under_way, lane.since = claimed, now
            lane.lane.hand(claimed.job)
        else:
            claims.give_back(claimed.card.pk, self._scope.token)

    def _ending(self, lane: OpenLane) -> bool:
        return lane.lost or self._stopped()

    def _next(self, library: int) -> Claimed | None:
        """Claims a card. One that does not open is saved as such and never visited."""
        lane, now = self._open[library], self._clock()
        lane.yields = claims.others_wait(library, self._scope.token, now)
        if lane.yields or self._ending(lane):
            return None
        while card := claims.claim(self._scope, library, lane.held(), now):
            try:
                return Claimed(card, job_for(card))
            except vault.CannotOpen:
                self._save(card, not_opened(card, now), ())
        return None

    def _save(self, card: Card, outcome: Outcome, same_number: Collection[str]) -> None:
        outcomes.save(outcome, token=self._scope.token, run=self._run, same_number=same_number)
        self._run.checked += 1
        self._run.ok += not outcome.trouble
        self._run.failed += bool(outcome.trouble)
        self._report.done(card.library.name, outcome)

    def _close(self, library: int) -> None:
        """Lets others in. What they hold there, or left, is looked at again before the run ends."""
        lane = self._open.pop(library)
        lane.lane.end()
        claims.release_lane(library, self._scope.token)
        self._waiting[library] = self._clock() + (STAND_BACK if lane.yields else timedelta(0))

    def _drop_stuck(self) -> None:
        """The run goes on without a visit that outlives its time by far.

        The library's lease is left to run out by itself: the visit may still be under way.
        """
        now = self._clock()
        limit = now - timedelta(seconds=settings.VISIT_SECONDS) - OVERDUE
        for library, lane in list(self._open.items()):
            if lane.under_way and lane.since and lane.since < limit:
                self._drop(library, lane.under_way.card, stuck(lane.under_way.card, lane.since, now))

    def _drop(self, library: int, card: Card, outcome: Outcome) -> None:
        lane = self._open.pop(library)
        if lane.ahead:
            claims.give_back(lane.ahead.card.pk, self._scope.token)
        lane.lane.end()
        self._save(card, outcome, ())
        self._waiting[library] = self._clock() + LOOK_AGAIN
