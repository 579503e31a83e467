"""The first sign-in of somebody of the staff: a link that works once."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from cards.models import User
from cards.signing_in import first_link

pytestmark = pytest.mark.django_db


def make_staff(email: str = "ann@example.org") -> str:
    out = StringIO()
    call_command("make_staff", email, stdout=out)
    found = re.search(r"^http\S+$", out.getvalue(), re.MULTILINE)
    assert found
    return urlsplit(found[0]).path


def confirm(client: Client, path: str) -> HttpResponse:
    return client.post(client.get(path)["Location"])


def test_the_link_signs_in_and_leads_to_a_second_factor(client: Client, settings: Settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    answer = confirm(client, make_staff())
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0] == "/account/"
    assert "Staff need a second factor" in page.content.decode()
    ann = User.objects.get(email="ann@example.org")
    assert ann.is_staff
    assert ann.is_superuser
    assert not ann.has_usable_password()


def test_the_link_works_once(client: Client) -> None:
    path = make_staff()
    confirm(client, path)
    again = Client()
    page = again.get(path, follow=True)
    assert page.status_code == 410
    assert "no longer works" in page.content.decode()
    assert confirm(again, path).status_code == 410
    assert again.get("/admin/").status_code == 302


def test_opening_the_page_alone_does_not_use_the_link_up(client: Client) -> None:
    path = make_staff()
    for _ in range(3):
        page = Client().get(path, follow=True)
        assert "ann@example.org" in page.content.decode()
    assert User.objects.get().last_login is None
    assert confirm(client, path).status_code == 302
    assert User.objects.get().last_login is not None


def test_the_token_leaves_the_address_before_the_page_is_shown(client: Client) -> None:
    path = make_staff()
    assert path.split("/")[-2] not in client.get(path)["Location"]


@pytest.mark.parametrize("who", ["MQ", "x", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "%F0"])
def test_a_link_that_we_did_not_make_lets_nobody_in(client: Client, who: str) -> None:
    token = make_staff().split("/")[-2]
    for tampered in (token[:-1] + "x", "0-" + token, "x"):
        assert client.get(f"/sign-in/first/{who}/{tampered}/", follow=True).status_code == 410


def test_the_link_ends_after_a_day(client: Client) -> None:
    path = make_staff()
    with patch.object(first_link.OneSignIn, "_now", return_value=(now() + timedelta(hours=25)).replace(tzinfo=None)):
        assert "no longer works" in client.get(path, follow=True).content.decode()


def test_a_person_who_is_there_already_is_promoted_in_any_case_of_letters(make_user: Callable[..., User]) -> None:
    ann = make_user("ann@example.org", name="Ann Lindqvist")
    make_staff("ANN@example.org")
    ann.refresh_from_db()
    assert ann.is_superuser
    assert ann.name == "Ann Lindqvist"
    assert User.objects.count() == 1


def test_what_is_no_address_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="no e-mail address"):
        make_staff("ann")
