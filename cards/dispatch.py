"""Opens a lane for each library with cards to visit, and takes in what the visits bring, until none is left."""

from datetime import datetime, timedelta
from queue import Empty

from django.conf import settings

from cards import claims
from cards.lanes import Lane, Outcome
from cards.open_lane import OpenLane, Round

TICK = 0.5  # seconds: how soon a wish to stop is heard
LOOK_AGAIN = timedelta(seconds=1)
STAND_BACK = timedelta(seconds=3)  # so that others see the lane free
TIME_TO_END = timedelta(seconds=5)
OVERDUE = timedelta(seconds=30)


class Dispatcher:
    """One run, in the one thread that talks to the database. What it holds grows with lanes, not with cards."""

    def __init__(self, shared: Round, workers: int) -> None:
        self._shared, self._workers = shared, workers
        self._scope, self._clock = shared.scope, shared.clock
        self._open: dict[int, OpenLane] = {}
        self._waiting: dict[int, datetime] = {}  # libraries still to be looked at, and not before when
        self._renewed = self._clock()
        self._end_by: datetime | None = None

    def work(self) -> None:
        """Visits all that the scope wants, then returns. Told to stop: begins no visit, and returns within seconds."""
        lanes = self._scope.lanes(self._clock())
        self._waiting = dict.fromkeys(lanes, self._clock())
        self._shared.report.begin(sum(lanes.values()))
        try:
            while self._more():
                self._turn()
        finally:
            for lane in self._open.values():
                lane.thread.end()
            claims.release_all(self._scope.token, self._open)

    def _more(self) -> bool:
        if self._end_by is None and self._shared.stopped():
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
        self._shared.report.tick(sum(1 for lane in self._open.values() if lane.under_way))

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
        now = self._clock()
        look_at = [library for library, at in self._waiting.items() if at <= now]
        if not look_at or len(self._open) >= self._workers:
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
        del self._waiting[library]
        self._open[library] = OpenLane(library, self._shared)
        self._feed(self._open[library])

    def _feed(self, lane: OpenLane) -> None:
        """Closes a lane that has nothing left. What others hold there is looked at again before the run ends."""
        if not lane.feed():
            lane.close()
            del self._open[lane.library]
            self._waiting[lane.library] = self._clock() + (STAND_BACK if lane.yields else timedelta(0))

    def _receive(self) -> None:
        """Waits a moment for a visit to end."""
        try:
            thread, outcome = self._shared.outcomes.get(timeout=self._patience())
        except Empty:
            return
        self._renew()
        self._ended(thread, outcome)

    def _ended(self, thread: Lane, outcome: Outcome) -> None:
        lane = next((each for each in self._open.values() if each.thread is thread), None)
        if lane is not None:  # else it is one that we gave up waiting for
            lane.ended(outcome)
            self._feed(lane)

    def _patience(self) -> float:
        """How long to wait for a visit to end: not past the time to look at a library that may be free."""
        if not self._waiting or self._end_by or len(self._open) >= self._workers:
            return TICK
        soonest = min(self._waiting.values()) - self._clock()
        return min(max(soonest.total_seconds(), 0), TICK)

    def _drop_stuck(self) -> None:
        """A visit that outlives its time by far is a fault of ours: the run goes on without it."""
        now = self._clock()
        limit = now - timedelta(seconds=settings.VISIT_SECONDS) - OVERDUE
        for lane in [each for each in self._open.values() if each.under_way and each.since < limit]:
            del self._open[lane.library]
            lane.give_up(now)
            self._waiting[lane.library] = now + LOOK_AGAIN
