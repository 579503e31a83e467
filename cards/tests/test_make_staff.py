"""The first sign-in of somebody of the staff: a link that works once."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now

from cards import first_sign_in
from cards.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "otters-read-at-dusk"


def make_staff(email: str = "ann@example.org") -> str:
    out = StringIO()
    call_command("make_staff", email, stdout=out)
    found = re.search(r"^http\S+$", out.getvalue(), re.MULTILINE)
    assert found
    return urlsplit(found[0]).path


def choose(client: Client, path: str, password: str = PASSWORD) -> int:
    page = client.get(path)
    if page.status_code != 302:
        return page.status_code
    return client.post(page["Location"], {"new_password1": password, "new_password2": password}).status_code


def test_the_link_signs_in_to_admin_and_lets_choose_a_password(client: Client) -> None:
    assert choose(client, make_staff()) == 302
    assert client.get("/admin/").status_code == 200
    ann = User.objects.get(email="ann@example.org")
    assert ann.check_password(PASSWORD)
    assert ann.is_staff
    assert ann.is_superuser


def test_the_link_works_once(client: Client) -> None:
    path = make_staff()
    choose(client, path)
    again = Client()
    page = again.get(path)
    assert "no longer works" in page.content.decode()
    assert again.get("/admin/").status_code == 302


def test_opening_the_page_alone_does_not_use_the_link_up(client: Client) -> None:
    path = make_staff()
    for _ in range(3):
        page = Client().get(path, follow=True)
        assert "ann@example.org" in page.content.decode()
    assert User.objects.get().last_login is None
    assert choose(client, path) == 302


def test_the_token_leaves_the_address_before_the_page_is_shown(client: Client) -> None:
    path = make_staff()
    assert path.split("/")[-2] not in client.get(path)["Location"]


def test_the_link_ends_after_a_day(client: Client) -> None:
    path = make_staff()
    with patch.object(
        first_sign_in.FirstSignIn, "_now", return_value=(now() + timedelta(hours=25)).replace(tzinfo=None)
    ):
        assert "no longer works" in client.get(path).content.decode()


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
