"""Keeps a pause between requests, for sites that shut out who is quick."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from libraries.errors import SiteTooSlow
from libraries.wire.limits import LATE, Limits


class Pace:
    """Over one set of connections, from one visit to the next too."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._last: float | None = None

    @contextmanager
    def kept(self, limits: Limits) -> Iterator[None]:
        """For one request: waits until the pause is over. Raises SiteTooSlow where the visit is over before that."""
        if limits.pause and self._last is not None:
            self._wait(self._last + limits.pause - limits.clock(), limits)
        try:
            yield
        finally:
            self._last = limits.clock()

    def _wait(self, seconds: float, limits: Limits) -> None:
        if seconds > limits.left():
            raise SiteTooSlow(LATE)
        if seconds > 0:
            self._sleep(seconds)
