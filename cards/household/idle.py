"""Accounts that nobody uses: warned twice, 30 and 7 days ahead, then deleted. Never without both warnings sent."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.dispatch import receiver
from django.utils import timezone

from cards import links
from cards.household import letters
from cards.household.deleting import delete_person
from cards.models import STOPPING, Card, Letter, LetterKind, User
from notifications import household
from notifications.note import Note

WARNINGS = (30, 7)  # days before the deletion
WORKS_WITHIN = timedelta(days=90)  # a card that was read well since works, though its library may be down for weeks


def seen(user: int, now: datetime) -> None:
    """Somebody is there: they signed in, pressed a button that a mail led to, or want to keep the account."""
    User.objects.filter(pk=user).update(active_at=now)
    _spare(user)


@receiver(user_logged_in, dispatch_uid="cards.household.idle")
def _signed_in(user: User, **_: object) -> None:
    seen(user.pk, timezone.now())


def look_after(now: datetime) -> None:
    """Takes each idle account one step further, where that is due. Safe to repeat, and side by side."""
    warned = Q(idle_warnings__gt=0) | Q(Exists(_letters(OuterRef("pk"))))
    for pk in _keys(User.objects.filter(warned).exclude(pk__in=_idle(now).values("pk"))):
        _spare(pk)
    for pk in _keys(_idle(now)) if settings.IDLE_DAYS else ():
        if user := User.objects.filter(pk=pk).first():
            _step(user, now)


def _keys(people: QuerySet[User]) -> list[int]:
    return list(people.order_by("pk").values_list("pk", flat=True))


def _step(user: User, now: datetime) -> None:
    if user.idle_warnings < len(WARNINGS):
        _warn(user, now)
    else:
        _delete(user, now)


def _idle(now: datetime) -> QuerySet[User]:
    """Long unused, without a card that works. Never staff; and who was switched off is staff's affair."""
    long_ago = now - timedelta(days=max(settings.IDLE_DAYS - WARNINGS[0], WARNINGS[0]))
    unused = User.objects.filter(Q(last_login=None) | Q(last_login__lte=long_ago), active_at__lte=long_ago)
    working = Card.objects.kept().filter(family__memberships__user=OuterRef("pk"), paused=False)
    working = working.filter(snapshot_at__gt=now - WORKS_WITHIN).exclude(trouble__in=STOPPING)
    return unused.filter(~Exists(working), is_active=True, is_staff=False, is_superuser=False)


def _letters(user: int | OuterRef) -> QuerySet[Letter]:
    return Letter.objects.filter(user=user, kind=LetterKind.IDLE)


def _spare(user: int) -> None:
    """Warnings of earlier do not count next time."""
    User.objects.filter(pk=user).update(idle_warnings=0, idle_warned_at=None)
    _letters(user).delete()


def _warn(user: User, now: datetime) -> None:
    """Writes the next warning when its day has come; it counts from when it was sent."""
    given = user.idle_warnings
    if given and not _passed(user, WARNINGS[given - 1] - WARNINGS[given], now):
        return
    warning = _letters(user.pk).filter(key=_key(user)).first()
    if warning is None:
        Letter.objects.bulk_create([_warning(user, now)], ignore_conflicts=True)
    elif warning.sent:
        before = User.objects.filter(pk=user.pk, idle_warnings=given)
        before.update(idle_warnings=given + 1, idle_warned_at=warning.sent)


def _passed(user: User, days: int, now: datetime) -> bool:
    return user.idle_warned_at is not None and user.idle_warned_at <= now - timedelta(days=days)


def _key(user: User) -> str:
    return f"idle:{user.pk}:{user.idle_warnings + 1}"


def _warning(user: User, now: datetime) -> Letter:
    def note() -> Note:
        last = max(each for each in (user.active_at, user.last_login) if each)
        url = links.keep_url(user.pk)
        return household.idle_warning(days=WARNINGS[user.idle_warnings], last_seen=user.local(last).date(), url=url)

    letter = letters.write(LetterKind.IDLE, _key(user), user.email, note, user.mail_language(), now)
    letter.user, letter.html = user, "" if user.plain_text else letter.html
    return letter


@transaction.atomic
def _delete(user: User, now: datetime) -> None:
    still = _idle(now).select_for_update().filter(pk=user.pk, idle_warnings=len(WARNINGS)).first()
    if still and _passed(still, WARNINGS[-1], now):
        delete_person(still, now, idle=True)
