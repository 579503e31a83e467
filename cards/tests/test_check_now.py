"""The buttons of the status page: what they check, what they leave alone, and where they lead."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from cards.models import Card, Family, Library, Run, Trouble, User
from cards.tests.pretend import Desk
from libraries.account import AccountSnapshot, Loan
from libraries.errors import LoginFailed

Make = Callable[..., Card]


@pytest.fixture(autouse=True)
def at_once(settings: Settings) -> None:
    """The visits are over before the answer comes."""
    settings.CHECK_IN_BACKGROUND = False


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user("ada@example.org")


@pytest.fixture
def family(make_family: Callable[..., Family], ada: User) -> Family:
    return make_family(people=[ada])


@pytest.fixture
def library(pretended_library: Callable[..., Library]) -> Library:
    return pretended_library()


@pytest.fixture
def browser(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def test_check_now_reads_the_card_and_goes_back_to_the_page(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    card = make_card(family=family, library=library, number="1")
    desk.answers["1"] = AccountSnapshot(loans=(Loan(id="1", title="Wooden boats", due=None),), holds=(), fees=())
    answer = browser.post(f"/check/{card.pk}/")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert b"Wooden boats" in browser.get("/").content
    assert Run.objects.get().trigger == Run.Trigger.PAGE


def test_check_all_reads_all_cards_of_the_family_but_those_that_wait_for_their_patron(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    make_card(family=family, library=library, number="1")
    make_card(family=family, library=library, number="2", trouble=Trouble.SITE_UNAVAILABLE)
    make_card(family=family, library=library, number="3", trouble=Trouble.LOGIN_FAILED)
    make_card(library=library, number="4")
    assert browser.post("/check/", {"family": family.pk}).status_code == 303
    assert sorted(desk.visits) == ["1", "2"]


def test_a_refused_card_is_left_alone_until_its_patron_says_try_again(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    card = make_card(family=family, library=library, number="1", trouble=Trouble.LOGIN_FAILED)
    desk.answers["1"] = LoginFailed("Sorry")
    answer = browser.post(f"/check/{card.pk}/", follow=True)
    assert not desk.visits
    assert "makes another attempt" in answer.content.decode()
    browser.post(f"/check/{card.pk}/", {"try_again": "1"})
    browser.post(f"/check/{card.pk}/", {"try_again": "1"})
    assert desk.visits["1"] == 1
    card.refresh_from_db()
    assert card.trouble == Trouble.LOGIN_FAILED


def test_a_card_is_not_checked_twice_within_a_minute(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    card = make_card(family=family, library=library, number="1", last_began=now() - timedelta(seconds=50))
    Card.objects.update(next_check_at=now() + timedelta(hours=5))
    answer = browser.post(f"/check/{card.pk}/", follow=True)
    assert not desk.visits
    assert "less than a minute ago" in answer.content.decode()
    Card.objects.update(last_began=now() - timedelta(seconds=70))
    browser.post(f"/check/{card.pk}/")
    assert desk.visits["1"] == 1


def test_a_card_whose_pin_was_mended_is_checked_at_once(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    card = make_card(family=family, library=library, number="1", trouble=Trouble.LOGIN_FAILED, last_began=now())
    card.seal(pin="4711")
    card.save()
    browser.post(f"/check/{card.pk}/")
    assert desk.visits["1"] == 1


def test_a_card_that_is_being_checked_is_left_to_whoever_checks_it(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    card = make_card(family=family, library=library, lease_until=now() + timedelta(minutes=1))
    answer = browser.post(f"/check/{card.pk}/", follow=True)
    assert not desk.visits
    assert "being checked already" in answer.content.decode()


def test_a_library_that_is_switched_off_is_not_visited(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    card = make_card(family=family, library=library)
    Library.objects.update(enabled=False)
    assert "no card that could be checked" in browser.post(f"/check/{card.pk}/", follow=True).content.decode()
    assert not desk.visits


def test_staff_check_for_a_family_and_the_run_says_so(
    client: Client, make_user: Callable[..., User], library: Library, make_card: Make, desk: Desk
) -> None:
    card = make_card(library=library, number="1")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = f"/families/{card.family_id}/"
    assert client.post(f"/check/{card.pk}/", {"next": page})["Location"] == page
    assert desk.visits["1"] == 1
    assert Run.objects.get().trigger == Run.Trigger.ADMIN


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_way_back_never_leads_elsewhere(browser: Client, family: Family, target: str) -> None:
    assert browser.post("/check/", {"family": family.pk, "next": target})["Location"] == "/"
