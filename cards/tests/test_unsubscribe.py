"""The link in each mail that switches mail off, and can do nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from cards import links
from cards.models import User

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user(name="Ada Okafor", email="ada@example.org")
    return user


@pytest.fixture
def path(ada: User, settings: Any) -> str:
    return links.unsubscribe_url(ada.pk).removeprefix(settings.SITE_URL)


def test_the_link_is_on_our_site(ada: User, settings: Any) -> None:
    settings.SITE_URL = "https://hippo.example"
    assert links.unsubscribe_url(ada.pk).startswith("https://hippo.example/unsubscribe/")


def test_looking_at_the_page_changes_nothing(ada: User, path: str, client: Client) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert b'method="post"' in response.content
    ada.refresh_from_db()
    assert ada.mail_on


def test_the_page_shows_neither_name_nor_address_and_is_not_for_search_engines(path: str, client: Client) -> None:
    for response in (client.get(path), client.post(path)):
        assert b"ada@example.org" not in response.content
        assert b"Ada Okafor" not in response.content
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]


def test_one_click_switches_mail_off_without_login_or_csrf_token(ada: User, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = strict.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert response.status_code == 200
        ada.refresh_from_db()
        assert not ada.mail_on
    assert "The mails are stopped" in strict.get(path).content.decode()


def test_it_can_switch_nothing_else_and_nothing_on(ada: User, path: str, client: Client) -> None:
    before = User.objects.values().get(pk=ada.pk)
    client.post(path, {"mail_on": "1", "mail_hour": "3", "is_staff": "1"})
    client.post(path, {"mail_on": "1"})
    assert User.objects.values().get(pk=ada.pk) == {**before, "mail_on": False}


def test_nobody_elses_mail_is_switched_off(path: str, client: Client, make_user: Make) -> None:
    other = make_user()
    client.post(path)
    other.refresh_from_db()
    assert other.mail_on


@pytest.mark.parametrize("token", ["1", "1.x", "x", "1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_link_that_we_did_not_sign_leads_nowhere(ada: User, token: str, client: Client) -> None:
    assert client.post(f"/unsubscribe/{token}/").status_code == 404
    ada.refresh_from_db()
    assert ada.mail_on


def test_the_link_of_a_person_who_is_gone_leads_nowhere(ada: User, path: str, client: Client) -> None:
    ada.delete()
    assert client.post(path).status_code == 404


def test_other_methods_are_refused(path: str, client: Client) -> None:
    assert client.put(path).status_code == 405
    assert client.head(path).status_code == 200


def test_the_page_says_how_to_have_the_mails_again(ada: User, path: str, client: Client) -> None:
    assert 'href="/preferences/"' not in client.get(path).content.decode()
    stopped = client.post(path).content.decode()
    assert 'href="/preferences/"' in stopped
    assert "sign in, and switch them on" in stopped
    client.force_login(ada)
    assert "sign in, and switch them on" not in client.get(path).content.decode()


def views(resolver: URLResolver) -> Iterator[tuple[str, Any]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from views(each)
        else:
            yield str(each.pattern), each.callback


def test_nothing_else_can_be_posted_without_the_token() -> None:
    exempt = [where for where, view in views(get_resolver()) if getattr(view, "csrf_exempt", False)]
    assert exempt == ["unsubscribe/<str:token>/"]
