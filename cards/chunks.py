"""A website's lane as workers get it: for some minutes, then it is handed on. Safe to repeat, and to lose."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q

from cards.clock import Clock
from cards.handing import Chunk, finish, send_on
from cards.models import Library, Run
from cards.scope import Scope
from cards.stopping import never
from cards.telling import Told
from cards.visiting import visit

LONGEST = timedelta(minutes=5)
SPARE = timedelta(seconds=40)  # beside the last visit: it may be overdue
PATIENCE = 10  # seconds: somebody at the page has the website's seat for a moment
READ = ("ok", "incomplete")


def longest() -> timedelta:
    """For how long visits are begun, so that the last one ends within five minutes."""
    return max(LONGEST - timedelta(seconds=settings.VISIT_SECONDS) - SPARE, SPARE)


def work(chunk: Chunk, now: datetime, stopped: Callable[[], bool] = never) -> None:
    """Visits what it may in its time, and hands the rest on. Where others are at the website, they go on with it."""
    Library.objects.filter(host=chunk.host).update(queued_until=None)
    run = Run.objects.filter(pk=chunk.run).first()
    if run is None:
        return  # the history is pruned after weeks
    scope, clock, closes = chunk.scope(run.began), Clock(now), now + longest()
    if _free(scope, chunk.host, clock):
        # Figures of its own, which are not saved: all parts are counted together.
        visit(scope, Run(pk=run.pk, began=clock()), workers=1, stopped=stopped, closes=closes)
        _count(run)
    if (stopped() or clock() >= closes) and scope.ready([chunk.host], clock()):
        send_on(chunk, clock())
    else:
        _end(run, clock(), mail=chunk.mail)


def _free(scope: Scope, host: str, clock: Clock) -> bool:
    for _ in range(PATIENCE):
        if scope.ready([host], clock()):
            return True
        if not scope.lanes(clock()):
            return False
        time.sleep(1)
    return False


def _count(run: Run) -> None:
    """What all parts did so far, from the history: right however often a part was repeated."""
    row = Run.objects.filter(pk=run.pk)
    read = Count("checks", filter=Q(checks__outcome__in=READ))
    found = row.aggregate(checked=Count("checks"), ok=read)
    row.update(**found, failed=found["checked"] - found["ok"])


def _end(run: Run, now: datetime, *, mail: bool) -> None:
    """One part less. After the last one the run is finished, and people are told."""
    row = Run.objects.filter(pk=run.pk)
    row.filter(parts__gt=0).update(parts=F("parts") - 1)
    if row.filter(parts=0, finished=None).update(finished=now):
        finish(run, now, mail=mail)


def count_mail(run: int | None, told: Told) -> None:
    """Adds what one task mailed."""
    if run is not None and told.mailed:
        Run.objects.filter(pk=run).update(mailed=F("mailed") + told.mailed)
