"""One digest a person and day: at their hour, however often and by however many the mailing is run."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from cards import composing
from cards.models import Card, Letter, LetterKind, Notice, User
from cards.telling import Told, preview, send_now, staff_incident, tell
from cards.tests.mornings import DAY, MORNING, NOTHING, READY, TORONTO, daily, due, every, mails_of, run_at
from libraries.account import AccountSnapshot, to_json

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user(name="Ada", email="ada@example.org")
    return user


@pytest.fixture
def hold_card(ada: User, make_family: Make, make_card: Make) -> Card:
    """Ada's family has a card with a hold that waits for ever."""
    card: Card = make_card(family=make_family(people=[ada]), snapshot=READY, at=MORNING, patron_name="Mia")
    return card


@pytest.mark.parametrize("mail_hour", [0, 6, 23])
@pytest.mark.parametrize(("hour", "minute"), [(6, 0), (5, 30), (4, 30), (3, 30), (12, 0), (22, 30), (23, 30), (0, 0)])
def test_a_daily_scheduler_mails_on_every_run(
    ada: User, hold_card: Card, mail_hour: int, hour: int, minute: int
) -> None:
    User.objects.update(mail_hour=mail_hour)
    assert len(mails_of(daily(hour, minute))) == 30


@pytest.mark.parametrize("minute", [0, 15, 30, 45])
@pytest.mark.parametrize("hour", [9, 10, 11])
def test_a_daily_scheduler_that_keeps_utc_mails_on_every_run(hold_card: Card, hour: int, minute: int) -> None:
    assert len(mails_of(daily(hour, minute, UTC))) == 30


def test_a_scheduler_of_ten_minutes_mails_once_a_day_at_the_first_run_after_the_hour(hold_card: Card) -> None:
    start = datetime(2026, 10, 30, 7, 3, tzinfo=TORONTO)
    told = mails_of(every(timedelta(minutes=10), start, days=4))
    local = [now.astimezone(TORONTO) for now in told]
    assert [f"{now:%d %H:%M}" for now in local] == ["30 07:03", "31 06:03", "01 06:03", "02 06:03", "03 06:03"]


def test_an_hourly_scheduler_never_mails_before_the_hour(hold_card: Card) -> None:
    start = datetime(2026, 11, 10, 6, 55, tzinfo=TORONTO)
    told = mails_of(every(timedelta(hours=1), start, days=5))
    assert [f"{now.astimezone(TORONTO):%d %H:%M}" for now in told] == [f"{day} 06:55" for day in range(10, 15)]


def test_the_days_on_which_the_clocks_change_have_one_mail_each(hold_card: Card) -> None:
    for start in (datetime(2026, 3, 7, 3, 0, tzinfo=TORONTO), datetime(2026, 10, 31, 3, 0, tzinfo=TORONTO)):
        for hour in (1, 2, 6):
            Letter.objects.all().delete()
            User.objects.update(digest_day=None, mail_hour=hour)
            told = mails_of(every(timedelta(minutes=30), start, days=3))
            assert len({now.astimezone(TORONTO).date() for now in told}) == len(told) == 4 - (hour > 2)


def test_after_a_week_of_not_running_there_is_one_mail(hold_card: Card) -> None:
    run_at(MORNING)
    assert run_at(MORNING + 7 * DAY).mailed == 1
    assert run_at(MORNING + 7 * DAY + timedelta(minutes=10)).mailed == 0


def test_a_second_run_repeats_nothing(hold_card: Card) -> None:
    assert [run_at(MORNING).mailed, run_at(MORNING).mailed] == [1, 0]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_every_mail_once(make_user: Make, make_family: Make, make_card: Make) -> None:
    for _ in range(6):
        make_card(family=make_family(people=[make_user()]), snapshot=READY, at=MORNING)
    gate, told = threading.Barrier(2), []

    def run() -> None:
        gate.wait()
        try:
            told.append(tell(MORNING))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.mailed for each in told) == 6
    assert [each.failed for each in told] == [0, 0]
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 6


def test_a_person_who_is_new_hears_at_the_next_run_and_then_at_their_hour(hold_card: Card) -> None:
    told = mails_of(every(timedelta(minutes=10), MORNING.replace(hour=3), days=2))
    assert [f"{now.astimezone(TORONTO):%d %H:%M}" for now in told] == ["19 03:04", "20 06:04"]


def test_after_a_week_of_silence_a_run_before_the_hour_makes_one_mail_that_day(hold_card: Card) -> None:
    run_at(MORNING - 7 * DAY)
    told = mails_of(every(timedelta(minutes=10), MORNING.replace(hour=4), days=2))
    assert [f"{now.astimezone(TORONTO):%d %H:%M}" for now in told] == ["19 04:04", "20 06:04"]


def test_silence_ahead_of_the_hour_does_not_stand_for_the_hour(ada: User, make_family: Make, make_card: Make) -> None:
    card = make_card(family=make_family(people=[ada]), snapshot=NOTHING, at=MORNING)
    User.objects.update(digest_day=(MORNING - DAY).date())
    assert run_at(MORNING.replace(hour=4)).mailed == 0
    Card.objects.filter(pk=card.pk).update(snapshot=to_json(READY))
    assert run_at(MORNING).mailed == 1


def test_a_quiet_day_is_done_without_a_letter(ada: User, make_family: Make, make_card: Make) -> None:
    card = make_card(family=make_family(people=[ada]), snapshot=NOTHING, at=MORNING)
    assert run_at(MORNING) == Told(mailed=0, failed=0)
    ada.refresh_from_db()
    assert ada.digest_day == MORNING.date()
    Card.objects.filter(pk=card.pk).update(snapshot=to_json(READY))
    assert run_at(MORNING + timedelta(hours=3)).mailed == 0
    assert run_at(MORNING + DAY).mailed == 1


def test_nobody_who_switched_mail_off_or_left_is_mailed(ada: User, hold_card: Card) -> None:
    for fields in ({"mail_on": False}, {"mail_on": True, "is_active": False}):
        User.objects.update(**fields)
        assert run_at(MORNING).mailed == 0


def test_a_kill_between_claim_and_letter_loses_nothing(
    ada: User, hold_card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(composing, "compose", killed)
        with pytest.raises(KeyboardInterrupt):
            tell(MORNING)
    ada.refresh_from_db()
    assert ada.digest_day is None
    assert tell(MORNING).mailed == 1


def test_a_fault_with_one_persons_cards_costs_nobody_else_their_mail(
    hold_card: Card, make_user: Make, make_family: Make, make_card: Make, caplog: pytest.LogCaptureFixture
) -> None:
    ben = make_user(email="ben@example.org")
    broken = make_card(family=make_family(people=[ben]), snapshot=READY, at=MORNING)
    Card.objects.filter(pk=broken.pk).update(snapshot={"schema": 1, "title": "Tin Moon"})
    assert tell(MORNING) == Told(mailed=1, failed=1)
    ben.refresh_from_db()
    assert ben.digest_day is None
    assert "ben@example.org" not in caplog.text
    assert "Tin Moon" not in caplog.text


def test_each_person_has_their_own_hour_and_window(
    ada: User, make_user: Make, make_family: Make, make_card: Make
) -> None:
    ben = make_user(email="ben@example.org", mail_hour=20, days_ahead=7)
    make_card(family=make_family(people=[ada, ben]), snapshot=due(MORNING + 5 * DAY), at=MORNING)
    told = mails_of(every(timedelta(minutes=30), MORNING, days=1))
    assert len(told) == 2
    assert [message.to for message in mail.outbox] == [["ben@example.org"]] * 2


def test_one_mail_over_two_families_in_two_time_zones(
    ada: User, make_family: Make, make_card: Make, make_library: Make
) -> None:
    far = make_library("Harbour Library", timezone="Pacific/Auckland")
    toronto, auckland = (
        make_family("Okafor-Lindqvist", people=[ada]),
        make_family("Ngata", people=[ada], timezone="Pacific/Auckland"),
    )
    make_card(family=toronto, snapshot=due(MORNING, "Salt Bridge"), at=MORNING)
    make_card(family=auckland, library=far, snapshot=due(MORNING, "Glass Tide"), at=MORNING)
    assert run_at(MORNING).mailed == 1
    text = mail.outbox[0].body
    assert mail.outbox[0].subject == "1 item overdue and 1 item due"
    assert "Okafor-Lindqvist" in text
    assert "1 day overdue, was due Thu 19 Nov" in text  # in Auckland it is Friday


def test_a_mail_for_midnight_that_is_written_before_it_speaks_of_the_day_to_come(
    ada: User, make_family: Make, make_card: Make
) -> None:
    User.objects.update(mail_hour=0, days_ahead=0)
    before = datetime(2026, 11, 19, 23, 52, tzinfo=TORONTO)
    make_card(family=make_family(people=[ada]), snapshot=due(before + DAY), at=before)
    assert run_at(before).mailed == 1
    assert "due today" in mail.outbox[0].body
    assert "Friday, 20 November" in mail.outbox[0].body


def test_what_is_new_is_marked_on_the_second_day(hold_card: Card) -> None:
    run_at(MORNING)
    more = AccountSnapshot(loans=due(MORNING + DAY).loans, holds=READY.holds)
    Card.objects.filter(pk=hold_card.pk).update(snapshot=to_json(more))
    run_at(MORNING + DAY)
    assert "[new]" not in mail.outbox[0].body
    assert "* Salt Bridge [new]" in mail.outbox[1].body
    assert "* Tin Moon\n" in mail.outbox[1].body


def test_a_refused_pin_makes_one_mail(ada: User, make_family: Make, make_card: Make) -> None:
    make_card(
        family=make_family(people=[ada]), snapshot=NOTHING, at=MORNING, trouble="login_failed", trouble_since=MORNING
    )
    told = mails_of(daily(6, 0, days=10))
    assert len(told) == 1


def test_the_cost_of_a_person_is_a_few_queries_however_many_there_are(
    make_user: Make, make_family: Make, make_card: Make
) -> None:
    def queries(people: int) -> int:
        for _ in range(people):
            family = make_family(people=[make_user()])
            for _ in range(4):
                make_card(family=family, snapshot=READY, at=MORNING)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert tell(MORNING).mailed == people
        return len(captured)

    few, many = queries(2), queries(6)
    assert (many - few) / 4 <= 18


def test_a_preview_stores_and_sends_nothing(ada: User, hold_card: Card) -> None:
    digest = preview(ada, MORNING)
    assert digest is not None
    assert "Tin Moon" in digest.html
    assert not Letter.objects.exists()
    assert not Notice.objects.exists()
    assert not mail.outbox


def test_staff_can_have_a_digest_sent_at_once(ada: User, hold_card: Card, make_user: Make) -> None:
    off = make_user(mail_on=False)
    hold_card.family.people.add(off)
    quiet = make_user()
    assert send_now([ada, off, quiet], MORNING) == Told(mailed=1, failed=0)
    ada.refresh_from_db()
    assert ada.digest_day is None


def test_a_digest_that_could_not_leave_gives_way_to_the_next_days(hold_card: Card, settings: Any) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "cards.tests.backends.Unreachable"
    assert run_at(MORNING) == Told(mailed=0, failed=1)
    settings.EMAIL_BACKEND = backend
    assert run_at(MORNING + DAY).mailed == 1
    assert len(mail.outbox) == 1
    assert "Friday, 20 November" in mail.outbox[0].body
    assert Notice.objects.count() == 1


def test_a_refused_pin_whose_mail_could_not_leave_is_told_the_next_day(
    ada: User, make_family: Make, make_card: Make, settings: Any
) -> None:
    make_card(
        family=make_family(people=[ada]), snapshot=NOTHING, at=MORNING, trouble="login_failed", trouble_since=MORNING
    )
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "cards.tests.backends.Unreachable"
    run_at(MORNING)
    settings.EMAIL_BACKEND = backend
    assert [run_at(MORNING + DAY).mailed, run_at(MORNING + 2 * DAY).mailed] == [1, 0]


def test_staff_are_told_of_an_incident_once_each(hold_card: Card, settings: Any) -> None:
    settings.STAFF_EMAILS = ["staff@example.org", "more@example.org"]
    library = hold_card.library
    library.trouble_since = MORNING
    library.save()
    for _ in range(2):
        staff_incident(library, "layout_changed", "no due date: td.due")
    assert Letter.objects.filter(kind=LetterKind.STAFF).count() == 2
    User.objects.update(mail_on=False)
    assert tell(MORNING).mailed == 2
    assert sorted(message.to[0] for message in mail.outbox) == ["more@example.org", "staff@example.org"]
    text = mail.outbox[0].body
    assert "no due date: td.due" in text
    assert f"/admin/cards/library/{library.pk}/change/" in text
    assert "Mia" not in text
