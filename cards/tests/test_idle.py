"""Accounts that nobody uses: warned twice, then deleted; and everything that keeps them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from cards import links
from cards.household.idle import look_after, seen
from cards.household.upkeep import look_after as upkeep
from cards.models import Card, Family, Letter, LetterKind, User
from cards.sending import send_pending
from cards.telling import tell

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
JOINED = NOW - 700 * DAY


@pytest.fixture
def ada(make_user: Make, make_family: Make) -> User:
    """Here 700 days ago, and not since; has a family without a card."""
    user: User = make_user("ada@example.org", name="Ada", active_at=JOINED, joined=JOINED, mail_on=False)
    make_family(people=[user])
    return user


def days(first: int, last: int) -> list[str]:
    """What is mailed if a run comes on each of these days, and every mail leaves: as "0: 30", "23: 7", "31: gone"."""
    said = []
    for day in range(first, last):
        mail.outbox.clear()
        moment = NOW + day * DAY
        look_after(moment)
        send_pending(moment)
        for message in mail.outbox:
            gone = "is deleted" in message.subject
            said.append(f"{day}: {'gone' if gone else message.subject.split()[-2]}")
    return said


def test_it_is_warned_thirty_and_seven_days_ahead_and_then_deleted(ada: User) -> None:
    assert days(0, 60) == ["0: 30", "24: 7", "32: gone"]
    assert not User.objects.exists()
    assert not Family.objects.exists()
    assert not Letter.objects.exists()


def test_nothing_happens_before_the_time(ada: User) -> None:
    assert days(-30, 0) == []


def test_whatever_the_runs_it_lives_for_thirty_days_after_the_first_warning(ada: User) -> None:
    for hour in range(0, 30 * 24, 7):
        moment = NOW + timedelta(hours=hour)
        look_after(moment)
        send_pending(moment)
    assert User.objects.exists()
    assert Letter.objects.filter(kind=LetterKind.IDLE).count() == 2


def test_without_the_first_warning_sent_there_is_no_second(ada: User) -> None:
    for day in range(90):
        look_after(NOW + day * DAY)
    assert Letter.objects.count() == 1
    assert User.objects.get().idle_warnings == 0


def test_without_the_second_warning_sent_it_is_not_deleted(ada: User) -> None:
    days(0, 24)
    for day in range(24, 120):
        look_after(NOW + day * DAY)
    assert User.objects.get().idle_warnings == 1


@pytest.mark.parametrize("when", [10, 28])
def test_whoever_comes_back_is_kept_and_warned_anew_when_idle_again(ada: User, when: int) -> None:
    days(0, when)
    seen(ada.pk, NOW + when * DAY)
    ada.refresh_from_db()
    assert (ada.idle_warnings, ada.idle_warned_at) == (0, None)
    assert not Letter.objects.exists()
    assert days(when, 660) == []
    assert days(660, 780) == [f"{when + 700}: 30", f"{when + 724}: 7", f"{when + 732}: gone"]


def test_signing_in_counts(ada: User, client: Client) -> None:
    days(0, 10)
    client.force_login(ada)
    ada.refresh_from_db()
    assert ada.idle_warnings == 0
    assert ada.active_at > JOINED
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({}, True),
        ({"trouble": "site_unavailable"}, True),
        ({"trouble": "login_failed"}, False),
        ({"paused": True}, False),
        ({"at": NOW - 91 * DAY}, False),
        ({"snapshot": None}, False),
    ],
)
def test_a_card_that_works_keeps_an_account(ada: User, make_card: Make, fields: dict[str, Any], kept: bool) -> None:
    from cards.tests.pretend import NOTHING

    make_card(**{"family": Family.objects.get(), "snapshot": NOTHING, "at": NOW - DAY, **fields})
    assert (days(0, 1) == []) is kept


def test_a_draft_keeps_nobody(ada: User, make_card: Make) -> None:
    card = make_card(family=Family.objects.get(), draft_by=ada)
    Card.objects.filter(pk=card.pk).update(snapshot={}, snapshot_at=NOW)
    assert days(0, 1) == ["0: 30"]


def test_a_card_that_works_again_makes_earlier_warnings_void(ada: User, make_card: Make) -> None:
    from cards.tests.pretend import NOTHING

    days(0, 26)
    card = make_card(family=Family.objects.get(), snapshot=NOTHING, at=NOW + 26 * DAY)
    assert days(26, 60) == []
    card.delete()
    assert days(60, 100) == ["60: 30", "84: 7", "92: gone"]


@pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_superuser": True}, {"is_active": False}])
def test_staff_and_who_was_switched_off_are_left_alone(ada: User, fields: dict[str, bool]) -> None:
    User.objects.update(**fields)
    assert days(0, 60) == []
    assert User.objects.exists()


def test_it_can_be_switched_off(ada: User, settings: Any) -> None:
    settings.IDLE_DAYS = 0
    assert days(0, 60) == []


def test_somebody_new_is_never_idle_however_short_the_time(make_user: Make, settings: Any) -> None:
    settings.IDLE_DAYS = 1
    make_user(active_at=NOW)
    assert days(0, 30) == []


def test_others_in_the_family_keep_it(ada: User, make_user: Make) -> None:
    Family.objects.get().people.add(make_user(active_at=NOW))
    days(0, 60)
    assert not User.objects.filter(pk=ada.pk).exists()
    assert Family.objects.exists()


def test_it_belongs_to_telling(ada: User) -> None:
    assert tell(NOW).mailed == 1
    assert mail.outbox[0].subject == "Your account at LibraryHippo will be deleted in 30 days"
    upkeep(NOW)
    assert User.objects.get().idle_warnings == 1


def link_in_mail(settings: Any) -> str:
    days(0, 1)
    [message] = mail.outbox
    found = [each for each in str(message.body).split() if "/keep/" in each]
    return found[0].removeprefix(settings.SITE_URL)


def test_the_link_in_the_warning_asks_and_the_button_keeps_the_account(
    ada: User, client: Client, settings: Any
) -> None:
    path = link_in_mail(settings)
    look_after(NOW)
    assert "Keep your account?" in client.get(path).content.decode()
    ada.refresh_from_db()
    assert ada.idle_warnings == 1
    answer = client.post(path)
    assert "Your account stays" in answer.content.decode()
    assert "noindex" in answer["X-Robots-Tag"]
    assert "ada@example.org" not in answer.content.decode()
    ada.refresh_from_db()
    assert (ada.idle_warnings, ada.active_at > JOINED) == (0, True)


def test_the_link_signs_nobody_in_and_serves_no_other_purpose(ada: User, client: Client, settings: Any) -> None:
    path = link_in_mail(settings)
    client.post(path)
    assert client.get("/privacy/mine/").status_code == 302
    token = path.rstrip("/").rpartition("/")[2]
    assert client.get(f"/unsubscribe/{token}/").status_code == 404
    other = links.unsubscribe_url(ada.pk).rstrip("/").rpartition("/")[2]
    assert client.get(f"/keep/{other}/").status_code == 404


def test_a_link_that_is_too_old_or_whose_account_is_gone_leads_nowhere(
    ada: User, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link_in_mail(settings)
    monkeypatch.setattr(links, "KEEP_LASTS", timedelta(seconds=-1))
    assert client.post(path).status_code == 404
    monkeypatch.undo()
    assert client.get(path).status_code == 200
    ada.delete()
    assert client.get(path).status_code == 404
