"""Whose digest is due, and for which day: at each person's hour, however often the scheduler runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from cards.models import Letter, LetterKind, Membership, Run, User

DAY = timedelta(days=1)
PAGE = 500
SPARSE_AFTER = timedelta(hours=6)
# A daily scheduler that is minutes early must not wait for tomorrow. What it may come early by has two steps:
# with one alone, a scheduler that swings around that very minute would skip a day.
EARLY = timedelta(minutes=30)
EARLY_AGAIN = timedelta(minutes=90)
SURELY_ANOTHER_MAIL = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One person's digest of one day, to be composed as things stand at `moment`."""

    user_id: int
    day: date
    moment: datetime


def is_sparse(now: datetime, run: Run | None = None) -> bool:
    """Whether the scheduler comes so seldom that its next run may be too late: none but `run` in six hours."""
    runs = Run.objects.filter(trigger=Run.Trigger.COMMAND, finished__gt=now - SPARSE_AFTER, finished__lte=now)
    return not runs.exclude(pk=run.pk if run else None).exists()


def due_now(now: datetime, *, sparse: bool) -> Iterator[Occasion]:
    """Everybody whose digest is due. Page by page: no cursor stays open while others write."""
    zones = Membership.objects.filter(user=OuterRef("pk")).order_by("pk").values("family__timezone")[:1]
    people = User.objects.filter(is_active=True, mail_on=True).annotate(zone_name=Subquery(zones)).order_by("pk")
    last = 0
    while rows := list(people.filter(pk__gt=last).values_list("pk", "zone_name", "mail_hour", "digest_day")[:PAGE]):
        for pk, zone_name, hour, told in rows:
            zone = ZoneInfo(zone_name or timezone.get_default_timezone_name())
            day = _due_day(now, pk, zone, hour, told, sparse)
            if day is not None:
                yield Occasion(user_id=pk, day=day, moment=_as_of(now, day, hour, zone))
        last = rows[-1][0]


def _due_day(now: datetime, user: int, zone: ZoneInfo, hour: int, told: date | None, sparse: bool) -> date | None:
    day = latest(now + EARLY if sparse else now, zone, hour)
    if told is None or told < day:
        return day
    if sparse and told + DAY <= latest(now + EARLY_AGAIN, zone, hour) and not _mailed_lately(user, now):
        return told + DAY
    return None


def latest(now: datetime, zone: ZoneInfo, hour: int) -> date:
    """The last day whose hour has struck on that clock."""
    local = now.astimezone(zone)
    return local.date() if local.hour >= hour else local.date() - DAY


def _mailed_lately(user: int, now: datetime) -> bool:
    letters = Letter.objects.filter(user=user, kind=LetterKind.DIGEST, created__gt=now - SURELY_ANOTHER_MAIL)
    return letters.exists()


def _as_of(now: datetime, day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Now; but a mail that is written before midnight for the day to come speaks of that day."""
    struck = datetime.combine(day, time(hour), zone)
    return struck.astimezone(UTC) if day > now.astimezone(zone).date() else now
