"""Runs of the scheduler over days and weeks, and what is on a card meanwhile: for tests about when mail comes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from cards.models import Card, Run
from cards.telling import Told, tell
from libraries.account import AccountSnapshot, Hold, HoldState, Loan

TORONTO = ZoneInfo("America/Toronto")
MORNING = datetime(2026, 11, 19, 6, 4, tzinfo=TORONTO)  # a Thursday
READY = AccountSnapshot(loans=(), holds=(Hold(id="h", title="Tin Moon", state=HoldState.READY),))
NOTHING = AccountSnapshot(loans=(), holds=())
DAY = timedelta(days=1)


def due(day: datetime, title: str = "Salt Bridge") -> AccountSnapshot:
    return AccountSnapshot(loans=(Loan(id=title, title=title, due=day.date()),), holds=())


def run_at(now: datetime) -> Told:
    """What check_cards does at that moment: all cards read well, then the mail."""
    run = Run.objects.create(began=now, finished=now)
    Card.objects.update(snapshot_at=now)
    return tell(now, run=run)


def mails_of(moments: Iterable[datetime]) -> list[datetime]:
    """At which of these moments a mail went out. Two at once are one too many."""
    told = [(now, run_at(now).mailed) for now in moments]
    assert all(mailed in (0, 1) for _, mailed in told)
    return [now for now, mailed in told if mailed]


def daily(hour: int, minute: int, zone: Any = TORONTO, *, days: int = 30, seed: int = 7) -> Iterator[datetime]:
    """A scheduler that comes once a day, ten minutes early or late; over the end of summer time."""
    random = Random(seed)
    for each in range(days):
        moment = datetime(2026, 10, 17, hour, minute, tzinfo=zone) + each * DAY
        yield moment.astimezone(UTC) + timedelta(minutes=random.uniform(-10, 10))


def every(step: timedelta, start: datetime, *, days: int) -> Iterator[datetime]:
    now = start.astimezone(UTC)
    while now < start + days * DAY:
        yield now
        now += step


def local(moments: Iterable[datetime]) -> list[str]:
    """As "Thu 19 06:04" in Toronto."""
    return [f"{moment.astimezone(TORONTO):%a %d %H:%M}" for moment in moments]
