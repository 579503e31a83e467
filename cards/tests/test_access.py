"""Who may see and do what: every page and button, for a stranger, another family, a member, and staff."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from cards.models import Card, Family, User

Make = Callable[..., Card]


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user("ada@example.org")


@pytest.fixture
def card(make_family: Callable[..., Family], make_card: Make, ada: User) -> Card:
    return make_card(family=make_family(people=[ada]))


@pytest.fixture
def other(make_user: Callable[..., User], make_family: Callable[..., Family]) -> User:
    """Somebody of another family."""
    person = make_user()
    make_family("Tremblay-Nakagawa", people=[person])
    return person


@pytest.fixture
def staff(make_user: Callable[..., User]) -> Callable[..., User]:
    """Staff with just these rights."""

    def make(*rights: str) -> User:
        person = make_user(is_staff=True)
        person.user_permissions.add(*Permission.objects.filter(codename__in=rights))
        return person

    return make


def asked(client: Client, user: User, card: Card) -> tuple[int, int, int]:
    """What seeing the family, checking it, and checking the card are answered with."""
    client.force_login(user)
    return (
        client.get(f"/families/{card.family_id}/").status_code,
        client.post("/check/", {"family": card.family_id}).status_code,
        client.post(f"/check/{card.pk}/").status_code,
    )


def test_members_see_and_check_their_family(client: Client, ada: User, card: Card) -> None:
    Card.objects.update(trouble="login_failed")  # so that nothing is visited
    assert asked(client, ada, card) == (200, 303, 303)


def test_to_another_family_there_is_nothing(client: Client, other: User, card: Card) -> None:
    assert asked(client, other, card) == (404, 404, 404)
    assert card.patron_name.encode() not in client.get("/").content


def test_staff_without_the_right_see_nothing(client: Client, staff: Callable[..., User], card: Card) -> None:
    assert asked(client, staff(), card) == (404, 404, 404)


def test_staff_who_may_only_look_get_no_buttons(client: Client, staff: Callable[..., User], card: Card) -> None:
    assert asked(client, staff("view_card"), card) == (200, 404, 404)
    assert b"formaction" not in client.get(f"/families/{card.family_id}/").content


def test_staff_with_the_rights_see_and_check(client: Client, staff: Callable[..., User], card: Card) -> None:
    Card.objects.update(trouble="login_failed")
    assert asked(client, staff("view_card", "change_card"), card) == (200, 303, 303)


def test_the_right_alone_does_not_make_staff(client: Client, other: User, card: Card) -> None:
    other.user_permissions.add(*Permission.objects.filter(codename__in=("view_card", "change_card")))
    assert asked(client, other, card) == (404, 404, 404)


def test_a_stranger_is_sent_to_sign_in_whether_the_family_exists_or_not(client: Client, card: Card) -> None:
    for family in (card.family_id, 10**6):
        path = f"/families/{family}/"
        assert client.get(path)["Location"] == f"/sign-in/?next={path}"
    for answer in (client.post("/check/"), client.post(f"/check/{card.pk}/")):
        assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")


@pytest.mark.parametrize("family", ["", "x", "-1", "²", "9" * 30, str(10**6)])
def test_a_family_that_is_none_is_not_found(client: Client, ada: User, card: Card, family: str) -> None:
    client.force_login(ada)
    assert client.post("/check/", {"family": family}).status_code == 404
    assert client.post(f"/check/{uuid4()}/").status_code == 404


def test_nothing_changes_by_get(client: Client, ada: User, card: Card) -> None:
    client.force_login(ada)
    for path in ("/check/", f"/check/{card.pk}/", "/sign-out/"):
        assert client.get(path).status_code == 405


def test_nothing_changes_without_the_token(ada: User, card: Card) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    for path in ("/check/", f"/check/{card.pk}/", "/sign-out/", "/sign-in/"):
        answer = client.post(path)
        assert answer.status_code == 403
        assert "did not come from our page" in answer.content.decode()


def test_private_pages_are_kept_by_no_cache_and_listed_by_no_search_engine(
    client: Client, ada: User, card: Card
) -> None:
    client.force_login(ada)
    for path in ("/", f"/families/{card.family_id}/"):
        answer = client.get(path)
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert "noindex" in answer["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex' in answer.content.decode()


def test_pages_hold_no_script_and_no_style_of_their_own(client: Client, ada: User, card: Card) -> None:
    client.force_login(ada)
    shown = client.get("/").content.decode()
    assert shown.count("<script") == shown.count('<script src="/static/') == 1
    assert "<style" not in shown
    assert "style=" not in shown
    assert "http://" not in shown.replace("http://www.w3.org", "")


def test_a_person_signs_out_by_a_button(client: Client, ada: User, card: Card) -> None:
    client.force_login(ada)
    assert client.post("/sign-out/")["Location"] == "/"
    assert card.patron_name.encode() not in client.get("/").content


def test_pages_that_are_not_there_tell_nothing(client: Client, db: None) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "Nothing here" in answer.content.decode()
    assert "nowhere" not in answer.content.decode()
