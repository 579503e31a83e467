"""A run's own clock: starts at a given moment, and never goes back."""

import time
from datetime import datetime, timedelta


class Clock:
    """Calling it gives the time: `now`, plus what has passed since it was made.

    Whichever passed more, the steady clock or the wall's: the steady one stands still while a laptop sleeps,
    the wall's may be set back. Leases look older for it, never younger.
    """

    def __init__(self, now: datetime) -> None:
        self._now, self._steady, self._wall = now, time.monotonic(), time.time()

    def __call__(self) -> datetime:
        passed = max(time.monotonic() - self._steady, time.time() - self._wall)
        return self._now + timedelta(seconds=passed)
