"""One run of visits, from the thread that talks to the database; who makes it is decided elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import connection

from cards.clock import Clock
from cards.dispatch import Dispatcher
from cards.models import Run
from cards.progress import LogReporter, Reporter
from cards.round import Round
from cards.scope import Scope
from cards.stopping import never


def visit(
    scope: Scope,
    run: Run,
    *,
    workers: int | None = None,
    report: Reporter | None = None,
    stopped: Callable[[], bool] = never,
    closes: datetime | None = None,
) -> datetime:
    """Makes the visits, counts them in `run`, which is not saved, and returns when it was done."""
    clock = Clock(run.began)
    shared = Round(scope=scope, run=run, clock=clock, report=report or LogReporter(), stopped=stopped, closes=closes)
    with _queries_unlogged():
        Dispatcher(shared, workers or settings.CHECK_WORKERS).work()
    return clock()


@contextmanager
def _queries_unlogged() -> Iterator[None]:
    """Under DEBUG Django keeps thousands of queries, with all snapshots in them, for nobody who would look at them."""
    if connection.force_debug_cursor:  # somebody does
        yield
        return
    connection.make_debug_cursor = connection.make_cursor  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        del connection.make_debug_cursor


def work(
    scope: Scope,
    run: Run,
    *,
    workers: int | None = None,
    report: Reporter | None = None,
    stopped: Callable[[], bool] = never,
) -> Run:
    """A whole run. It is finished unless it was told to stop."""
    try:
        done = visit(scope, run, workers=workers, report=report, stopped=stopped)
        run.finished = None if stopped() else done
    finally:
        run.save(update_fields=["checked", "ok", "failed", "finished"])
    return run


def take(run: Run) -> bool:
    """Makes a run ours that was offered to a worker: of all who try, one may."""
    return Run.objects.filter(pk=run.pk, parts=1).update(parts=0) == 1
