"""Signing in with a provider: who is who, whom we believe, and what happens when it goes wrong."""

from collections.abc import Callable
from email import message_from_bytes
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from cards.models import User
from cards.signing_in import persons, strangers, with_provider
from cards.signing_in.tests.conftest import go, newest_code, say_yes, wrong
from libraryhippo.providers import providers

pytestmark = pytest.mark.django_db
SwitchOn = Callable[..., None]


def signed_in(client: Client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def enter(client: Client, code: str) -> HttpResponse:
    return client.post("/sign-in/code/", {"code": code})


def test_only_what_is_switched_on_is_offered(client: Client, switch_on: SwitchOn) -> None:
    assert "Continue with" not in client.get("/sign-in/").content.decode()
    for path in ("google", "github", "town", "nowhere"):
        assert client.post(f"/sign-in/with/{path}/").status_code == 404
        assert client.get(f"/sign-in/with/{path}/return/").status_code == 404
    switch_on()
    assert client.get("/sign-in/").content.decode().count("Continue with Town Hall") == 1


def test_a_trusted_provider_makes_an_account_of_a_verified_address(client: Client, switch_on: SwitchOn) -> None:
    switch_on(trusted=True)
    answer = go(client)
    assert (answer.status_code, answer["Location"]) == (302, "/families/new/")
    ada = User.objects.get()
    assert (ada.email, ada.name, signed_in(client)) == ("ada@example.org", "Ada Okafor", ada)
    assert not mail.outbox
    assert EmailAddress.objects.get().verified


def test_the_second_time_the_account_is_found_though_the_address_changed(client: Client, switch_on: SwitchOn) -> None:
    switch_on(trusted=True)
    go(client)
    User.objects.update(email="ada@new.example")
    again = Client()
    go(again)
    assert User.objects.count() == SocialAccount.objects.count() == 1
    assert signed_in(again) == User.objects.get()


def test_a_trusted_provider_and_a_known_address_are_one_person_who_is_told(
    client: Client, switch_on: SwitchOn, make_user: Callable[..., User]
) -> None:
    ada = make_user("ada@example.org", name="Ada")
    switch_on(trusted=True)
    go(client)
    assert signed_in(client) == ada
    assert User.objects.get().name == "Ada"
    assert [each.subject for each in mail.outbox] == ["You can now sign in with Town Hall"]


@pytest.mark.parametrize(
    ("trusted", "who"), [(False, "ada"), (True, "unproven"), (True, "in-words"), (False, "unproven")]
)
def test_else_a_code_goes_to_that_address_first(
    client: Client, switch_on: SwitchOn, make_user: Callable[..., User], trusted: bool, who: str
) -> None:
    ada = make_user("ada@example.org")
    switch_on(trusted=trusted)
    assert go(client, who)["Location"] == "/sign-in/code/"
    assert mail.outbox[-1].to == ["ada@example.org"]
    enter(client, wrong(newest_code()))
    assert (signed_in(client), SocialAccount.objects.count()) == (None, 0)
    enter(client, newest_code())
    assert signed_in(client) == ada
    assert SocialAccount.objects.get().user == ada


def test_a_new_account_too_waits_for_the_code_from_a_provider_that_is_not_trusted(
    client: Client, switch_on: SwitchOn
) -> None:
    switch_on()
    assert go(client, next="/families/7/")["Location"] == "/sign-in/code/"
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()
    assert enter(client, newest_code())["Location"] == "/families/7/"
    assert User.objects.get().name == "Ada Okafor"
    again = Client()
    go(again)
    assert signed_in(again) == User.objects.get()


def test_somebody_without_an_address_is_asked_for_one(client: Client, switch_on: SwitchOn) -> None:
    switch_on(trusted=True)
    assert go(client, "shy")["Location"] == "/sign-in/"
    page = client.get("/sign-in/").content.decode()
    assert "Town Hall knows you, but did not tell us an address" in page
    client.post("/sign-in/", {"email": "nils@example.org", "stranger": "1"})
    enter(client, newest_code())
    nils = User.objects.get()
    assert (nils.email, nils.name) == ("nils@example.org", "Nils Okafor")
    assert SocialAccount.objects.get().user == nils


def test_who_left_the_page_is_not_tied_to_the_next_at_the_same_browser(client: Client, switch_on: SwitchOn) -> None:
    switch_on()
    go(client)
    client.post("/sign-in/", {"email": "somebody@example.org"})
    enter(client, newest_code())
    assert User.objects.get().email == "somebody@example.org"
    assert not SocialAccount.objects.exists()


def test_nothing_is_kept_of_what_the_provider_told(client: Client, switch_on: SwitchOn) -> None:
    switch_on(trusted=True)
    for _ in range(2):
        go(Client())
    assert SocialAccount.objects.get().extra_data == {}


def test_where_one_wanted_to_go_is_kept_over_the_way(client: Client, switch_on: SwitchOn) -> None:
    switch_on(trusted=True)
    assert go(client, next="/families/7/")["Location"] == "/families/7/"
    assert go(Client(), next="https://elsewhere.example/")["Location"] == "/families/new/"


def test_the_way_there_begins_with_a_post_and_carries_state_and_challenge(client: Client, switch_on: SwitchOn) -> None:
    switch_on()
    assert client.get("/sign-in/with/town/").status_code == 405
    asked = parse_qs(urlsplit(client.post("/sign-in/with/town/?scope=everything")["Location"]).query)
    assert asked["redirect_uri"] == ["http://testserver/sign-in/with/town/return/"]
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert len(asked["state"][0]) >= 16


def test_a_refusal_at_the_provider_leads_back_with_words(client: Client, switch_on: SwitchOn) -> None:
    switch_on()
    there = client.post("/sign-in/with/town/", {"next": "/families/7/"})["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    answer = client.get(f"/sign-in/with/town/return/?error=access_denied&state={state}", follow=True)
    assert answer.redirect_chain == [("/sign-in/?next=%2Ffamilies%2F7%2F", 302)]
    assert "You did not let Town Hall sign you in" in answer.content.decode()


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=forged", "?error=server_error", "?state=%00&code=x"])
def test_a_forged_state_signs_nobody_in(client: Client, switch_on: SwitchOn, query: str) -> None:
    switch_on(trusted=True)
    client.post("/sign-in/with/town/")
    answer = client.get(f"/sign-in/with/town/return/{query}", follow=True)
    assert answer.status_code == 200
    assert "Signing in with Town Hall did not work" in answer.content.decode()
    assert signed_in(client) is None


def test_another_browsers_answer_signs_nobody_in(client: Client, switch_on: SwitchOn) -> None:
    switch_on(trusted=True)
    back = say_yes(client.post("/sign-in/with/town/")["Location"], "ada")
    victim = Client()
    victim.post("/sign-in/with/town/")
    victim.get(f"{back.path}?{back.query}")
    assert signed_in(victim) is None
    assert not User.objects.exists()


def test_an_answer_works_once(client: Client, switch_on: SwitchOn) -> None:
    switch_on(trusted=True)
    back = say_yes(client.post("/sign-in/with/town/")["Location"], "ada")
    client.get(f"{back.path}?{back.query}")
    client.post("/sign-out/")
    client.get(f"{back.path}?{back.query}")
    assert signed_in(client) is None


def test_a_provider_that_is_down_is_said_before_one_leaves(client: Client, switch_on: SwitchOn) -> None:
    switch_on(at="http://localhost:9")
    answer = client.post("/sign-in/with/town/", {"next": "/families/7/"}, follow=True)
    assert answer.redirect_chain == [("/sign-in/?next=%2Ffamilies%2F7%2F", 302)]
    assert "Signing in with Town Hall did not work" in answer.content.decode()


def test_a_provider_that_goes_down_on_the_way_is_said(client: Client, switch_on: SwitchOn) -> None:
    switch_on(trusted=True)
    back = say_yes(client.post("/sign-in/with/town/")["Location"], "ada")
    switch_on(trusted=True, at="http://localhost:9")
    answer = client.get(f"{back.path}?{back.query}", follow=True)
    assert "Signing in with Town Hall did not work" in answer.content.decode()


@pytest.mark.parametrize("answered", [[], "x", {}, {"issuer": 7}, None])
def test_a_provider_that_answers_nonsense_is_no_error_of_ours(
    client: Client, switch_on: SwitchOn, answered: object
) -> None:
    switch_on(trusted=True)
    back = say_yes(client.post("/sign-in/with/town/")["Location"], "ada")
    with patch("requests.models.Response.json", return_value=answered):
        assert client.post("/sign-in/with/town/").status_code == 302
        answer = client.get(f"{back.path}?{back.query}", follow=True)
    assert "Signing in with Town Hall did not work" in answer.content.decode()
    assert signed_in(client) is None


def test_a_person_who_is_in_adds_a_provider_and_removes_it(
    client: Client, switch_on: SwitchOn, make_user: Callable[..., User]
) -> None:
    bea = make_user("bea@example.org")
    switch_on()
    client.force_login(bea)
    assert "Town Hall" in client.get("/account/").content.decode()
    assert go(client)["Location"] == "/account/"
    assert SocialAccount.objects.get().user == bea
    other = Client()
    go(other)
    assert signed_in(other) == bea
    client.post(f"/account/providers/{SocialAccount.objects.get().pk}/remove/")
    assert not SocialAccount.objects.exists()


def test_what_signs_one_person_in_cannot_be_taken_by_another(
    client: Client, switch_on: SwitchOn, make_user: Callable[..., User]
) -> None:
    switch_on(trusted=True)
    go(client)
    client = Client()
    client.force_login(make_user("bea@example.org"))
    linked = SocialAccount.objects.get()
    answer = go(client)
    assert "somebody else" in client.get(answer["Location"]).content.decode()
    assert client.post(f"/account/providers/{linked.pk}/remove/").status_code == 404
    assert SocialAccount.objects.get().user == linked.user


def test_errors_of_requests_are_errors_of_providers() -> None:
    from requests import RequestException

    assert issubclass(RequestException, with_provider.OF_PROVIDERS)


def test_the_notice_has_two_parts_in_our_voice(client: Client, switch_on: SwitchOn, make_user) -> None:
    make_user("ada@example.org")
    switch_on(trusted=True)
    go(client)
    letter = message_from_bytes(mail.outbox[-1].message().as_bytes())
    text, html = (part.get_payload(decode=True).decode() for part in letter.get_payload())
    assert "http://localhost:8000/account/" in text
    assert "From now on it signs you in." in html


@pytest.mark.parametrize(("provider", "host"), [("google", "accounts.google.com"), ("github", "github.com")])
def test_google_and_github_are_asked_as_they_want_it(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, provider: str, host: str
) -> None:
    monkeypatch.setenv(f"{provider.upper()}_CLIENT_ID", "hippo")
    monkeypatch.setenv(f"{provider.upper()}_CLIENT_SECRET", "a secret")
    settings.SOCIALACCOUNT_PROVIDERS = providers(plain_http=False)
    assert "Continue with Git" in client.get("/sign-in/").content.decode() or provider == "google"
    there = urlsplit(client.post(f"/sign-in/with/{provider}/")["Location"])
    assert there.hostname == host
    asked = parse_qs(there.query)
    assert asked["redirect_uri"] == [f"http://testserver/sign-in/with/{provider}/return/"]
    assert "email" in asked["scope"][0]
    answer = client.get(f"/sign-in/with/{provider}/return/?error=access_denied&state={asked['state'][0]}", follow=True)
    assert "You did not let" in answer.content.decode()


def test_of_several_addresses_the_main_one_counts_unless_another_is_known(make_user: Callable[..., User]) -> None:
    app = SocialApp(settings={"trusted": True})
    addresses = [EmailAddress(email=each, verified=True) for each in ("Main@example.org", "old@example.org")]
    addresses.append(EmailAddress(email="unproven@example.org", verified=False))
    login = SocialLogin(provider=SimpleNamespace(app=app), email_addresses=addresses)
    vouched = strangers.vouched_for(login)
    assert vouched == ["main@example.org", "old@example.org"]
    assert persons.of_any(vouched)[0].email == "main@example.org"
    User.objects.all().delete()
    old, _ = make_user("old@example.org"), make_user("unproven@example.org")
    assert persons.of_any(vouched) == (old, False)
