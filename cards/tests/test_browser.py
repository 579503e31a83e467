"""The pages in Chromium, on a phone: status, check now with and without scripts, and admin."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils.timezone import localdate, now
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cards import vault
from cards.models import Card, Family, Library, Trouble, User
from cards.signing_in import first_link
from cards.tests.pretend import Desk
from libraries.account import AccountSnapshot, Hold, HoldState, Loan
from libraries.demo import DemoSite, patrons

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def open_phone(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """A phone with the site open, and somebody signed in: `open_phone(ada, java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def get(user: User, **options: bool) -> Page:
        contexts.append(chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="en", **options))
        page = contexts[-1].new_page()
        page.goto(urlsplit(first_link.link(user)).path)
        page.get_by_role("button", name="Sign in").click()
        page.goto("/")
        return page

    yield get
    for context in contexts:
        context.close()


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user("ada@example.org", name="Ada Okafor", is_staff=True, is_superuser=True)


@pytest.fixture
def family(make_family: Callable[..., Family], ada: User) -> Family:
    return make_family(people=[ada])


def account(title: str = "The lighthouse that walked") -> AccountSnapshot:
    """Something overdue, something due in weeks, something to fetch."""
    today = localdate()
    loans = (
        Loan(id="1", title=title, author="Oona Brandvold", due=today - timedelta(days=2)),
        Loan(id="2", title="Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 3, due=today + timedelta(days=16)),
    )
    ready = Hold(id="3", title="The copper orchard", state=HoldState.READY, pickup="Eastbridge Branch", pickup_by=today)
    return AccountSnapshot(loans=loans, holds=(ready,), fees=())


def test_the_status_page_fits_a_phone_and_answers_first_what_to_do(
    open_phone: Callable[..., Page], ada: User, family: Family, make_card: Callable[..., Card]
) -> None:
    make_card(family=family, snapshot=account())
    make_card(family=family, trouble=Trouble.LOGIN_FAILED, patron_name="Nils Okafor")
    page = open_phone(ada)
    expect(page).to_have_title("1 due, 1 ready – LibraryHippo")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    for words in ("2 days overdue", "at Eastbridge Branch, last day is today"):
        box = page.get_by_text(words).first.bounding_box()
        assert box
        assert box["y"] + box["height"] < PHONE["height"]
    expect(page.get_by_role("button", name="Try again: Nils Okafor")).to_be_visible()


def test_what_can_be_pressed_is_large_enough_for_a_thumb(
    open_phone: Callable[..., Page], ada: User, family: Family, make_card: Callable[..., Card]
) -> None:
    for _ in range(2):
        make_card(family=family, snapshot=account())
    page = open_phone(ada)
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_check_now_shows_that_it_is_at_work_and_then_what_it_found(
    scripts: bool,
    open_phone: Callable[..., Page],
    ada: User,
    family: Family,
    pretended_library: Callable[..., Library],
    make_card: Callable[..., Card],
    desk: Desk,
) -> None:
    go_on = threading.Event()
    desk.answers["1"] = lambda: account() if go_on.wait(30) else account("Never")
    make_card(family=family, library=pretended_library(), number="1")
    page = open_phone(ada, java_script_enabled=scripts)
    page.get_by_role("button", name="Check now: Ada Okafor").click()
    expect(page.locator(".standing", has_text="being read now")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Check now: Ada Okafor")).to_have_count(0)
    go_on.set()
    expect(page.get_by_role("link", name="Take back")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("The lighthouse that walked")).to_be_visible()
    expect(page.get_by_role("button", name="Check now: Ada Okafor")).to_be_visible()
    if scripts:
        expect(page.locator("#news")).to_contain_text("Ada Okafor")
        expect(page).to_have_title("1 due, 1 ready – LibraryHippo")


def test_the_keyboard_reaches_the_content_first_and_keeps_its_place_while_the_page_changes(
    open_phone: Callable[..., Page],
    ada: User,
    family: Family,
    pretended_library: Callable[..., Library],
    make_card: Callable[..., Card],
    desk: Desk,
) -> None:
    go_on = threading.Event()
    desk.answers["1"] = lambda: account() if go_on.wait(30) else account("Never")
    make_card(family=family, library=pretended_library(), number="1")
    still = make_card(family=family, snapshot=account(), patron_name="Nils Okafor")
    page = open_phone(ada)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.get_by_role("button", name="Check now: Ada Okafor").press("Enter")
    expect(page.locator(".standing", has_text="being read now")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Check now: Nils Okafor").focus()
    go_on.set()
    expect(page.get_by_role("button", name="Check now: Ada Okafor")).to_be_visible(timeout=15_000)
    expect(page.locator(f"#button-{still.pk}")).to_be_focused()


def test_a_refused_pin_is_tried_once_more_at_the_library_itself(
    open_phone: Callable[..., Page],
    ada: User,
    family: Family,
    make_library: Callable[..., Library],
    make_card: Callable[..., Card],
    settings: Settings,
) -> None:
    settings.LIBRARY_ALLOW_PRIVATE = True
    patron = patrons(1, today=localdate(), loans=2, holds=2)[0]
    with DemoSite.webpac((patron,)) as site:
        library = make_library(options={"base_url": site.url, "dates": "mdy"})
        card = make_card(family=family, library=library, number=patron.number, pin="none", patron_name=patron.name)
        page = open_phone(ada)
        page.get_by_role("button", name="Check now").click()
        again = page.get_by_role("button", name="Try again")
        expect(again).to_be_visible(timeout=20_000)
        expect(page.get_by_text("refused the number or PIN")).to_be_visible()
        sealed, earlier = vault.seal(patron.pin, card.pk, "pin"), now() - timedelta(minutes=2)
        Card.objects.filter(pk=card.pk).update(pin_sealed=sealed, last_began=earlier)
        again.click()
        expect(page.locator(".row")).to_have_count(4, timeout=20_000)


def test_staff_find_a_card_in_admin_without_its_number(
    open_phone: Callable[..., Page], ada: User, family: Family, make_card: Callable[..., Card]
) -> None:
    card = make_card(family=family, number="20009876", snapshot=account())
    page = open_phone(ada)
    page.goto("/admin/")
    page.goto(f"{page.url}cards/card/{card.pk}/change/")
    expect(page.get_by_text("The lighthouse that walked").first).to_be_visible()
    assert "20009876" not in page.content()
