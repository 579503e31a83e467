"""Nights on which clocks or calendars do odd things, and libraries either side of midnight."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from cards.models import User
from cards.occasions import due_now
from cards.schedule import hour_before, next_check
from cards.tests.mornings import DAY, TORONTO, every, mails_of
from cards.timetable import Timetable
from libraries.account import AccountSnapshot, Loan

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
HOUR = timedelta(hours=1)
AUCKLAND, VANCOUVER = "Pacific/Auckland", "America/Vancouver"
NIGHTS = {
    "forward, Toronto": datetime(2026, 3, 7, 12, tzinfo=TORONTO),
    "back, Toronto": datetime(2026, 10, 31, 12, tzinfo=TORONTO),
    "forward, Auckland": datetime(2026, 9, 26, 12, tzinfo=ZoneInfo(AUCKLAND)),
    "back, Auckland": datetime(2026, 4, 4, 12, tzinfo=ZoneInfo(AUCKLAND)),
    "forward at midnight, Santiago": datetime(2026, 9, 5, 12, tzinfo=ZoneInfo("America/Santiago")),
    "back at midnight, Santiago": datetime(2026, 4, 4, 12, tzinfo=ZoneInfo("America/Santiago")),
    "half an hour, Lord Howe": datetime(2026, 10, 3, 12, tzinfo=ZoneInfo("Australia/Lord_Howe")),
    "leap day": datetime(2028, 2, 28, 12, tzinfo=TORONTO),
    "end of February": datetime(2027, 2, 27, 12, tzinfo=TORONTO),
    "year's end": datetime(2026, 12, 30, 12, tzinfo=TORONTO),
    "year's end, Auckland": datetime(2026, 12, 30, 12, tzinfo=ZoneInfo(AUCKLAND)),
}
nights = pytest.mark.parametrize("start", NIGHTS.values(), ids=NIGHTS)


@nights
@pytest.mark.parametrize("hour", [0, 2])
def test_a_digest_is_due_once_a_day_and_at_its_hour_over_such_a_night(
    make_user: Make, make_family: Make, start: datetime, hour: int
) -> None:
    user = make_user(mail_hour=hour, digest_day=start.date())
    make_family(people=[user], timezone=str(start.tzinfo))
    told = []
    for now in every(HOUR, start, days=2):
        for occasion in due_now(now, sparse=False):
            User.objects.update(digest_day=occasion.day)
            told.append((occasion.day, now))
    assert [day - start.date() for day, _ in told] == [DAY, 2 * DAY]
    for day, now in told:
        assert timedelta() <= now - Timetable(hour, user.zone()).strikes(day) < HOUR


@nights
@pytest.mark.parametrize("hours", [6, 24])
def test_a_card_is_visited_every_day_and_in_the_hour_before_its_mail(start: datetime, hours: int) -> None:
    digest = Timetable(2, ZoneInfo(str(start.tzinfo)))
    now, last, visits = start.astimezone(UTC), start.astimezone(UTC) - HOUR, []
    while now < start + 4 * DAY:
        if next_check(last, hours * HOUR, [digest]) <= now:
            visits.append(last := now)
        now += timedelta(minutes=10)
    for day in range(1, 4):
        strikes = digest.strikes(start.date() + day * DAY)
        assert any(strikes - HOUR <= each < strikes for each in visits)
        assert hour_before(digest, strikes - 2 * HOUR) == strikes - HOUR
    assert max(b - a for a, b in pairwise(visits)) <= hours * HOUR


def loan(title: str, day: date) -> AccountSnapshot:
    return AccountSnapshot(loans=(Loan(id=title, title=title, due=day),), holds=())


@pytest.fixture
def two_shores(make_user: Make, make_family: Make, make_card: Make, make_library: Make) -> Callable[[str], User]:
    """One family in that time zone, a card in Auckland and one in Vancouver, each with a loan for the same date."""

    def make(zone: str) -> User:
        user: User = make_user(mail_hour=6, days_ahead=0)
        family = make_family(people=[user], timezone=zone)
        for title, place in (("Glass Tide", AUCKLAND), ("Salt Bridge", VANCOUVER)):
            library = make_library(f"{title} Library", timezone=place)
            make_card(family=family, library=library, snapshot=loan(title, date(2027, 1, 1)))
        return user

    return make


@pytest.mark.parametrize(
    ("zone", "first"),
    [(AUCKLAND, date(2027, 1, 1)), (VANCOUVER, date(2026, 12, 31)), ("Europe/London", date(2027, 1, 1))],
)
def test_due_today_is_by_each_librarys_day_and_the_mail_once_by_the_persons(
    two_shores: Any, zone: str, first: date
) -> None:
    user, start = two_shores(zone), datetime(2026, 12, 30, 0, tzinfo=ZoneInfo(zone))
    User.objects.update(digest_day=start.date() - DAY)
    told = mails_of(every(3 * HOUR, start, days=4))
    assert len(told) == len(mail.outbox) == user.letters.count()
    assert [each.astimezone(start.tzinfo).date() for each in told] == [
        first + n * DAY for n in range((date(2027, 1, 3) - first).days)
    ]
    for now, letter in zip(told, mail.outbox, strict=True):
        says_what_is_due(letter.body, now)


def says_what_is_due(body: str, now: datetime) -> None:
    """Each loan that is due in its library's own today, and no other."""
    for title, place in (("Glass Tide", AUCKLAND), ("Salt Bridge", VANCOUVER)):
        today = now.astimezone(ZoneInfo(place)).date()
        assert (title in body) == (today >= date(2027, 1, 1))
        part = body.partition(title)[2].partition("*")[0]
        assert ("due today" in part) == (today == date(2027, 1, 1))
