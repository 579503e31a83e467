"""What belongs to a person's sign-in: sessions, addresses in step, pages that are there and pages that are not."""

import re
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import now

from cards.models import User
from cards.signing_in import devices, first_link
from cards.signing_in.tests.conftest import newest_code, wrong

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def ada(make_user: Callable[..., User], make_family) -> User:
    user = make_user("ada@example.org")
    make_family(people=[user])
    return user


def sign_in(user: User, **browser: str) -> Client:
    client = Client(headers=browser)
    client.post("/sign-in/", {"email": user.email})
    client.post("/sign-in/code/", {"code": newest_code()})
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_sessions_are_listed_and_ended_by_their_owner(ada: User) -> None:
    here, there = sign_in(ada), sign_in(ada, user_agent=FIREFOX)
    page = here.get("/account/sessions/").content.decode()
    assert "Firefox on Android" in page
    assert page.count('name="session"') == 1
    found = re.search(r'name="session" value="(\d+)"', page)
    assert found
    here.post("/account/sessions/", {"session": found[1]})
    assert (is_in(here), is_in(there)) == (True, False)


def test_all_others_are_ended_at_once(ada: User) -> None:
    here, *others = (sign_in(ada) for _ in range(3))
    here.post("/account/sessions/")
    assert is_in(here)
    assert not any(is_in(each) for each in others)


@pytest.mark.parametrize("wanted", ["theirs", "", "x", "-1", "²", "9" * 30])
def test_a_session_of_somebody_else_is_not_there(ada: User, make_user: Callable[..., User], wanted: str) -> None:
    bea, client = sign_in(make_user("bea@example.org")), sign_in(ada)
    theirs = str(UserSession.objects.get(user__email="bea@example.org").pk)
    answer = client.post("/account/sessions/", {"session": theirs if wanted == "theirs" else wanted})
    assert answer.status_code == 404
    assert is_in(bea)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (FIREFOX, "Firefox on Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/1 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("curl/8", "A browser that does not say what it is"),
        ("", "A browser that does not say what it is"),
    ],
)
def test_a_session_is_named_in_words(said: str, name: str) -> None:
    assert devices.name_of(said) == name


def test_addresses_stay_in_step_with_allauths(make_user: Callable[..., User]) -> None:
    ada = make_user("ada@example.org")
    ada.email = "ada@new.example"
    ada.save()
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("ada@new.example", True, True)]
    ada.name = "Ada"
    ada.save(update_fields=["name"])
    assert EmailAddress.objects.count() == 1


def test_people_from_before_keep_their_accounts_and_lose_their_passwords(make_user: Callable[..., User]) -> None:
    migration = import_module("cards.migrations.0007_signing_in")
    ada = make_user("ada@example.org")
    User.objects.update(password=make_password("from before"))
    EmailAddress.objects.all().delete()
    migration.copy_addresses(apps, None)
    ada.refresh_from_db()
    assert not ada.has_usable_password()
    assert EmailAddress.objects.get(user=ada).verified


def test_a_sign_in_is_a_sign_of_life(ada: User) -> None:
    User.objects.update(active_at=now() - timedelta(days=700))
    sign_in(ada)
    ada.refresh_from_db()
    assert now() - ada.active_at < timedelta(minutes=1)


PAGES = [
    "/account/",
    "/account/address/",
    "/account/sessions/",
    "/account/app/",
    "/account/passkeys/add/",
    "/account/recovery-codes/new/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_sign_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_in_our_design_and_kept_by_no_cache(ada: User, path: str) -> None:
    client = sign_in(ada)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "libraryhippo.css" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert not re.search(r"<script(?! src=| id=\"passkey-options\" type=\"application/json\")", answer.content.decode())
    assert " style=" not in answer.content.decode()


def test_what_we_do_not_need_of_allauth_cannot_be_reached(client: Client) -> None:
    for name in ("account_signup", "account_change_password", "account_reset_password", "account_email", "mfa_trust"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("/accounts/login/", "/account/email/", "/account/password/change/", "/sign-in/with/"):
        assert client.get(path).status_code == 404


def test_links_of_the_demo_work_in_the_demo_only(client: Client, ada: User, settings) -> None:
    path = first_link.demo_link(ada).partition("localhost:8000")[2]
    assert client.get(path).status_code == client.post(path).status_code == 404
    settings.DEMO = True
    assert client.get(path).status_code == 200
    assert not is_in(client)
    for _ in range(2):
        assert client.post(path)["Location"] == "/"
        assert is_in(client)
        client.post("/sign-out/")
    assert client.post(path[:-2] + "x/").status_code == 404


def test_who_does_not_come_in_is_remembered_for_a_day_and_who_does_for_weeks(client: Client, ada: User) -> None:
    client.post("/sign-in/", {"email": ada.email})
    assert client.session.get_expiry_age() <= 24 * 3600
    client.post("/sign-in/code/", {"code": newest_code()})
    assert client.session.get_expiry_age() > 50 * 24 * 3600


def test_an_address_changes_once_the_new_one_is_proven_and_the_old_one_is_told(ada: User) -> None:
    client = sign_in(ada)
    assert client.post("/account/address/", {"email": "Ada@New.example"})["Location"] == "/sign-in/code/"
    assert "the address of your account" in str(mail.outbox[-1].body)
    client.post("/sign-in/code/", {"code": wrong(newest_code())})
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    assert client.post("/sign-in/code/", {"code": newest_code()})["Location"] == "/account/"
    ada.refresh_from_db()
    assert ada.email == EmailAddress.objects.get().email == "ada@new.example"
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (["ada@example.org"], "Your address was changed")
    assert is_in(client)


def test_a_new_address_does_not_inherit_that_the_old_one_refused_mail(ada: User) -> None:
    client = sign_in(ada)
    User.objects.update(
        mail_failing_since=now(), mail_failing_reason="SMTPRecipientsRefused 550", mail_refused_at=now()
    )
    client.post("/account/address/", {"email": "ada@new.example"})
    client.post("/sign-in/code/", {"code": newest_code()})
    ada.refresh_from_db()
    assert (ada.mail_failing_since, ada.mail_failing_reason, ada.mail_refused_at) == (None, "", None)


def test_the_address_of_somebody_else_stays_theirs(ada: User, make_user: Callable[..., User]) -> None:
    make_user("bea@example.org")
    client = sign_in(ada)
    client.post("/account/address/", {"email": "bea@example.org"})
    page = client.post("/sign-in/code/", {"code": newest_code()}, follow=True)
    assert "an account of its own already" in page.content.decode()
    assert set(User.objects.values_list("email", flat=True)) == {"ada@example.org", "bea@example.org"}


def test_who_signed_out_meanwhile_changes_nothing(ada: User) -> None:
    client = sign_in(ada)
    client.post("/account/address/", {"email": "ada@new.example"})
    code, kept = newest_code(), client.session["code"]
    other = Client()
    session = other.session
    session["code"] = kept
    session.save()
    assert other.post("/sign-in/code/", {"code": code}).status_code == 404
    assert User.objects.get().email == "ada@example.org"
