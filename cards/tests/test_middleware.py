"""The person's language before the browser's, and when they were last here."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cards import links
from cards.models import User

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]
FRENCH = {"HTTP_ACCEPT_LANGUAGE": "fr-CA,fr;q=0.9"}


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user(email="ada@example.org")
    return user


def language_of(client: Client, page: str = "/", **headers: str) -> str:
    answer = client.get(page, **headers)
    assert f'<html lang="{answer["Content-Language"]}"' in answer.content.decode()
    return answer["Content-Language"]


def test_the_browsers_language_comes_first(client: Client, ada: User) -> None:
    assert language_of(client) == "en"
    assert language_of(client, **FRENCH) == "fr"
    client.force_login(ada)
    assert language_of(client, **FRENCH) == "fr"


def test_the_persons_choice_comes_before_it(client: Client, ada: User) -> None:
    User.objects.update(language="en")
    client.force_login(ada)
    assert language_of(client, "/preferences/", **FRENCH) == "en"
    User.objects.update(language="fr")
    assert language_of(client, "/preferences/") == "fr"
    client.logout()
    assert language_of(client) == "en"


def test_a_language_that_is_gone_is_no_choice(client: Client, ada: User) -> None:
    User.objects.update(language="tlh")
    client.force_login(ada)
    assert language_of(client, **FRENCH) == "fr"


def test_caches_are_told_what_the_answer_depends_on(client: Client, ada: User) -> None:
    for _ in range(2):
        vary = {each.strip() for each in client.get("/")["Vary"].split(",")}
        assert {"Cookie", "Accept-Language"} <= vary
        client.force_login(ada)


def test_saving_another_language_answers_in_it(client: Client, ada: User) -> None:
    client.force_login(ada)
    sent = {"mail_on": "on", "mail_hour": "6", "weekdays": ["1"], "mail_when": "each_day", "days_ahead": "3"}
    answer = client.post("/preferences/", {**sent, "language": "fr"}, follow=True)
    assert answer["Content-Language"] == "fr"


def test_a_visit_is_written_down_once_a_day(client: Client, ada: User, django_assert_num_queries: Any) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    client.force_login(ada)
    User.objects.update(active_at=long_ago, idle_warnings=1, idle_warned_at=long_ago)
    client.get("/preferences/mail/")
    ada.refresh_from_db()
    assert timezone.now() - ada.active_at < timedelta(minutes=1)
    assert (ada.idle_warnings, ada.idle_warned_at) == (0, None)
    seen = ada.active_at
    client.get("/preferences/mail/")
    ada.refresh_from_db()
    assert ada.active_at == seen


def test_who_is_not_signed_in_leaves_no_trace(client: Client, ada: User) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    User.objects.update(active_at=long_ago)
    client.get("/preferences/mail/")
    client.get(links.unsubscribe_url(ada.pk).removeprefix("http://localhost:8000"))
    ada.refresh_from_db()
    assert ada.active_at == long_ago


def test_links_in_mails_carry_nothing_personal_but_the_one_that_stops_them(ada: User) -> None:
    assert links.why_mail_url() == "http://localhost:8000/preferences/mail/"
    assert links.status_url() == "http://localhost:8000/"
    assert "ada" not in links.unsubscribe_url(ada.pk)


def test_mails_are_in_the_browsers_language_where_the_person_chose_none(client: Client, ada: User) -> None:
    assert ada.mail_language() == "en"
    client.force_login(ada)
    client.get("/", **FRENCH)
    assert User.objects.get(pk=ada.pk).mail_language() == "fr"
    User.objects.update(language="en")
    assert User.objects.get(pk=ada.pk).mail_language() == "en"


def test_another_browsers_language_counts_from_the_next_day_on(client: Client, ada: User) -> None:
    client.force_login(ada)
    client.get("/", **FRENCH)
    client.get("/")
    assert User.objects.get(pk=ada.pk).seen_language == "fr"
    User.objects.update(active_at=timezone.now() - timedelta(days=2))
    client.get("/")
    assert User.objects.get(pk=ada.pk).seen_language == "en"
