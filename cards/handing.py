"""Hands work out to workers: lanes in chunks, digests one by one."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from cards import checking, heartbeat
from cards.broker import NoBroker, send
from cards.models import Card, Library, Run
from cards.occasions import Occasion, due_now, is_sparse
from cards.outcomes import OURS
from cards.scope import Scope

QUEUED = timedelta(minutes=5)  # then a message that no worker took may be lost, and is sent again
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Part of the lane of `host`, for `run`. With `mail` the run's last chunk has the digests sent."""

    host: str
    run: int
    everything: bool = False
    library: int | None = None
    card: str | None = None
    mail: bool = True

    def scope(self, began: datetime) -> Scope:
        """What it visits. `began` is the run's: each card is visited once in it."""
        cards = (UUID(self.card),) if self.card else None
        return Scope(began=began, host=self.host, library=self.library, everything=self.everything, cards=cards)


@dataclass(frozen=True, kw_only=True)
class Handed:
    """How many lanes and digests were handed out."""

    lanes: int = 0
    digests: int = 0


def hand_out(scope: Scope, now: datetime, *, mail: bool) -> Handed:
    """Sends each lane that nobody is at, longest first, and the digests that wait for no lane. Harmless to repeat."""
    waiting = [each.host for each in scope.lanes(now)]
    free = scope.ready(waiting, now)
    hosts = [host for host in waiting if host in free and _queue(host, now)]
    if hosts:
        _hand_out(hosts, scope, now, mail=mail)
    elif not waiting:
        _note_quiet(now)
    return Handed(lanes=len(hosts), digests=hand_out_mail(now, None, scope) if mail else 0)


def _hand_out(hosts: list[str], scope: Scope, now: datetime, *, mail: bool) -> None:
    checking.prune(now)
    run = Run.objects.create(began=now, parts=len(hosts))
    card = str(scope.cards[0]) if scope.cards else None
    asked = {"run": run.pk, "everything": scope.everything, "library": scope.library, "card": card, "mail": mail}
    try:
        for host in hosts:
            send("check_lane", asdict(Chunk(host=host, **asked)))  # type: ignore[arg-type]
    except NoBroker:
        Library.objects.filter(host__in=hosts).update(queued_until=None)
        raise


def _queue(host: str, now: datetime) -> bool:
    """Marks the lane as handed out. False: another did so just before."""
    unasked = Q(queued_until=None) | Q(queued_until__lt=now)
    return Library.objects.filter(unasked, host=host).update(queued_until=now + QUEUED) > 0


def send_on(chunk: Chunk, now: datetime) -> None:
    """The rest of a lane, to whichever worker is free."""
    _queue(chunk.host, now)
    send("check_lane", asdict(chunk))


def _note_quiet(now: datetime) -> None:
    """With nothing due a run is over as it begins: written down once an hour, so that the history stays short."""
    commands = Run.objects.filter(trigger=Run.Trigger.COMMAND)
    if not commands.filter(finished__gt=now - AN_HOUR).exists():
        checking.prune(now)
        finish(Run.objects.create(began=now, finished=now), now, mail=False)


def finish(run: Run, now: datetime, *, mail: bool) -> None:
    """Has everybody's digest sent whose hour has come; the watching service hears of a good run."""
    if mail:
        hand_out_mail(now, run)
    if not run.checks.filter(outcome__in=OURS).exists():
        heartbeat.beat()


def hand_out_mail(now: datetime, run: Run | None, pending: Scope | None = None) -> int:
    """A task for each person whose digest is due, but for those whose cards are still to be visited (`pending`)."""
    handed, pk = 0, run.pk if run else None
    for each in due_now(now, sparse=is_sparse(now, run)):
        if pending is None or not _waits(each, pending, now):
            days = (each.day.isoformat(), each.quiet_day.isoformat(), each.moment.isoformat())
            send("send_digest", each.user_id, *days, pk)
            handed += 1
    send("send_letters", pk)
    return handed


def _waits(occasion: Occasion, pending: Scope, now: datetime) -> bool:
    theirs = Card.objects.filter(family__memberships__user=occasion.user_id)
    return pending.wanted(now).filter(pk__in=theirs.values("pk")).exists()
