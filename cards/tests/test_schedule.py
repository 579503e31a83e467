"""When a card is due."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cards.models import Card
from cards.schedule import digest_times, hour_before, next_check, reschedule, retry
from cards.timetable import Timetable

TORONTO = ZoneInfo("America/Toronto")
SIX = Timetable(6, TORONTO)
HOUR = timedelta(hours=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_card_is_due_when_nine_tenths_of_its_interval_have_passed() -> None:
    assert next_check(utc(2026, 3, 2, 12), 6 * HOUR, []) == utc(2026, 3, 2, 17, 24)


def test_a_card_is_due_in_the_hour_before_the_mail() -> None:
    # 06:00 in Toronto is 11:00 UTC in winter
    assert next_check(utc(2026, 1, 12, 7), 6 * HOUR, [SIX]) == utc(2026, 1, 12, 10)


def test_a_card_visited_in_that_hour_has_no_second_visit_for_the_same_mail() -> None:
    assert next_check(utc(2026, 1, 12, 10), 24 * HOUR, [SIX]) == utc(2026, 1, 13, 7, 36)
    assert hour_before(SIX, utc(2026, 1, 12, 10)) == utc(2026, 1, 13, 10)


def test_the_earliest_of_several_peoples_mails_counts() -> None:
    seven_in_rome = Timetable(7, ZoneInfo("Europe/Rome"))
    assert next_check(utc(2026, 1, 12, 3), 12 * HOUR, [SIX, seven_in_rome]) == utc(2026, 1, 12, 5)


@pytest.mark.parametrize(
    ("after", "begins"),
    [
        (utc(2026, 3, 7, 12), utc(2026, 3, 8, 9)),  # the clock goes forward that night: 06:00 is 10:00 UTC
        (utc(2026, 10, 31, 12), utc(2026, 11, 1, 10)),  # and back: 06:00 is 11:00 UTC
    ],
)
def test_the_hour_before_the_mail_follows_the_clock_change(after: datetime, begins: datetime) -> None:
    assert hour_before(SIX, after) == begins


def test_an_hour_that_the_clock_change_leaves_out_still_has_an_hour_before() -> None:
    assert hour_before(Timetable(2, TORONTO), utc(2026, 3, 7, 20)) == utc(2026, 3, 8, 6)


def test_failures_are_retried_after_one_hour_four_and_then_every_six() -> None:
    began = utc(2026, 3, 2, 12)
    assert [(retry(began, failures) - began) / HOUR for failures in (1, 2, 3, 4, 50)] == [1, 4, 6, 6, 6]


def days_visited(interval: timedelta, every: timedelta, start: datetime, digests: list[Timetable]) -> set[object]:
    """Thirty days of a scheduler that comes up to ten minutes early or late: the local days of the visits."""
    dice, due, days = random.Random(1), start - HOUR, set()
    for turn in range(int(timedelta(days=30) / every)):
        tick = start + turn * every + timedelta(minutes=dice.uniform(-10, 10))
        if due <= tick:
            days.add(tick.astimezone(TORONTO).date())
            due = next_check(tick, interval, digests)
    return days


@pytest.mark.parametrize("digests", [[], [SIX], [SIX, Timetable(21, TORONTO)]])
@pytest.mark.parametrize("every", [timedelta(days=1), timedelta(hours=1), timedelta(minutes=10)])
@pytest.mark.parametrize("hours", [6, 12, 24])
@pytest.mark.parametrize("month", [1, 2, 10])  # late February and October run into a clock change
def test_every_card_is_visited_every_day(month: int, hours: int, every: timedelta, digests: list[Timetable]) -> None:
    # A daily scheduler keeps to UTC, far enough from midnight that its jitter does not change the day.
    start = utc(2026, month, 20, 15)
    first = start.astimezone(TORONTO).date()
    assert days_visited(hours * HOUR, every, start, digests) >= {first + timedelta(days=day) for day in range(30)}


def test_an_hourly_scheduler_always_visits_before_the_mail() -> None:
    dice, begun, missed = random.Random(2), utc(2026, 2, 20), []
    due = begun
    for turn in range(1, 30 * 24):
        tick = utc(2026, 2, 20) + turn * HOUR + timedelta(minutes=dice.uniform(-10, 10))
        if due <= tick:
            begun, due = tick, next_check(tick, 24 * HOUR, [SIX])
        local = tick.astimezone(TORONTO)
        if local.hour == 6 and begun < local.replace(hour=5, minute=0, second=0, microsecond=0):
            missed.append(tick)
    assert missed == []


def test_people_who_want_no_mail_do_not_count(make_user, make_family) -> None:
    silent = [make_user(mail_hour=8, mail_on=False), make_user(mail_hour=9, is_active=False)]
    family = make_family(people=[make_user(mail_hour=7), *silent])
    assert digest_times([family.pk])[family.pk] == [Timetable(7, TORONTO)]


def test_the_hour_is_that_of_the_persons_first_family(make_user, make_family) -> None:
    person = make_user(mail_hour=7)
    make_family(people=[person], timezone="Europe/Rome")
    second = make_family(people=[person], timezone="America/Toronto")
    assert (
        digest_times([second.pk])[second.pk] == [Timetable(7, person.zone())] == [Timetable(7, ZoneInfo("Europe/Rome"))]
    )


def test_a_longer_interval_moves_the_next_check(make_card) -> None:
    now = utc(2026, 3, 2, 12)
    card = make_card(last_began=now - HOUR, next_check_at=now + 4 * HOUR, interval_hours=20)
    reschedule([card], now)
    assert Card.objects.get().next_check_at == now + 17 * HOUR


def test_rescheduling_leaves_cards_that_are_due_new_or_in_trouble(make_card) -> None:
    now = utc(2026, 3, 2, 12)
    make_card(last_began=now - HOUR, next_check_at=now, interval_hours=20)
    make_card(last_began=None, next_check_at=now + HOUR, interval_hours=20)
    make_card(last_began=now, next_check_at=now + HOUR, interval_hours=20, trouble="site_unavailable", failures=1)
    before = list(Card.objects.order_by("pk").values_list("next_check_at", flat=True))
    reschedule(Card.objects.all(), now)
    assert list(Card.objects.order_by("pk").values_list("next_check_at", flat=True)) == before
