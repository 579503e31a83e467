"""A pretended library system: no web, only what a test wants to happen at a visit."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from libraries.account import AccountSnapshot, Login
from libraries.site import Site

NOTHING = AccountSnapshot(loans=(), holds=(), fees=())


class Desk:
    """What happens at the libraries of a test, and what happened: visits by number, and how many at once by site."""

    def __init__(self) -> None:
        self.visits: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.order: list[str] = []
        self.today: list[Any] = []
        self.seconds = 0.0
        self.answers: dict[str, AccountSnapshot | Exception | Callable[[], AccountSnapshot]] = {}
        self._inside: Counter[str] = Counter()
        self._lock = threading.Lock()

    def serve(self, site: Site, login: Login) -> AccountSnapshot:
        """One visit."""
        with self._counted(site.base_url, login.number):
            self.today.append(site.today)
            time.sleep(self.seconds)
            answer = self.answers.get(login.number, NOTHING)
            if isinstance(answer, Exception):
                raise answer
            return answer if isinstance(answer, AccountSnapshot) else answer()

    @contextmanager
    def _counted(self, where: str, number: str) -> Any:
        with self._lock:
            self.visits[number] += 1
            self.order.append(number)
            self._inside[where] += 1
            self.most_at_once[where] = max(self.most_at_once[where], self._inside[where])
        try:
            yield
        finally:
            with self._lock:
                self._inside[where] -= 1


DESK: list[Desk] = [Desk()]


@dataclass(frozen=True, kw_only=True)
class Pretended:
    """The adapter: asks the desk of the test that is running."""

    name: ClassVar[str] = "Pretended"
    labels: ClassVar[Mapping[str, str]] = {"number": "Library card number", "pin": "PIN"}
    site: Site

    def fetch(self, web: object, login: Login) -> AccountSnapshot:
        """A visit without the web."""
        return DESK[-1].serve(self.site, login)
