"""Tells people what needs doing: one digest a person and day, from what is stored, by way of the outbox."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from cards import links, outbox, sending
from cards.incidents import staff_incident
from cards.lanes import where
from cards.models import Card, Letter, LetterKind, Notice, Run, User
from cards.occasions import Occasion, due_now, is_sparse
from cards.states import card_states
from cards.stopping import never
from notifications.digest import Digest, compose

__all__ = ["Told", "preview", "send_now", "staff_incident", "tell"]

logger = logging.getLogger(__name__)

LEDGER_KEPT = timedelta(days=400)


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
    written = [_written(occasion, now) for occasion in due_now(now, sparse=is_sparse(now, run))]
    sent = sending.send_pending(now, wait=time.sleep, stopped=stopped)
    return Told(mailed=sent.sent, failed=sent.failed + written.count(False))


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
    if not _write(user, f"digest:{user.pk}:{occasion.day}", occasion.moment, now):
        User.objects.filter(pk=user.pk).update(digest_day=occasion.quiet_day)


def _write(user: User, key: str, moment: datetime, now: datetime) -> bool:
    """Puts the digest into the outbox, and what it tells into the ledger. What still waited there is out of date.

    False: nothing needs doing at that moment, or it was told under this key already.
    """
    outbox.withdraw_digests(user.pk, now)
    digest = _digest(user, moment)
    if digest is None or Letter.objects.filter(key=key).exists():
        return False
    letter = outbox.letter(LetterKind.DIGEST, key, user.email, digest.subject, digest.text, now)
    letter.user, letter.html = user, digest.html
    letter.headers |= outbox.one_click(links.unsubscribe_url(user.pk))
    letter.save()
    _note(user, digest, now)
    return True


def _digest(user: User, moment: datetime) -> Digest | None:
    cards = (
        Card.objects.kept().filter(family__memberships__user=user, paused=False).defer("number_sealed", "pin_sealed")
    )
    ordered = cards.select_related("family", "library").order_by("family__name", "family_id", "patron_name")
    grouped = groupby(ordered, key=lambda card: card.family)
    families = [(family.name, card_states(group, moment)) for family, group in grouped]
    told = Notice.objects.filter(user=user).values_list("card_id", "key")
    with translation.override(settings.LANGUAGE_CODE):
        return compose(
            user.name,
            families,
            days_ahead=user.days_ahead,
            told={(str(card), key) for card, key in told},
            status_url=links.status_url(),
            unsubscribe_url=links.unsubscribe_url(user.pk),
            day=user.local(moment).date(),
        )


def _note(user: User, digest: Digest, now: datetime) -> None:
    notices = [Notice(user=user, card_id=card, key=key, told=now) for card, key in digest.keys]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    Notice.objects.filter(user=user, told__lt=now - LEDGER_KEPT).delete()


def preview(user: User, now: datetime) -> Digest | None:
    """What a mail to this person would say now; None where nothing needs doing. Nothing is stored."""
    return _digest(user, now)


def send_now(users: Iterable[User], now: datetime) -> Told:
    """Mails these people at once, where something needs doing; nobody who switched mail off."""
    for user in users:
        if user.is_active and user.mail_on:
            with transaction.atomic():
                _write(user, f"digest:{user.pk}:now:{now.isoformat()}", now, now)
    sent = sending.send_pending(now)
    return Told(mailed=sent.sent, failed=sent.failed)
