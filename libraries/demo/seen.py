"""What a demo site saw: its requests, who signed in with a right or wrong PIN, how many visits at once."""

from collections import Counter, deque
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from libraries.demo.session import Session

REMEMBERED = 200_000


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One request: no query, no body, so nothing secret. `at` is in monotonic seconds."""

    method: str
    path: str
    at: float
    session: str


@dataclass
class Visit:
    """A session from its first request to its last one's answer."""

    session: Session
    began: float
    ended: float


class Seen:
    """The journal. A visit lasts from a session's first request to the answer of its last one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.requests: deque[Hit] = deque(maxlen=REMEMBERED)
        self.right: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.logouts = 0
        self._visits: dict[str, Visit] = {}

    def began(self, session: Session, method: str, path: str) -> None:
        """A request came in."""
        now = monotonic()
        with self._lock:
            self.requests.append(Hit(method=method, path=path, at=now, session=session.id))
            self._visits.setdefault(session.id, Visit(session, now, now))

    def answered(self, session: Session) -> None:
        """Its answer is about to go out (or has gone out, when it takes its time)."""
        with self._lock:
            self._visits[session.id].ended = monotonic()

    def login(self, number: str, *, right: bool) -> None:
        """Somebody posted the login form for that card."""
        with self._lock:
            (self.right if right else self.wrong)[number] += 1

    def logout(self) -> None:
        """Somebody left in good manners."""
        with self._lock:
            self.logouts += 1

    def visits(self, scope: str | None = None) -> list[Visit]:
        """All visits, or those to one scope of a shared catalogue, in the order in which they began."""
        with self._lock:
            every = sorted(self._visits.values(), key=lambda visit: visit.began)
        return [each for each in every if scope is None or each.session.scope == scope]

    def at_once(self, scope: str | None = None) -> int:
        """How many visits there were at the same time, at most."""
        visits = self.visits(scope)
        steps = sorted([(each.began, 1) for each in visits] + [(each.ended, -1) for each in visits])
        most = here = 0
        for _, step in steps:
            here += step
            most = max(most, here)
        return most

    def forget(self) -> None:
        """Starts the journal anew."""
        with self._lock:
            self.requests.clear()
            self._visits.clear()
            self.right.clear()
            self.wrong.clear()
            self.logouts = 0

    def as_json(self) -> dict[str, object]:
        """The figures, for another process."""
        with self._lock:
            right, wrong, logouts, requests = dict(self.right), dict(self.wrong), self.logouts, len(self.requests)
        return {
            "requests": requests,
            "visits": len(self.visits()),
            "at_once": self.at_once(),
            "right": right,
            "wrong": wrong,
            "logouts": logouts,
        }
