"""Whose digest is due, and for which day: at each person's hour, however often the scheduler runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from cards.models import Letter, LetterKind, Membership, Run, User
from cards.timetable import DAY, Timetable

PAGE = 500
SPARSE_AFTER = timedelta(hours=6)
EARLY = timedelta(minutes=30)  # a daily scheduler that is minutes early must not wait for tomorrow
LATE = timedelta(hours=12)
VERY_LATE = timedelta(hours=18)
RETRY_FAILING = timedelta(days=7)
WHEN = ("zone_name", "mail_hour", "mail_weekdays", "away_from", "away_until")


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One person's digest for `day`, to be composed as things stand at `moment`.

    Where nothing needs doing, only `quiet_day` is done with: a mail may be sent ahead of its hour, silence may not.
    """

    user_id: int
    day: date
    quiet_day: date
    moment: datetime


def is_sparse(now: datetime, run: Run | None = None) -> bool:
    """Whether the scheduler comes so seldom that its next run may be too late: none but `run` in six hours."""
    runs = Run.objects.filter(trigger=Run.Trigger.COMMAND, finished__gt=now - SPARSE_AFTER, finished__lte=now)
    return not runs.exclude(pk=run.pk if run else 0).exists()


def due_now(now: datetime, *, sparse: bool) -> Iterator[Occasion]:
    """Everybody whose digest is due. Page by page: no cursor stays open while others write."""
    zones = Membership.objects.filter(user=OuterRef("pk")).order_by("pk").values("family__timezone")[:1]
    # An address that was refused for days is tried once a week: it may be mended where we cannot see it.
    hopeless = Q(mail_failing_since__lt=now - RETRY_FAILING, mail_refused_at__gt=now - RETRY_FAILING)
    people = User.objects.filter(~hopeless, is_active=True, mail_on=True).annotate(zone_name=Subquery(zones))
    last = 0
    while rows := list(people.filter(pk__gt=last).order_by("pk").values_list("pk", "digest_day", *WHEN)[:PAGE]):
        for pk, told, zone_name, hour, weekdays, *away in rows:
            zone = ZoneInfo(zone_name or timezone.get_default_timezone_name())
            if occasion := _occasion(pk, Timetable(hour, zone, weekdays, *away), told, now, sparse):
                yield occasion
        last = rows[-1][0]


def _occasion(user: int, times: Timetable, told: date | None, now: datetime, sparse: bool) -> Occasion | None:
    """The digest that is due, if any. One that comes very late stands for the next day too: else two would follow
    one another. Nobody who is away is mailed.
    """
    day = times.latest(now + EARLY if sparse else now)
    late = now - times.strikes(day)
    if times.owes(day, told):
        ahead = late > VERY_LATE and not times.away(day + DAY)
    elif sparse and _is_next(times, day, told, late) and not _mailed_lately(user, now):
        ahead = True
    else:
        return None
    written_for = day + DAY if ahead else day
    if times.away(max(written_for, now.astimezone(times.zone).date())):
        return None
    return Occasion(user_id=user, day=written_for, quiet_day=day, moment=_as_of(now, times, day))


def _is_next(times: Timetable, day: date, told: date | None, late: timedelta) -> bool:
    """Whether a run that comes so late on `day`, with which all is done, writes the next day's mail.

    Where a daily scheduler swings around the hour, or keeps UTC when the clocks change, else a day would go by
    without.
    """
    if told is not None and told > day:
        return False
    return times.wants(day + DAY) and late > (LATE if told == day else VERY_LATE)


def _as_of(now: datetime, times: Timetable, day: date) -> datetime:
    """Now; but what is written just before midnight for the day to come speaks of that day."""
    return times.strikes(day) if day > now.astimezone(times.zone).date() else now


def _mailed_lately(user: int, now: datetime) -> bool:
    letters = Letter.objects.filter(user=user, kind=LetterKind.DIGEST, created__gt=now - VERY_LATE)
    return letters.exists()
