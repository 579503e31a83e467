"""The outbox: a letter is stored, claimed, sent, marked and erased; each step is safe to repeat."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from cards.clock import Clock
from cards.models import Letter, LetterKind, Notice
from cards.post import NoServer, Post, reason
from cards.stopping import never

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
LOOK_AGAIN = 1.0  # seconds
PAGE = 100
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """How many letters left, and how many stay for the next run."""

    sent: int
    failed: int


def letter(kind: LetterKind, key: str, to: str, subject: str, text: str, now: datetime) -> Letter:
    """A letter, unsaved. The same key makes the same Message-ID, so that a mail sent twice is seen once."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    name = salted_hmac("cards.outbox", key, algorithm="sha256").hexdigest()[:40]
    return Letter(
        kind=kind,
        key=key,
        to=to,
        message_id=f"<{name}@{host}>",
        subject=subject,
        text=text,
        headers={"Auto-Submitted": "auto-generated"},
        created=now,
    )


def one_click(url: str) -> dict[str, str]:
    """The headers by which a mail program unsubscribes with one POST (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def withdraw_digests(user: int, now: datetime) -> None:
    """Takes back digests that could not be sent yet, and forgets that they told anything."""
    unsent = _pending(now).filter(user=user, kind=LetterKind.DIGEST)
    written = list(unsent.values_list("pk", "created"))
    for pk, created in written:
        if unsent.filter(pk=pk).update(trouble=WITHDRAWN, held_until=None, **Letter.erased):
            Notice.objects.filter(user=user, told=created).delete()


def send_pending(
    now: datetime, *, wait: Callable[[float], object] | None = None, stopped: Callable[[], bool] = never
) -> Sent:
    """Sends what waits, over one connection; one letter's failure is no other's.

    With `wait` (as `time.sleep`) also what others hold now, should they turn out to be dead: the next run may be
    tomorrow's. Once `stopped` says so, no letter is begun any more.
    """
    clock, sent, failed = Clock(now), 0, 0
    with Post() as post:
        for each in _claimed(clock, wait, stopped):
            try:
                post.send(_message(each))
            except NoServer as error:
                _failed(each, str(error))
                return Sent(sent=sent, failed=failed + 1)
            except (SMTPException, OSError, ValueError) as error:
                _failed(each, reason(error))
                failed += 1
            else:
                _mark_sent(each, clock())
                sent += 1
    return Sent(sent=sent, failed=failed)


def _pending(now: datetime) -> QuerySet[Letter]:
    unheld = Q(held_until=None) | Q(held_until__lt=now)
    return Letter.objects.filter(unheld, sent=None).exclude(trouble=WITHDRAWN)


def _claimed(clock: Clock, wait: Callable[[float], object] | None, stopped: Callable[[], bool]) -> Iterator[Letter]:
    """The waiting letters, oldest first, each leased to us when its turn comes; then those that others held."""
    last = 0
    while page := list(_pending(clock()).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PAGE]):
        yield from _taken(page, clock, stopped)
        last = page[-1]
    held = _held(clock())
    while wait and held and not stopped():
        wait(LOOK_AGAIN)
        yield from _taken(held, clock, stopped)
        held &= _held(clock())


def _taken(letters: Iterable[int], clock: Clock, stopped: Callable[[], bool]) -> Iterator[Letter]:
    for pk in letters:
        now = clock()
        if not stopped() and _pending(now).filter(pk=pk).update(held_until=now + LEASE):
            taken = Letter.objects.select_related("user").get(pk=pk)
            if _wanted(taken):
                yield taken


def _held(now: datetime) -> set[int]:
    """Letters that others are sending, or were when they died."""
    return set(Letter.objects.filter(sent=None, held_until__gte=now).values_list("pk", flat=True))


def _wanted(taken: Letter) -> bool:
    """Whether its reader still wants it; if not, it is taken back."""
    user = taken.user if taken.kind == LetterKind.DIGEST else None
    if user is None or (user.mail_on and user.is_active):
        return True
    Letter.objects.filter(pk=taken.pk).update(trouble=WITHDRAWN, held_until=None, **Letter.erased)
    return False


def _message(taken: Letter) -> EmailMultiAlternatives:
    to = taken.user.email if taken.user else taken.to  # an address that was corrected since gets the letter
    headers = {**taken.headers, "Message-ID": taken.message_id, "Date": format_datetime(taken.created)}
    message = EmailMultiAlternatives(taken.subject, taken.text, to=[to], headers=headers)
    if taken.html:
        message.attach_alternative(taken.html, "text/html")
    return message


def _mark_sent(taken: Letter, now: datetime) -> None:
    attempts = taken.attempts + 1
    row = Letter.objects.filter(pk=taken.pk)
    row.update(sent=now, attempts=attempts, held_until=None, trouble="", **Letter.erased)


def _failed(taken: Letter, trouble: str) -> None:
    logger.warning("letter %s not sent: %s", taken.pk, trouble)
    row = Letter.objects.filter(pk=taken.pk, sent=None)
    row.update(attempts=taken.attempts + 1, held_until=None, trouble=trouble)
