"""How long a visit may take and where it may lead, known to every socket that the visit uses."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from libraries.errors import SiteTooSlow

LATE = "the library's site did not answer in time"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """A visit must be over when `clock` says `ends`; `idle` is the longest silence within it, in seconds.

    `allow_private` lets it go to addresses that are not on the public internet (demo and tests); `pause` is the rest
    in seconds between one request and the next.
    """

    ends: float
    idle: float
    allow_private: bool = False
    pause: float = 0.0
    clock: Callable[[], float] = time.monotonic

    def left(self) -> float:
        """Seconds until the visit must be over; 0 when it must."""
        return max(0.0, self.ends - self.clock())

    def wait(self) -> float:
        """Seconds that the next step may take. Raises SiteTooSlow when none are left."""
        left = self.ends - self.clock()
        if left <= 0:
            raise SiteTooSlow(LATE)
        return min(left, self.idle)

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Within it, whatever this thread does with our sockets obeys these limits."""
        before = _in_force.set(self)
        try:
            yield
        finally:
            _in_force.reset(before)


# Not an attribute of the sockets: a kept-alive connection obeys whichever visit uses it at the moment.
_in_force: ContextVar[Limits] = ContextVar("limits")


def current() -> Limits:
    """The limits in force here. Raises LookupError outside of a visit."""
    return _in_force.get()
