"""Tells people what needs doing: one digest a person and day, from what is stored, by way of the outbox."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from cards import composing, links, outbox, sending
from cards.household import upkeep
from cards.incidents import staff_incident
from cards.lanes import where
from cards.models import REGULAR, Letter, LetterKind, Notice, Run, User
from cards.occasions import Occasion, due_now, is_sparse
from cards.promptly import send_soon
from cards.stopping import never
from notifications.digest import Digest

__all__ = ["Told", "preview", "send_now", "send_test", "staff_incident", "tell"]

logger = logging.getLogger(__name__)

LEDGER_KEPT = timedelta(days=400)
WEEK = timedelta(days=7)
AT_ONCE = "now:"  # in the name of a digest that staff had sent, in place of its day


@dataclass(frozen=True, kw_only=True)
class Told:
    """How many letters went out, and how many could not be written or sent."""

    mailed: int
    failed: int


def tell(now: datetime, *, run: Run | None = None, stopped: Callable[[], bool] = never) -> Told:
    """Writes the digests that are due and sends what waits in the outbox. Safe to repeat, and side by side.

    `run` is the run that this telling belongs to: it is no sign of how often the scheduler comes. What others are
    sending is waited for, in case they are dead. Once `stopped` says so, the rest is left for the next run.
    """
    upkeep.look_after(now)
    written = [_written(occasion, now) for occasion in due_now(now, sparse=is_sparse(now, run))]
    sent = sending.send_pending(now, wait=time.sleep, stopped=stopped)
    return Told(mailed=sent.sent, failed=sent.failed + written.count(False))


def tell_one(occasion: Occasion, now: datetime) -> Told:
    """One person's digest, written and sent; as `tell` does for all."""
    fine = _written(occasion, now)
    sent = sending.send_pending(now, user=occasion.user_id)
    return Told(mailed=sent.sent, failed=sent.failed + (not fine))


def tell_rest(now: datetime, stopped: Callable[[], bool] = never) -> Told:
    """What `tell` does beside digests: what else waits in the outbox is sent, what is old is looked after."""
    upkeep.look_after(now)
    sent = sending.send_pending(now, stopped=stopped)
    return Told(mailed=sent.sent, failed=sent.failed)


def _written(occasion: Occasion, now: datetime) -> bool:
    """Whether that person's day is dealt with. A fault costs this person's mail alone, and is tried again."""
    try:
        with transaction.atomic():
            if _claim(occasion):
                _compose(occasion, now)
    except (ValueError, TypeError, LookupError) as fault:  # a stored reading that this version cannot read
        logger.error("no digest for person %s: %s", occasion.user_id, where(fault))
        return False
    return True


def _claim(occasion: Occasion) -> bool:
    """Makes the day ours: with one row changed, nobody else composes it."""
    before = Q(digest_day=None) | Q(digest_day__lt=occasion.day)
    row = User.objects.filter(before, pk=occasion.user_id, is_active=True, mail_on=True)
    return row.update(digest_day=occasion.day) == 1


def _compose(occasion: Occasion, now: datetime) -> None:
    user = User.objects.get(pk=occasion.user_id)
    outbox.withdraw_digests(user.pk, now)
    digest = composing.digest(user, occasion.moment)
    if digest is not None and _write(user, LetterKind.DIGEST, str(occasion.day), digest, now):
        return
    User.objects.filter(pk=user.pk).update(digest_day=occasion.quiet_day)
    if digest is None and user.weekly_word and _quiet_for_a_week(user, occasion):
        _write(user, LetterKind.WORD, str(occasion.day), composing.weekly_word(user, occasion.moment), now)


def _quiet_for_a_week(user: User, occasion: Occasion) -> bool:
    """Whether no mail came by itself for seven days: counted in days, whatever the hour of the run."""
    came = Letter.objects.filter(user=user, kind__in=REGULAR).exclude(trouble=outbox.WITHDRAWN)
    last = came.aggregate(last=Max("created"))["last"] or user.joined
    return occasion.day - user.local(last).date() >= WEEK


def _write(user: User, kind: LetterKind, name: str, digest: Digest, now: datetime) -> bool:
    """Puts a mail into the outbox, and what it tells into the ledger. False: it was written under this name already."""
    key = f"{kind}:{user.pk}:{name}"
    if Letter.objects.filter(key=key).exists():
        return False
    letter = outbox.letter(kind, key, user.email, digest.subject, digest.text, now)
    letter.user, letter.html, letter.reasons = user, "" if user.plain_text else digest.html, dict(digest.reasons)
    letter.headers |= outbox.one_click(links.unsubscribe_url(user.pk))
    letter.save()
    _note(user, digest, now)
    return True


def _note(user: User, digest: Digest, now: datetime) -> None:
    notices = [Notice(user=user, card_id=card, key=key, told=now) for card, key in digest.keys]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    Notice.objects.filter(user=user, told__lt=now - LEDGER_KEPT).delete()


def preview(user: User, now: datetime) -> Digest | None:
    """What a mail to this person would say now; None where nothing needs doing. Nothing is stored."""
    return composing.digest(user, now)


def send_now(users: Iterable[User], now: datetime) -> Told:
    """Mails these people at once, where something needs doing; nobody who switched mail off."""
    for user in users:
        if user.is_active and user.mail_on:
            with transaction.atomic():
                outbox.withdraw_digests(user.pk, now)
                if digest := composing.digest(user, now):
                    _write(user, LetterKind.DIGEST, f"{AT_ONCE}{now.isoformat()}", digest, now)
    sent = sending.send_pending(now)
    return Told(mailed=sent.sent, failed=sent.failed)


def send_test(user: User, now: datetime) -> None:
    """Mails this person what today's mail would say, though they switched mail off. The ledger does not hear of it."""
    mail = composing.test_mail(user, now)
    letter = outbox.letter(
        LetterKind.TEST, f"test:{user.pk}:{now.isoformat()}", user.email, mail.subject, mail.text, now
    )
    letter.user, letter.html = user, "" if user.plain_text else mail.html
    letter.headers |= outbox.one_click(links.unsubscribe_url(user.pk))
    letter.save()
    send_soon(letter)
