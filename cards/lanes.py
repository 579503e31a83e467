"""One library's visits, one after the other, in a thread that never touches the ORM."""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from queue import SimpleQueue
from typing import Any
from uuid import UUID

from libraries.account import AccountSnapshot, Login, Shortfall, to_json
from libraries.errors import CheckError
from libraries.fetch import build_adapter, fetch_account
from libraries.web import Connections

logger = logging.getLogger(__name__)

SHORTEST_SECRET = 2  # characters: what is not longer tells nothing, and stands in many words


@dataclass(frozen=True, kw_only=True)
class Job:
    """A visit to make: all that it needs, as plain values. `version` is that of the credentials."""

    card_id: UUID
    version: int
    system: str
    options: Mapping[str, object]
    login: Login
    zone: tzinfo
    user_agent: str
    seconds: float
    pause: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a visit ended: what to store, or what went wrong (a kind of `libraries.errors`) in whose words."""

    card_id: UUID
    version: int
    began: datetime
    seconds: float = 0.0
    requests: int = 0
    stored: dict[str, Any] | None = field(default=None, repr=False)
    loans: int | None = None
    holds: int | None = None
    trouble: str = ""
    words: str = field(default="", repr=False)
    url: str = ""

    @property
    def name(self) -> str:
        """ "ok", "incomplete", or the kind of the error."""
        if self.trouble:
            return self.trouble
        return "incomplete" if self.stored and self.stored["incomplete"] else "ok"


def attempt(job: Job, connections: Connections, clock: Callable[[], datetime]) -> Outcome:
    """Visits the library for one card. Whatever happens, there is an outcome."""
    began, steady, sent = clock(), time.monotonic(), 0
    try:
        adapter = build_adapter(job.system, job.options, today=began.astimezone(job.zone).date())
        site = adapter.site
        visit = connections.visit(
            site.hosts_allowed,
            secure=site.secure,
            seconds=job.seconds,
            user_agent=job.user_agent,
            language=site.language,
            pause=job.pause,
        )
        try:
            with visit as web:
                found = _found(fetch_account(adapter, job.login, web))
        finally:
            sent = visit.requests
    except CheckError as error:
        found = _trouble(error, job.login)
    # Our bug, or one below us: it costs this card its reading, and never the others theirs.
    except Exception as fault:  # noqa: BLE001
        logger.error("a fault of ours, card %s, system %s: %s", job.card_id, job.system, where(fault))
        found = {"trouble": CheckError.kind, "words": type(fault).__name__}
    seconds = time.monotonic() - steady
    return Outcome(card_id=job.card_id, version=job.version, began=began, seconds=seconds, requests=sent, **found)


def _found(account: AccountSnapshot) -> dict[str, Any]:
    return {
        "stored": to_json(account),
        "loans": None if account.loans is None else len(account.loans),
        "holds": None if account.holds is None else len(account.holds),
        "words": "; ".join(map(_missing, account.incomplete)),
    }


def _trouble(error: CheckError, login: Login) -> dict[str, Any]:
    url = getattr(error, "url", None) or ""
    return {"trouble": error.kind, "words": _discreet(error.message, login), "url": url}


def _discreet(words: str, login: Login) -> str:
    """A library's words, which are stored in the clear, without the credentials that some libraries repeat in them."""
    for secret in (login.number, "".join(login.number.split()), login.pin):
        if len(secret) > SHORTEST_SECRET:
            words = words.replace(secret, "…")
    return words


def _missing(short: Shortfall) -> str:
    return f"the library counts {short.stated} {short.what}, {short.read} could be read"


def where(fault: BaseException) -> str:
    """Its type and traceback, without any message: those quote values, and may quote a card's number."""
    return f"{type(fault).__name__}\n{''.join(traceback.format_tb(fault.__traceback__))}"


class Lane(threading.Thread):
    """Makes the visits that it is handed, in order, over connections kept alive between them.

    A daemon: whoever stops the process does not wait for a library.
    """

    def __init__(
        self,
        name: str,
        connections: Connections,
        clock: Callable[[], datetime],
        outcomes: "SimpleQueue[tuple[Lane, Outcome]]",
    ) -> None:
        super().__init__(name=f"lane-{name}", daemon=True)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._connections, self._clock, self._outcomes = connections, clock, outcomes

    def hand(self, job: Job) -> None:
        """One more visit to make."""
        self._jobs.put(job)

    def end(self) -> None:
        """No more after those handed."""
        self._jobs.put(None)

    def run(self) -> None:
        """Visits until told that it was the last."""
        try:
            while (job := self._jobs.get()) is not None:
                self._outcomes.put((self, attempt(job, self._connections, self._clock)))
        finally:
            self._connections.close()
