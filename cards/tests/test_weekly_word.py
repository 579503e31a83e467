"""The word after a week without a mail: for those who want it, on their days, and never a lie."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from cards.models import Card, Letter, LetterKind, MailWhen, Notice, User
from cards.tests.mornings import DAY, MORNING, NOTHING, READY, TORONTO, due, every, local, mails_of, run_at
from libraries.account import to_json

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]
HOURLY = timedelta(hours=1)


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user(name="Ada", email="ada@example.org", weekly_word=True, joined=MORNING - 2 * DAY)
    return user


@pytest.fixture
def card(ada: User, make_family: Make, make_card: Make) -> Card:
    """Nothing needs doing on it for a month."""
    made: Card = make_card(family=make_family(people=[ada]), snapshot=due(MORNING + 30 * DAY), at=MORNING)
    return made


def test_it_comes_every_seven_days_at_the_hour_of_the_mail(card: Card) -> None:
    told = mails_of(every(HOURLY, MORNING.replace(hour=0), days=20))
    assert local(told) == ["Tue 24 06:04", "Tue 01 06:04", "Tue 08 06:04"]
    assert mail.outbox[0].subject == "All is well: 1 thing at home, due Sat 19 Dec"
    assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {letter.kind for letter in Letter.objects.all()} == {LetterKind.WORD}


def test_nobody_gets_it_who_did_not_ask(card: Card) -> None:
    User.objects.update(weekly_word=False)
    assert mails_of(MORNING + n * DAY for n in range(15)) == []


def test_a_mail_that_came_puts_it_off(card: Card) -> None:
    Card.objects.update(snapshot=to_json(READY))
    assert run_at(MORNING).mailed == 1
    Card.objects.update(snapshot=to_json(NOTHING))
    assert local(mails_of(MORNING + n * DAY for n in range(1, 10))) == ["Thu 26 06:04"]


def test_it_heeds_weekdays_and_vacations(card: Card) -> None:
    User.objects.update(mail_weekdays="12345", away_from=date(2026, 11, 24), away_until=date(2026, 11, 28))
    assert local(mails_of(every(HOURLY, MORNING.replace(hour=0), days=14)))[0] == "Mon 30 06:04"


def test_it_follows_the_clock_change(card: Card) -> None:
    start = datetime(2026, 10, 27, 0, 4, tzinfo=TORONTO)
    User.objects.update(joined=start - 2 * DAY)
    assert local(mails_of(every(HOURLY, start, days=8))) == ["Sun 01 06:04"]


def test_what_still_waits_though_it_was_told_is_told_instead(card: Card) -> None:
    User.objects.update(mail_when=MailWhen.NEW)
    Card.objects.update(snapshot=to_json(READY))
    assert local(mails_of(MORNING + n * DAY for n in range(8))) == ["Thu 19 06:04", "Thu 26 06:04"]
    assert mail.outbox[1].subject == "1 hold ready"
    assert Notice.objects.count() == 1


def test_a_refused_pin_that_was_told_is_no_good_news(card: Card) -> None:
    Card.objects.update(trouble="login_failed", trouble_since=MORNING)
    assert local(mails_of(MORNING + n * DAY for n in range(8))) == ["Thu 19 06:04", "Thu 26 06:04"]
    assert mail.outbox[1].subject.startswith("Nothing new:")
    assert "refused the number or PIN" in " ".join(mail.outbox[1].body.split())


def test_news_on_the_same_morning_is_not_kept_back_by_it(card: Card) -> None:
    User.objects.update(joined=MORNING - 9 * DAY, digest_day=(MORNING - 2 * DAY).date())
    assert run_at(MORNING.replace(hour=2)).mailed == 1  # very late for yesterday
    assert "All is well" in mail.outbox[0].subject
    Card.objects.update(snapshot=to_json(READY))
    assert run_at(MORNING).mailed == 1
    assert mail.outbox[1].subject == "1 hold ready"


def test_one_that_could_not_leave_gives_way_to_news(card: Card, settings: Any) -> None:
    User.objects.update(joined=MORNING - 9 * DAY)
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "cards.tests.backends.Unreachable"
    run_at(MORNING)
    settings.EMAIL_BACKEND = backend
    Card.objects.update(snapshot=to_json(READY))
    assert run_at(MORNING + DAY).mailed == 1
    assert [message.subject for message in mail.outbox] == ["1 hold ready"]


def test_switching_mail_off_holds_back_one_that_waits(card: Card, settings: Any) -> None:
    User.objects.update(joined=MORNING - 9 * DAY)
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "cards.tests.backends.Unreachable"
    run_at(MORNING)
    settings.EMAIL_BACKEND = backend
    User.objects.update(mail_on=False)
    assert run_at(MORNING + HOURLY).mailed == 0
