"""A second factor: offered to all, asked for once it is there, and demanded of staff before admin opens."""

import re
from collections.abc import Callable
from io import StringIO
from types import SimpleNamespace
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from pyotp import TOTP
from pytest_django import Settings

from cards import roles, vault
from cards.models import User
from cards.rotation import rotate
from cards.signing_in import first_link
from cards.signing_in.tests.conftest import newest_code

pytestmark = pytest.mark.django_db(transaction=True)  # notices go out at commit

AN_HOUR = 3600


@pytest.fixture
def ada(make_user: Callable[..., User], make_family) -> User:
    user = make_user("ada@example.org")
    make_family(people=[user])
    return user


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """An authenticator app, on whose clock each code is a new one."""
    clock = iter(range(0, 10 * AN_HOUR, 60))

    def code(secret: str) -> str:
        at = 1_790_000_000 + next(clock)
        monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: at))
        return TOTP(secret).at(at)

    return code


def sign_in(client: Client, user: User, **more: str) -> HttpResponse:
    client.post("/sign-in/", {"email": user.email, **more})
    return client.post("/sign-in/code/", {"code": newest_code()})


def set_up(client: Client, code: Callable[[str], str]) -> str:
    """An app set up; its secret."""
    page = client.get("/account/app/")
    secret = page.context["form"].secret
    assert client.post("/account/app/", {"code": code(secret)})["Location"] == "/account/recovery-codes/"
    return str(secret)


def recovery_codes(client: Client) -> list[str]:
    page = client.get("/account/recovery-codes/")
    assert page.status_code == 200
    return re.findall(r"<li><code>(\d+)</code>", page.content.decode())


def test_an_app_is_set_up_with_recovery_codes_and_asked_for_from_then_on(ada: User, client: Client, phone) -> None:
    sign_in(client, ada)
    secret = set_up(client, phone)
    assert len(recovery_codes(client)) == 10
    assert mail.outbox[-1].subject == "An authenticator app was set up"
    other = Client()
    assert sign_in(other, ada, next="/families/7/")["Location"] == "/sign-in/second-factor/"
    assert "_auth_user_id" not in other.session
    refused = other.post("/sign-in/second-factor/", {"code": "000000"})
    assert "Incorrect code" in refused.content.decode()
    assert other.post("/sign-in/second-factor/", {"code": phone(secret)})["Location"] == "/families/7/"


def test_a_code_of_the_app_works_once(ada: User, client: Client, phone) -> None:
    sign_in(client, ada)
    code = phone(set_up(client, phone))
    first, second = Client(), Client()
    for other in (first, second):
        sign_in(other, ada)
        other.post("/sign-in/second-factor/", {"code": code})
    assert "_auth_user_id" in first.session
    assert "_auth_user_id" not in second.session


def test_a_recovery_code_lets_in_once(ada: User, client: Client, phone) -> None:
    sign_in(client, ada)
    set_up(client, phone)
    code = recovery_codes(client)[0]
    for expected in (302, 200):
        other = Client()
        sign_in(other, ada)
        assert other.post("/sign-in/second-factor/", {"code": code}).status_code == expected


def test_wrong_codes_are_limited_for_one_person_whatever_the_browser(ada: User, client: Client, phone) -> None:
    sign_in(client, ada)
    secret = set_up(client, phone)
    for number in range(6):
        other = Client(REMOTE_ADDR=f"192.0.2.{number}")
        sign_in(other, ada)
        answer = other.post("/sign-in/second-factor/", {"code": "000000"}).content.decode()
    assert "Incorrect code" not in answer
    assert other.post("/sign-in/second-factor/", {"code": phone(secret)}).status_code == 200
    assert "_auth_user_id" not in other.session


def test_secrets_of_apps_are_sealed_in_the_database(ada: User, client: Client, phone) -> None:
    sign_in(client, ada)
    secret = set_up(client, phone)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in recovery_codes(client))


def test_without_the_key_nobody_gets_in_and_nothing_breaks(
    ada: User, client: Client, phone, settings: Settings
) -> None:
    sign_in(client, ada)
    secret = set_up(client, phone)
    settings.CARD_KEYS = ["another key of thirty-two characters or more"]
    with pytest.raises(vault.CannotOpen):
        vault.unseal(b"\x01" + b"x" * 40, uuid4(), "x")
    other = Client()
    sign_in(other, ada)
    answer = other.post("/sign-in/second-factor/", {"code": phone(secret)})
    assert "cannot be checked at the moment" in answer.content.decode()


def test_to_change_anything_the_factor_is_asked_for_again(ada: User, client: Client, phone) -> None:
    sign_in(client, ada)
    secret = set_up(client, phone)
    other = Client()
    sign_in(other, ada)
    other.post("/sign-in/second-factor/", {"code": phone(secret)})
    for path in ("/account/app/remove/", "/account/recovery-codes/", "/account/passkeys/add/"):
        answer = other.get(path)
        assert answer["Location"] == f"/account/confirm/?next={path.replace('/', '%2F')}"
    assert "Is it still you?" in other.get("/account/confirm/").content.decode()
    confirmed = other.post("/account/confirm/", {"code": phone(secret), "next": "/account/app/remove/"})
    assert confirmed["Location"] == "/account/app/remove/"
    assert other.post("/account/app/remove/")["Location"] == "/account/"
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "Your authenticator app was removed"


def test_new_recovery_codes_replace_the_old_ones(ada: User, client: Client, phone) -> None:
    sign_in(client, ada)
    set_up(client, phone)
    old = recovery_codes(client)
    assert client.get("/account/recovery-codes/new/").status_code == 200
    assert set(recovery_codes(client)) == set(old)
    client.post("/account/recovery-codes/new/")
    assert not set(recovery_codes(client)) & set(old)
    saved = client.get("/account/recovery-codes/download/")
    assert recovery_codes(client)[0] in saved.content.decode()
    assert "no-store" in saved["Cache-Control"]


class TestAdmin:
    """Its door."""

    @pytest.fixture(autouse=True)
    def demanded(self, settings: Settings) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = True

    @pytest.fixture
    def boss(self, make_user: Callable[..., User]) -> User:
        return make_user("boss@example.org", is_staff=True, is_superuser=True)

    def test_nobody_is_sent_to_sign_in(self, client: Client) -> None:
        page = client.get("/admin/cards/card/", follow=True)
        assert page.redirect_chain[-1][0] == "/sign-in/?next=/admin/cards/card/"

    def test_people_who_are_not_staff_find_nothing(self, client: Client, ada: User) -> None:
        client.force_login(ada)
        assert client.get("/admin/", follow=True).status_code == 404

    def test_staff_without_a_factor_set_one_up_and_go_on(self, client: Client, boss: User, phone) -> None:
        sign_in(client, boss)
        page = client.get("/admin/cards/card/", follow=True)
        assert page.redirect_chain[-1][0] == "/account/"
        assert "Staff need a second factor" in page.content.decode()
        for method in (client.get, client.post):
            assert method("/admin/cards/card/").status_code == 302
        set_up(client, phone)
        assert client.get("/admin/cards/card/").status_code == 200

    def test_a_session_from_before_the_factor_has_to_show_it(self, client: Client, boss: User, phone) -> None:
        thief = Client()
        sign_in(thief, boss)
        sign_in(client, boss)
        secret = set_up(client, phone)
        page = thief.get("/admin/", follow=True)
        assert page.redirect_chain[-1][0] == "/account/confirm/?next=/admin/"
        answer = thief.post("/account/confirm/", {"code": phone(secret), "next": "/admin/"}, follow=True)
        assert answer.redirect_chain == [("/admin/", 302)]
        assert answer.status_code == 200

    def test_who_removes_their_factor_is_out(self, client: Client, boss: User, phone) -> None:
        sign_in(client, boss)
        set_up(client, phone)
        client.post("/account/app/remove/")
        assert client.get("/admin/").status_code == 302

    def test_the_link_of_make_staff_asks_for_a_factor_that_is_there(self, client: Client, boss: User, phone) -> None:
        sign_in(client, boss)
        set_up(client, phone)
        boss.refresh_from_db()
        other, path = Client(), first_link.link(boss).partition("localhost:8000")[2]
        answer = other.post(other.get(path)["Location"])
        assert answer["Location"] == "/sign-in/second-factor/"
        assert "_auth_user_id" not in other.session

    def test_there_are_no_passwords_and_no_secrets_in_it(self, client: Client, boss: User, phone) -> None:
        sign_in(client, boss)
        set_up(client, phone)
        assert client.get("/admin/password_change/").status_code == 404
        for model in (
            "mfa/authenticator",
            "usersessions/usersession",
            "account/emailaddress",
            "socialaccount/socialapp",
        ):
            assert client.get(f"/admin/{model}/").status_code == 404
        page = client.get(f"/admin/cards/user/{boss.pk}/change/").content.decode()
        assert "assword" not in page

    def test_a_password_lets_nobody_in(self, client: Client, boss: User) -> None:
        boss.set_password("a password from somewhere")
        boss.save()
        assert not client.login(username=boss.email, email=boss.email, password="a password from somewhere")


def test_a_new_key_seals_the_secrets_anew_and_the_old_one_may_go(
    ada: User, client: Client, phone, settings: Settings
) -> None:
    sign_in(client, ada)
    secret = set_up(client, phone)
    codes = recovery_codes(client)
    new, old = "a newer key of thirty-two characters or more", settings.CARD_KEYS[0]
    settings.CARD_KEYS = [new, old]
    done = rotate()
    assert (done.factors_resealed, done.factors_closed, done.complete) == (2, [], True)
    assert rotate().factors_resealed == 0
    settings.CARD_KEYS = [new]
    assert recovery_codes(client) == codes
    other = Client()
    sign_in(other, ada)
    assert other.post("/sign-in/second-factor/", {"code": phone(secret)}).status_code == 302
    settings.CARD_KEYS = [old]
    assert len(rotate().factors_closed) == 2
    assert not rotate().complete


def test_who_lost_everything_is_helped_by_an_owner_and_told(
    ada: User, client: Client, phone, make_user: Callable[..., User]
) -> None:
    sign_in(client, ada)
    set_up(client, phone)
    owner, support = Client(), Client()
    owner.force_login(make_user(is_staff=True, is_superuser=True))
    support.force_login(first_link.make_staff("sue@example.org", roles.SUPPORT))
    data = {"action": "forget_second_factors", "_selected_action": str(ada.pk)}
    support.post("/admin/cards/user/", data)
    assert Authenticator.objects.exists()
    assert (
        "1 person signs in by mail alone again." in owner.post("/admin/cards/user/", data, follow=True).content.decode()
    )
    assert not Authenticator.objects.exists()
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([ada.email], "Your second factor was taken away")
    assert sign_in(Client(), ada)["Location"] == "/"


def test_staff_who_lost_everything_are_helped_by_the_command(ada: User, client: Client, phone) -> None:
    sign_in(client, ada)
    set_up(client, phone)
    call_command("make_staff", ada.email, stdout=StringIO())
    assert Authenticator.objects.exists()
    call_command("make_staff", ada.email, "--forget-second-factor", stdout=StringIO())
    assert not Authenticator.objects.exists()
