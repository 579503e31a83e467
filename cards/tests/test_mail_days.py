"""On which days mail comes: weekdays, vacations, made up for after an outage; and for what."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from cards.models import Card, CardChoice, Letter, MailWhen, Notice, User
from cards.schedule import digest_times, hour_before
from cards.telling import preview
from cards.tests.mornings import DAY, MORNING, NOTHING, READY, TORONTO, daily, due, every, local, mails_of, run_at
from cards.timetable import Timetable
from libraries.account import AccountSnapshot, to_json

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]
HOURLY = timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 6, 4, tzinfo=TORONTO)


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user(name="Ada", email="ada@example.org")
    return user


@pytest.fixture
def hold_card(ada: User, make_family: Make, make_card: Make) -> Card:
    """Ada's family has a card with a hold that waits for ever."""
    card: Card = make_card(family=make_family(people=[ada]), snapshot=READY, at=MORNING, patron_name="Mia")
    return card


def read(card: Card, snapshot: AccountSnapshot) -> None:
    Card.objects.filter(pk=card.pk).update(snapshot=to_json(snapshot))


def wants(**wishes: Any) -> None:
    User.objects.update(**wishes)


@pytest.mark.parametrize("mail_hour", [0, 6, 23])
def test_mail_comes_on_the_chosen_weekdays_only(hold_card: Card, mail_hour: int) -> None:
    wants(mail_weekdays="135", mail_hour=mail_hour, digest_day=MORNING.date() - DAY)
    told = local(mails_of(every(HOURLY, MORNING.replace(hour=0), days=14)))
    assert [each[:6] for each in told] == ["Fri 20", "Mon 23", "Wed 25", "Fri 27", "Mon 30", "Wed 02"]
    assert {int(each[7:9]) for each in told} == {mail_hour}


@pytest.mark.parametrize(("hour", "minute"), [(6, 0), (5, 30), (4, 30), (12, 0), (22, 30), (1, 30)])
def test_a_daily_scheduler_heeds_weekdays_over_the_end_of_summer_time(hold_card: Card, hour: int, minute: int) -> None:
    wants(mail_weekdays="12345", digest_day=date(2026, 10, 16))  # a Friday
    told = mails_of(daily(hour, minute))
    weekdays = [each.astimezone(TORONTO).isoweekday() for each in told]
    assert len(told) == 20  # of thirty days
    assert set(weekdays) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("start", [datetime(2026, 3, 5, tzinfo=TORONTO), datetime(2026, 10, 29, tzinfo=TORONTO)])
@pytest.mark.parametrize("mail_hour", [1, 2, 3])
def test_sundays_on_which_the_clocks_change_have_one_mail(hold_card: Card, start: datetime, mail_hour: int) -> None:
    wants(mail_weekdays="7", mail_hour=mail_hour, digest_day=start.date())
    told = mails_of(every(timedelta(minutes=30), start, days=6))
    assert [each.astimezone(TORONTO).isoweekday() for each in told] == [7]


def test_news_of_a_day_without_mail_is_in_the_next_one(hold_card: Card) -> None:
    wants(mail_weekdays="12345", mail_when=MailWhen.NEW)
    assert [run_at(MORNING).mailed, run_at(MORNING + DAY).mailed] == [1, 0]
    read(hold_card, due(MONDAY, "Salt Bridge"))
    assert run_at(MORNING + 2 * DAY).mailed == 0  # Saturday
    assert run_at(MONDAY).mailed == 1
    assert "* Salt Bridge [new]" in mail.outbox[1].body


def test_a_day_for_mail_that_went_by_without_a_run_is_made_up_for(hold_card: Card) -> None:
    wants(mail_weekdays="1", digest_day=(MONDAY - 7 * DAY).date())
    tuesday = MONDAY + DAY
    told = mails_of(every(HOURLY, tuesday.replace(hour=3), days=8))
    assert [each[:6] for each in local(told)] == ["Tue 24", "Mon 30"]


def test_somebody_new_has_missed_nothing(hold_card: Card) -> None:
    wants(mail_weekdays="1")
    assert local(mails_of(every(HOURLY, MORNING, days=5))) == ["Mon 23 06:04"]


def test_what_falls_due_before_the_next_mail_is_told_in_the_last_one_before(hold_card: Card) -> None:
    wants(mail_weekdays="1", days_ahead=1, digest_day=(MONDAY - DAY).date())
    read(hold_card, due(MONDAY + 6 * DAY))
    assert run_at(MONDAY).mailed == 1
    User.objects.update(digest_day=(MONDAY - DAY).date())
    Letter.objects.all().delete()
    read(hold_card, due(MONDAY + 7 * DAY))  # next Monday's mail is in time
    assert run_at(MONDAY).mailed == 0


def test_nothing_comes_while_away_and_all_that_needs_doing_on_the_day_after(hold_card: Card) -> None:
    wants(away_from=MORNING.date() + DAY, away_until=MORNING.date() + 10 * DAY)
    told = mails_of(every(HOURLY, MORNING, days=14))
    assert local(told) == ["Thu 19 06:04", "Mon 30 06:04", "Tue 01 06:04", "Wed 02 06:04"]
    assert "Tin Moon" in mail.outbox[1].body


def test_after_a_vacation_mail_waits_for_a_day_for_mail(hold_card: Card) -> None:
    saturday = MORNING.date() + 2 * DAY
    wants(mail_weekdays="12345", away_from=MORNING.date() + DAY, away_until=saturday - DAY)
    told = mails_of(every(HOURLY, MORNING, days=5))
    assert local(told) == ["Thu 19 06:04", "Mon 23 06:04"]


def test_the_last_mail_before_a_vacation_tells_what_falls_due_meanwhile(hold_card: Card) -> None:
    wants(away_from=MORNING.date() + DAY, away_until=MORNING.date() + 10 * DAY)
    read(hold_card, due(MORNING + 9 * DAY))
    assert run_at(MORNING).mailed == 1
    assert "Salt Bridge" in mail.outbox[0].body


def test_a_mail_that_was_missed_is_not_made_up_for_while_away(hold_card: Card) -> None:
    wants(away_from=MORNING.date(), away_until=MORNING.date() + 2 * DAY, digest_day=MORNING.date() - 3 * DAY)
    assert local(mails_of(every(HOURLY, MORNING.replace(hour=1), days=4))) == ["Sun 22 00:04"]


def test_the_last_evening_before_a_vacation_has_its_mail_however_late_the_run(hold_card: Card) -> None:
    wants(
        mail_hour=0, away_from=MORNING.date() + DAY, away_until=MORNING.date() + 3 * DAY, digest_day=date(2026, 11, 18)
    )
    assert run_at(MORNING.replace(hour=19)).mailed == 1


def test_vacations_are_days_on_the_persons_own_clock(ada: User, make_family: Make, make_card: Make) -> None:
    make_card(family=make_family(people=[ada], timezone="Pacific/Auckland"), snapshot=READY, at=MORNING)
    wants(away_from=date(2026, 11, 20), away_until=date(2026, 11, 20), digest_day=date(2026, 11, 19))
    told = mails_of(every(HOURLY, datetime(2026, 11, 19, 12, 4, tzinfo=UTC), days=2))
    assert [f"{each:%d %H}" for each in told] == ["20 17"]  # the 21st, six in the morning there


def test_only_what_is_new_makes_a_mail_for_those_who_want_it_so(hold_card: Card) -> None:
    wants(mail_when=MailWhen.NEW)
    assert len(mails_of(MORNING + n * DAY for n in range(5))) == 1
    more = AccountSnapshot(loans=due(MORNING + 6 * DAY).loans, holds=READY.holds)
    read(hold_card, more)
    assert run_at(MORNING + 5 * DAY).mailed == 1
    assert "Tin Moon" in mail.outbox[1].body


def test_single_cards_have_days_ahead_of_their_own(ada: User, hold_card: Card, make_card: Make) -> None:
    read(hold_card, due(MORNING + 6 * DAY, "Glass Tide"))
    make_card(family=hold_card.family, snapshot=due(MORNING + 6 * DAY, "Salt Bridge"), at=MORNING)
    CardChoice.objects.create(user=ada, card=hold_card, days_ahead=7)
    assert run_at(MORNING).mailed == 1
    assert "Glass Tide" in mail.outbox[0].body
    assert "Salt Bridge" not in mail.outbox[0].body


def test_what_is_muted_is_not_mailed_nor_marked_as_told(ada: User, hold_card: Card) -> None:
    wants(muted=["ready"])
    read(hold_card, AccountSnapshot(loans=due(MORNING).loans, holds=READY.holds))
    assert run_at(MORNING).mailed == 1
    assert "Tin Moon" not in mail.outbox[0].body + str(mail.outbox[0].message())
    assert [notice.key.partition(":")[0] for notice in Notice.objects.all()] == ["due"]


def test_plain_text_only_has_no_other_part(hold_card: Card) -> None:
    wants(plain_text=True)
    run_at(MORNING)
    assert mail.outbox[0].message().get_content_type() == "text/plain"
    assert "Tin Moon" in mail.outbox[0].body


def test_the_mail_is_in_the_persons_language_and_the_next_persons_in_theirs(
    ada: User, hold_card: Card, make_user: Make
) -> None:
    wants(language="fr")
    hold_card.family.people.add(make_user("ben@example.org"), make_user("eve@example.org", language="tlh"))
    run_at(MORNING)
    texts = {message.to[0]: message.body for message in mail.outbox}
    assert "novembre" in texts["ada@example.org"]
    assert "Thursday, 19 November" in texts["ben@example.org"]
    assert "Thursday, 19 November" in texts["eve@example.org"]


def test_a_letter_keeps_why_it_came_and_no_title(hold_card: Card) -> None:
    run_at(MORNING)
    letter = Letter.objects.get()
    assert letter.reasons == {"ready": 1}
    assert letter.text == ""


def test_a_paused_card_is_not_told_of(ada: User, hold_card: Card) -> None:
    Card.objects.update(paused=True)
    assert preview(ada, MORNING) is None


def test_cards_are_read_in_the_hour_before_a_day_for_mail_only(ada: User, hold_card: Card) -> None:
    wants(mail_weekdays="1", away_from=MONDAY.date(), away_until=MONDAY.date() + DAY)
    (times,) = digest_times([hold_card.family_id])[hold_card.family_id]
    assert times == Timetable(6, TORONTO, "1", MONDAY.date(), MONDAY.date() + DAY)
    assert hour_before(times, MORNING) == datetime(2026, 11, 30, 5, tzinfo=TORONTO)


def test_a_quiet_morning_on_a_day_for_mail_is_done_with(ada: User, hold_card: Card) -> None:
    wants(mail_weekdays="4")
    read(hold_card, NOTHING)
    assert run_at(MORNING).mailed == 0
    read(hold_card, READY)
    assert run_at(MORNING + HOURLY).mailed == 0
    assert local(mails_of(every(HOURLY, MORNING + 2 * HOURLY, days=8))) == ["Thu 26 06:04"]
