"""Checks cards: the due ones, for a command; those that somebody asks for, at once, for the page and for staff."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from cards import claims, limits
from cards import workers as machines
from cards.card_desk import drafts
from cards.models import Card, Check, Letter, LetterKind, Library, Run
from cards.progress import Reporter
from cards.scope import Scope
from cards.stopping import never
from cards.visiting import take, work


def check_due_cards(
    *,
    now: datetime,
    card: Card | None = None,
    library: Library | None = None,
    everything: bool = False,
    workers: int | None = None,
    trigger: Run.Trigger = Run.Trigger.COMMAND,
    report: Reporter | None = None,
    stopped: Callable[[], bool] = never,
) -> Run:
    """Visits the cards that are due: all of them, a library's, or with `everything` also those that are not.

    `card` is visited due or not. A card that waits for its patron is not visited at all. Once `stopped` says so,
    no visit begins any more, those under way get a few seconds, and the run that is returned is not finished.
    """
    scope = scope_of(now, card=card, library=library, everything=everything)
    run = Run.objects.create(trigger=trigger, began=now)
    prune(now)
    return work(scope, run, workers=workers, report=report, stopped=stopped)


def scope_of(now: datetime, *, card: Card | None, library: Library | None, everything: bool) -> Scope:
    """What a command is asked to visit."""
    cards, only = None if card is None else (card.pk,), None if library is None else library.pk
    return Scope(began=now, cards=cards, library=only, everything=everything)


def prune(now: datetime) -> None:
    """The history is kept for so many days: of visits, and of letters, whose bodies went when they were sent.

    What was only tried goes after an hour, and what limits counted after a day.
    """
    since = now - timedelta(days=settings.CHECKS_KEPT_DAYS)
    Check.objects.filter(began__lt=since).delete()
    Letter.objects.filter(created__lt=since).exclude(kind=LetterKind.IDLE).delete()  # those prove who was warned
    drafts.prune(now)
    limits.prune(now)


def check_now(
    cards: Iterable[Card],
    *,
    trigger: Run.Trigger = Run.Trigger.PAGE,
    now: datetime | None = None,
    try_again: bool = False,
) -> int:
    """Claims the cards for a check and returns at once, with how many it will be.

    A worker visits them, where one is free; else a thread of this process does.
    Those that are being checked already are left alone, and so are those that a refusal stopped, unless `try_again`:
    the patron asks for one more attempt. Should the process die, the cards are due when the lease runs out.
    """
    now = now or timezone.now()
    asked = [card for card in cards if card.library.visited]
    if try_again:
        for card in asked:
            _lift_stop(card)
    scope = Scope(began=now)
    taken = claims.reserve([card.pk for card in asked], scope.token, now)
    if taken:
        run = Run.objects.create(trigger=trigger, began=now, parts=1)
        _start(Scope(began=now, cards=tuple(taken), token=scope.token), run)
    return len(taken)


def _lift_stop(card: Card) -> None:
    """For one more attempt; unless there was one since the card was looked at."""
    if not card.stopped():
        return
    seen = Card.objects.filter(pk=card.pk, trouble=card.trouble, last_began=card.last_began)
    card.lift_stop()
    names = ("trouble", "trouble_words", "trouble_url", "trouble_since", "failures", "next_check_at")
    seen.update(**{name: getattr(card, name) for name in names})


def _start(scope: Scope, run: Run) -> None:
    """Begins once the claims are committed, so that the thread sees them."""
    if settings.CHECK_IN_BACKGROUND:
        thread = threading.Thread(target=_in_background, args=(scope, run), name=f"check-now-{run.pk}", daemon=True)
        transaction.on_commit(thread.start)
    elif take(run):
        work(scope, run)


def _in_background(scope: Scope, run: Run) -> None:
    try:
        if not machines.takes_over(scope, run) and take(run):
            work(scope, run)
    finally:
        connections.close_all()  # this thread's own
