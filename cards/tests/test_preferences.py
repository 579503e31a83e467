"""The preferences page: whoever is signed in changes their own wishes, and nobody else's."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cards.models import Card, CardChoice, MailWhen, User
from cards.preferences import words
from cards.preferences.form import PreferencesForm
from cards.tests.mornings import DAY, MORNING, TORONTO
from cards.timetable import Timetable

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]
PAGES = ("/preferences/", "/preferences/mail/")
AS_IT_IS = {
    "mail_on": "on",
    "mail_hour": "6",
    "weekdays": list("1234567"),
    "mail_when": "each_day",
    "days_ahead": "3",
    "news": ["due", "ready", "expiry", "unread", "fees", "messages"],
    "away_from": "",
    "away_until": "",
    "language": "",
}
WISHES = ("mail_on", "mail_hour", "mail_weekdays", "mail_when", "weekly_word", "days_ahead", "muted", "away_from")
WISHES += ("away_until", "language", "plain_text")


@pytest.fixture
def ada(make_user: Make, make_family: Make) -> User:
    user: User = make_user(name="Ada", email="ada@example.org")
    make_family(people=[user])
    return user


@pytest.fixture
def card(ada: User, make_card: Make) -> Card:
    made: Card = make_card(family=ada.families.get(), patron_name="Mia")
    return made


@pytest.fixture
def phone(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def wishes_of(user: User) -> dict[str, Any]:
    return User.objects.values(*WISHES).get(pk=user.pk)


def form_of(user: User, now: datetime = MORNING, **changes: Any) -> PreferencesForm:
    return PreferencesForm({**AS_IT_IS, **changes}, instance=User.objects.get(pk=user.pk), now=now)


@pytest.mark.parametrize(
    ("method", "page"),
    [("get", "/preferences/"), ("post", "/preferences/"), ("get", PAGES[1]), ("post", "/preferences/mail/test/")],
)
def test_nobody_is_sent_to_sign_in(client: Client, method: str, page: str) -> None:
    answer = getattr(client, method)(page)
    assert answer.status_code == 302
    # What was posted is gone, and there is nothing to come back to.
    assert answer["Location"].startswith("/sign-in/?next=/preferences/" if method == "get" else "/sign-in/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("fields", [{}, {"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_everybody_sees_their_own(client: Client, make_user: Make, page: str, fields: dict[str, bool]) -> None:
    client.force_login(make_user(**fields))  # without a family, too
    answer = client.get(page)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("page", [*PAGES, "/preferences/mail/test/"])
def test_nothing_changes_without_the_token(ada: User, page: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    before = wishes_of(ada)
    assert strict.post(page, {**AS_IT_IS, "mail_hour": "9"}).status_code in (403, 405)
    assert wishes_of(ada) == before


def test_the_form_shows_what_is_kept_and_saving_it_changes_nothing(phone: Client, ada: User) -> None:
    before = wishes_of(ada)
    answer = phone.get("/preferences/")
    assert answer.context["form"]["weekdays"].value() == list("1234567")
    assert phone.post("/preferences/", AS_IT_IS).status_code == 303
    assert wishes_of(ada) == before


def test_everything_can_be_changed(phone: Client, ada: User) -> None:
    first = timezone.localdate() + 3 * DAY
    changed = {
        "mail_hour": "18",
        "weekdays": ["1", "3", "5"],
        "mail_when": "new",
        "weekly_word": "on",
        "days_ahead": "0",
        "news": ["due", "ready", "expiry", "unread"],
        "away_from": first.isoformat(),
        "away_until": (first + 7 * DAY).isoformat(),
        "language": "fr",
        "plain_text": "on",
    }
    answer = phone.post("/preferences/", changed)  # without mail_on: a box that is not ticked
    assert (answer.status_code, answer["Location"]) == (303, "/preferences/")
    assert wishes_of(ada) == {
        "mail_on": False,
        "mail_hour": 18,
        "mail_weekdays": "135",
        "mail_when": MailWhen.NEW,
        "weekly_word": True,
        "days_ahead": 0,
        "muted": ["fees", "messages"],
        "away_from": first,
        "away_until": first + 7 * DAY,
        "language": "fr",
        "plain_text": True,
    }


def test_the_form_can_change_nothing_else(phone: Client, ada: User) -> None:
    phone.post("/preferences/", {**AS_IT_IS, "is_staff": "on", "email": "eve@example.org", "digest_day": "2030-01-01"})
    ada.refresh_from_db()
    assert (ada.is_staff, ada.email, ada.digest_day) == (False, "ada@example.org", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["8"]}, "weekdays"),
        ({"mail_hour": "24"}, "mail_hour"),
        ({"days_ahead": "15"}, "days_ahead"),
        ({"days_ahead": "-1"}, "days_ahead"),
        ({"mail_when": "never"}, "mail_when"),
        ({"news": ["needs_you"]}, "news"),
        ({"language": "xx"}, "language"),
        ({"away_from": "2026-11-21"}, "away_until"),
        ({"away_until": "2026-11-18"}, "away_until"),
        ({"away_from": "2026-11-23", "away_until": "2026-11-22"}, "away_until"),
        ({"away_from": "soon", "away_until": "2026-11-22"}, "away_from"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(ada: User, changes: dict[str, Any], field: str) -> None:
    assert list(form_of(ada, **changes).errors) == [field]


def test_a_refused_form_saves_nothing_and_shows_what_was_filled_in(phone: Client, ada: User, card: Card) -> None:
    before = wishes_of(ada)
    answer = phone.post("/preferences/", {**AS_IT_IS, "mail_hour": "9", "weekdays": [], f"card-{card.pk}": "7"})
    assert answer.status_code == 200
    assert "Choose at least one day" in answer.content.decode()
    assert '<option value="9" selected>' in answer.content.decode()
    assert wishes_of(ada) == before
    assert not CardChoice.objects.exists()


def test_a_vacation_without_a_first_day_begins_today(ada: User) -> None:
    form = form_of(ada, away_until="2026-11-25")
    assert form.is_valid()
    assert (form.keep().away_from, form.instance.away_until) == (date(2026, 11, 19), date(2026, 11, 25))


def test_a_vacation_that_is_over_is_no_longer_shown(ada: User) -> None:
    ada.away_from, ada.away_until = date(2026, 11, 1), date(2026, 11, 18)
    form = PreferencesForm(instance=ada, now=MORNING)
    assert form["away_until"].value() is None


def test_single_cards_have_days_of_their_own_until_they_are_as_all_again(
    phone: Client, ada: User, card: Card, make_card: Make
) -> None:
    others = make_card()
    phone.post("/preferences/", {**AS_IT_IS, f"card-{card.pk}": "0", f"card-{others.pk}": "9"})
    phone.post("/preferences/", {**AS_IT_IS, f"card-{card.pk}": "0"})
    assert list(CardChoice.objects.values_list("user", "card", "days_ahead")) == [(ada.pk, card.pk, 0)]
    assert 'name="card-' in phone.get("/preferences/").content.decode()
    assert str(others.pk) not in phone.get("/preferences/").content.decode()
    phone.post("/preferences/", {**AS_IT_IS, f"card-{card.pk}": ""})
    assert not CardChoice.objects.exists()


def test_one_persons_choice_is_not_anothers(phone: Client, ada: User, card: Card, make_user: Make) -> None:
    ben = make_user()
    card.family.people.add(ben)
    CardChoice.objects.create(user=ben, card=card, days_ahead=9)
    phone.post("/preferences/", {**AS_IT_IS, f"card-{card.pk}": ""})
    assert ben.days_by_card() == {str(card.pk): 9}


def test_a_day_that_went_by_while_mail_was_off_is_not_made_up_for(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(mail_on=False, digest_day=date(2026, 10, 1))
    form = form_of(ada, now=MORNING)
    assert form.is_valid()
    form.keep()
    ada.refresh_from_db()
    assert ada.digest_day == MORNING.date()


def test_a_mail_that_is_still_owed_stays_so(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(digest_day=MORNING.date() - DAY)
    form = form_of(ada, now=MORNING, mail_hour="5")
    assert form.is_valid()
    form.keep()
    ada.refresh_from_db()
    assert ada.digest_day == MORNING.date() - DAY


def test_cards_are_read_before_the_new_hour(ada: User, card: Card) -> None:
    Card.objects.update(last_began=MORNING, next_check_at=MORNING + 5 * timedelta(hours=1))
    form = form_of(ada, now=MORNING, mail_hour="9")
    assert form.is_valid()
    form.keep()
    card.refresh_from_db()
    assert card.next_check_at == datetime(2026, 11, 19, 8, tzinfo=TORONTO)


@pytest.mark.parametrize(
    ("wishes", "told", "said"),
    [
        ({}, date(2026, 11, 19), "Friday, 20 November 2026 at 6 a.m., Toronto time"),
        ({"mail_weekdays": "1"}, date(2026, 11, 19), "Monday, 23 November 2026 at 6 a.m., Toronto time"),
        ({"mail_hour": 20}, date(2026, 11, 18), "Thursday, 19 November 2026 at 8 p.m., Toronto time"),
        ({"away_from": date(2026, 11, 20), "away_until": date(2026, 12, 4)}, date(2026, 11, 19), "5 December 2026"),
        ({"away_from": date(2026, 11, 1), "away_until": date(2026, 11, 20)}, date(2026, 10, 31), "21 November 2026"),
        ({}, date(2026, 11, 18), "any moment"),
        ({}, date(2026, 11, 20), "Saturday, 21 November 2026"),
        ({"mail_on": False}, None, ""),
    ],
)
def test_the_page_says_when_the_next_mail_may_come(
    ada: User, wishes: dict[str, Any], told: date | None, said: str
) -> None:
    User.objects.filter(pk=ada.pk).update(**wishes, digest_day=told)
    ada.refresh_from_db()
    assert said in words.next_mail(ada, MORNING)
    assert bool(said) == bool(words.next_mail(ada, MORNING))


def test_the_next_mail_is_at_the_hour_of_the_clock_on_the_wall_when_the_clocks_change() -> None:
    times = Timetable(6, TORONTO)
    moment = words.next_moment(times, date(2026, 10, 31), datetime(2026, 10, 31, 12, tzinfo=TORONTO))
    assert moment == datetime(2026, 11, 1, 6, tzinfo=TORONTO)


def test_the_page_stays_quick_with_many_cards(
    phone: Client, ada: User, make_card: Make, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        make_card(family=ada.families.get())
    with django_assert_max_num_queries(14):
        phone.get("/preferences/")


def test_in_french_too_the_browsers_calendar_is_understood(phone: Client, ada: User) -> None:
    User.objects.update(language="fr")
    last = timezone.localdate() + 9 * DAY
    phone.post("/preferences/", {**AS_IT_IS, "language": "fr", "away_until": last.isoformat()})
    ada.refresh_from_db()
    assert ada.away_until == last
    assert f'value="{last.isoformat()}"' in phone.get("/preferences/").content.decode()
