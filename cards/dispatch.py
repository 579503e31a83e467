"""Opens a lane for each website with cards to visit, and takes in what the visits bring, until none is left."""

from datetime import datetime, timedelta
from queue import Empty

from django.conf import settings

from cards import claims
from cards.lanes import Lane, Outcome
from cards.open_lane import OpenLane, Seated
from cards.round import Round

TICK = 0.5  # seconds: how soon a wish to stop is heard
LOOK_AGAIN = timedelta(seconds=1)
LOOK_AROUND = timedelta(seconds=1)  # how often it looks who else waits
STAND_BACK = timedelta(seconds=3)  # so that others see the seat free
TIME_TO_END = timedelta(seconds=5)
OVERDUE = timedelta(seconds=30)


class Dispatcher:
    """One run, in the one thread that talks to the database. What it holds grows with lanes, not with cards."""

    def __init__(self, shared: Round, workers: int) -> None:
        self._shared, self._workers = shared, workers
        self._scope, self._clock = shared.scope, shared.clock
        self._open: dict[str, OpenLane] = {}
        self._waiting: dict[str, datetime] = {}  # websites still to be looked at, and not before when
        self._renewed = self._clock()
        self._looked: datetime | None = None
        self._others: set[str] = set()
        self._end_by: datetime | None = None

    def work(self) -> None:
        """Visits all that the scope wants, then returns. Told to stop: begins no visit, and returns within seconds."""
        lanes = self._scope.lanes(self._clock())
        self._waiting = dict.fromkeys((each.host for each in lanes), self._clock())
        self._shared.report.begin(sum(each.cards for each in lanes))
        try:
            while self._more():
                self._turn()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        """Told to stop, the process ends and its visits with it. After a fault, visits go on in a worker's threads:
        their seats and cards are held until the leases run out.
        """
        for seat in self._seats():
            seat.thread.end()
        going_on = [] if self._end_by else [seat for seat in self._seats() if seat.under_way]
        visited = [seat.under_way.card.pk for seat in going_on if seat.under_way]
        claims.release_all(self._scope.token, [seat.key for seat in self._seats() if seat not in going_on], but=visited)

    def _seats(self) -> list[Seated]:
        return [seat for lane in self._open.values() for seat in lane.seats]

    def _more(self) -> bool:
        if self._end_by is None and self._shared.stopped():
            self._end_by = self._clock() + TIME_TO_END
        if self._end_by is None:
            return bool(self._open or self._waiting)
        return bool(self._open) and self._clock() < self._end_by

    def _turn(self) -> None:
        self._renew()
        self._drop_stuck()
        self._look_around()
        if self._shared.over():
            self._waiting.clear()
        else:
            self._open_lanes()
        if self._open or self._waiting:
            self._receive()
        self._shared.report.tick(sum(1 for seat in self._seats() if seat.under_way))

    def _renew(self) -> None:
        """Keeps the leases, and notices those that went to others while this process slept."""
        now = self._clock()
        if now - self._renewed < claims.RENEW_AFTER:
            return
        seats = self._seats()
        ours = claims.renew(self._scope.token, [seat.key for seat in seats], now)
        self._renewed = now
        for seat in seats:
            seat.lost = seat.key not in ours

    def _look_around(self) -> None:
        """Now and then looks where somebody waits: the next seat of ours there that is done is theirs."""
        now = self._clock()
        if self._looked is None or now - self._looked >= LOOK_AROUND:
            self._looked, self._others = now, claims.others_wait(self._scope.token, now)
        for lane in self._open.values():
            lane.yields = lane.host in self._others

    def _open_lanes(self) -> None:
        """Opens the lanes that are free, as many as we may; those that others hold are looked at again soon."""
        now = self._clock()
        look_at = [host for host, at in self._waiting.items() if at <= now]
        if not look_at or len(self._open) >= self._workers:
            return
        left = [each.host for each in self._scope.lanes(now, look_at)]
        ready = self._scope.ready(left, now)
        for host in set(look_at).difference(left):
            del self._waiting[host]
        for host in left:
            if host not in ready:
                self._waiting[host] = now + LOOK_AGAIN
            elif len(self._open) < self._workers:
                self._open_lane(host)

    def _open_lane(self, host: str) -> None:
        lane = OpenLane(host, self._shared)
        if lane.open():
            del self._waiting[host]
            self._open[host] = lane
        else:
            lane.close()
            self._waiting[host] = self._clock() + LOOK_AGAIN

    def _feed(self, lane: OpenLane) -> None:
        """Closes a lane that has nothing left. What others hold there is looked at again before the run ends."""
        if not lane.feed():
            lane.close()
            del self._open[lane.host]
            self._waiting[lane.host] = self._clock() + (STAND_BACK if lane.yields else timedelta(0))

    def _receive(self) -> None:
        """Waits a moment for a visit to end."""
        try:
            thread, outcome = self._shared.outcomes.get(timeout=self._patience())
        except Empty:
            return
        self._renew()
        self._ended(thread, outcome)

    def _ended(self, thread: Lane, outcome: Outcome) -> None:
        for lane in list(self._open.values()):
            for seat in lane.seats:
                if seat.thread is thread:  # else it is one that we gave up waiting for
                    lane.ended(seat, outcome)
                    return self._feed(lane)
        return None

    def _patience(self) -> float:
        """How long to wait for a visit to end: not past the time to look at a website that may be free."""
        if not self._waiting or self._end_by or len(self._open) >= self._workers:
            return TICK
        soonest = min(self._waiting.values()) - self._clock()
        return min(max(soonest.total_seconds(), 0), TICK)

    def _drop_stuck(self) -> None:
        """A visit that outlives its time by far is a fault of ours: the run goes on without it."""
        limit = self._clock() - timedelta(seconds=settings.VISIT_SECONDS) - OVERDUE
        for lane in list(self._open.values()):
            stuck = [seat for seat in lane.seats if seat.under_way and seat.since < limit]
            for seat in stuck:
                lane.give_up(seat)
            if stuck:
                self._feed(lane)
