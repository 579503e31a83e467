"""Sends what waits in the outbox: each letter claimed, sent, marked and erased; each step is safe to repeat."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from cards.clock import Clock
from cards.models import REGULAR, TRACELESS, Letter, User
from cards.outbox import REFUSED, forget, message, pending, withdraw
from cards.post import NoServer, Post, reason, refused_for_good
from cards.stopping import never

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
LOOK_AGAIN = 1.0  # seconds
PAGE = 100
# RFC 5321, 4.5.4.1: half an hour between attempts at least, but sooner at first; and days before giving up.
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
PATIENCE = 3  # attempts that a letter may have been put off before that is a failure of ours: greylisting is none


@dataclass(frozen=True, kw_only=True)
class Sent:
    """How many letters left; how many `failed` by a fault on our side or our mail server's, and stay for later.

    Put off or refused by the receiver's side is no failure of a run: the person is told, on the page.
    """

    sent: int = 0
    failed: int = 0
    put_off: int = 0
    refused: int = 0

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(
            sent=self.sent + other.sent,
            failed=self.failed + other.failed,
            put_off=self.put_off + other.put_off,
            refused=self.refused + other.refused,
        )


def send_pending(
    now: datetime,
    *,
    user: int | None = None,
    letter: int | None = None,
    wait: Callable[[float], object] | None = None,
    stopped: Callable[[], bool] = never,
) -> Sent:
    """Sends what waits (for all, for one `user`, or one `letter`), over one connection; one's failure is no other's.

    With `wait` (as `time.sleep`) also what others hold now, should they turn out to be dead: the next run may be
    tomorrow's. Once `stopped` says so, no letter is begun any more.
    """
    clock, total = Clock(now), Sent()
    which = {name: pk for name, pk in (("user", user), ("pk", letter)) if pk is not None}
    with Post() as post:
        for each in _claimed(clock, which, wait, stopped):
            try:
                total += _send(post, each, clock)
            except NoServer as error:
                _keep(each, str(error))
                return total + Sent(failed=1)
    return total


def _send(post: Post, taken: Letter, clock: Clock) -> Sent:
    """Hands one letter over, and writes down how that went. Raises NoServer."""
    try:
        post.send(message(taken))
    except (SMTPException, OSError, ValueError) as error:
        if refused_for_good(error):
            _give_up(taken, reason(error), clock())
            return Sent(refused=1)
        _put_off(taken, reason(error), clock())
        return Sent(put_off=1) if taken.attempts < PATIENCE else Sent(failed=1)
    _mark_sent(taken, clock())
    return Sent(sent=1)


def _claimed(
    clock: Clock, which: dict[str, int], wait: Callable[[float], object] | None, stopped: Callable[[], bool]
) -> Iterator[Letter]:
    """The waiting letters, oldest first, each leased to us when its turn comes; then those that others held."""
    last = 0
    while page := _page(pending(clock()).filter(pk__gt=last, **which)):
        yield from _taken(page, clock, stopped)
        last = page[-1]
    held = _held(clock(), which)
    while wait and held and not stopped():
        wait(LOOK_AGAIN)
        yield from _taken(held, clock, stopped)
        held &= _held(clock(), which)


def _page(waiting: QuerySet[Letter]) -> list[int]:
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:PAGE])


def _taken(letters: Iterable[int], clock: Clock, stopped: Callable[[], bool]) -> Iterator[Letter]:
    for pk in letters:
        now = clock()
        if not stopped() and pending(now).filter(pk=pk).update(held_until=now + LEASE):
            taken = Letter.objects.select_related("user").get(pk=pk)
            if _wanted(taken):
                yield taken


def _held(now: datetime, which: dict[str, int]) -> set[int]:
    """Letters that others are sending, or were when they died."""
    return set(Letter.objects.filter(sent=None, held_until__gte=now, **which).values_list("pk", flat=True))


def _wanted(taken: Letter) -> bool:
    """Whether its reader still wants it; if not, it is taken back."""
    user = taken.user if taken.kind in REGULAR else None
    if user is None or (user.mail_on and user.is_active):
        return True
    withdraw(Letter.objects.filter(pk=taken.pk))
    return False


def _mark_sent(taken: Letter, now: datetime) -> None:
    if _traceless(taken):
        return
    _row(taken).update(sent=now, attempts=F("attempts") + 1, held_until=None, trouble="", **Letter.erased)
    if taken.user and taken.user.mail_failing_since:
        _person(taken).update(mail_failing_since=None, mail_failing_reason="", mail_refused_at=None)


def _keep(taken: Letter, trouble: str) -> None:
    """There is no server: no letter's fault, and the next run sends it."""
    logger.warning("letter %s not sent: %s", taken.pk, trouble)
    _row(taken).update(attempts=F("attempts") + 1, held_until=None, trouble=trouble)


def _put_off(taken: Letter, trouble: str, now: datetime) -> None:
    """The server takes it later, perhaps: asked again after a while, and longer each time."""
    logger.warning("letter %s put off: %s", taken.pk, trouble)
    later = now + BACK_OFF[min(taken.attempts, len(BACK_OFF) - 1)]
    _row(taken).update(attempts=F("attempts") + 1, held_until=None, trouble=trouble, not_before=later)


def _give_up(taken: Letter, trouble: str, now: datetime) -> None:
    """The receiver's side refuses it for good: not tried again; the page tells the person, and what it told is new."""
    logger.warning("letter %s refused: %s", taken.pk, trouble)
    if _traceless(taken):
        return
    given_up = {"trouble": f"{REFUSED}{trouble}", "attempts": F("attempts") + 1, "held_until": None}
    if _row(taken).update(**given_up, **Letter.erased):
        forget(taken)
        _person(taken).update(
            mail_failing_since=Coalesce("mail_failing_since", now), mail_failing_reason=trouble, mail_refused_at=now
        )


def _traceless(taken: Letter) -> bool:
    """Whether it was to somebody who is not with us: then nothing stays of it."""
    return taken.kind in TRACELESS and bool(_row(taken).delete())


def _row(taken: Letter) -> QuerySet[Letter]:
    return Letter.objects.filter(pk=taken.pk, sent=None)


def _person(taken: Letter) -> QuerySet[User]:
    return User.objects.filter(letters=taken.pk)
