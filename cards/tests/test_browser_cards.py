"""Cards in Chromium, on a phone: added after a wrong PIN, put in order, checked in view; with scripts and without."""

import threading
from collections.abc import Callable

import pytest
from django.utils.timezone import localdate, now
from playwright.sync_api import Page, expect

from cards.models import Card, Family, Library, User
from cards.tests.pretend import Desk
from cards.tests.test_browser import PHONE, account, ada, family, open_phone
from libraries.account import AccountSnapshot, Loan
from libraries.errors import LoginFailed

__all__ = ["ada", "family", "open_phone"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
NUMBER = "29008000111222"
MARK = "window.loadedOnce = true"
MARKED = "window.loadedOnce === true"


def linked() -> AccountSnapshot:
    """Something that has a page at its library."""
    boats = Loan(id="b", title="Wooden boats", due=localdate(), url="https://elm.example/record/b")
    return AccountSnapshot(loans=(boats,), holds=(), fees=())


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") == PHONE["width"])


@BOTH
def test_a_card_is_added_after_a_wrong_pin_was_mended(
    scripts: bool,
    open_phone: Callable[..., Page],
    ada: User,
    family: Family,
    pretended_library: Callable[..., Library],
    make_library: Callable[..., Library],
    desk: Desk,
) -> None:
    pretended_library("Bücherei Köln", slug="koeln", place="Köln", works_since=now())
    make_library("Elm Park Library")
    desk.answers[NUMBER] = LoginFailed("Sorry, that PIN is wrong")
    page = open_phone(ada, java_script_enabled=scripts)
    page.get_by_role("link", name="Add the first card").click()
    page.get_by_role("searchbox").fill("koeln")
    if not scripts:
        page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("link", name="Elm Park Library")).to_have_count(0)
    assert fits(page)
    page.get_by_role("link", name="Bücherei Köln").click()
    expect(page.get_by_label("Whose card is it?")).to_have_value("Ada Okafor")
    page.get_by_label("Library card number").fill(NUMBER)
    page.get_by_label("PIN").fill("0000")
    page.get_by_role("button", name="Try the card").click()
    expect(page.get_by_text("Sorry, that PIN is wrong", exact=True)).to_be_visible(timeout=15_000)
    expect(page.get_by_label("PIN")).to_have_value("")
    expect(page.get_by_label("Library card number")).to_have_value(NUMBER)
    assert fits(page)
    desk.answers[NUMBER] = account()
    page.get_by_label("PIN").fill("4711")
    page.get_by_role("button", name="Try the card").click()
    expect(page.get_by_role("heading", name="2 loans, 1 hold ready – is that you?")).to_be_visible(timeout=15_000)
    assert fits(page)
    page.get_by_role("button", name="Yes, add this card").click()
    expect(page.get_by_text("The lighthouse that walked")).to_be_visible()


def test_the_trial_is_followed_without_a_reload_and_said_aloud(
    open_phone: Callable[..., Page],
    ada: User,
    family: Family,
    pretended_library: Callable[..., Library],
    desk: Desk,
) -> None:
    go_on = threading.Event()
    desk.answers[NUMBER] = lambda: account() if go_on.wait(30) else account("Never")
    pretended_library("Elm Park Library", slug="elm")
    page = open_phone(ada)
    page.goto(f"/families/{family.pk}/cards/new/elm/")
    page.get_by_label("Library card number").fill(NUMBER)
    page.get_by_label("PIN").fill("4711")
    page.get_by_role("button", name="Try the card").click()
    expect(page.get_by_role("heading", name="Reading the card at the library …")).to_be_visible(timeout=10_000)
    page.evaluate(MARK)
    go_on.set()
    expect(page.get_by_role("button", name="Yes, add this card")).to_be_visible(timeout=10_000)
    assert page.evaluate(MARKED)
    expect(page.locator("#news")).to_contain_text("is that you?")


def test_each_card_changes_on_the_page_as_it_happens(
    open_phone: Callable[..., Page],
    ada: User,
    family: Family,
    pretended_library: Callable[..., Library],
    make_card: Callable[..., Card],
    desk: Desk,
) -> None:
    events = {number: threading.Event() for number in ("1", "2")}
    for number, event in events.items():
        desk.answers[number] = lambda event=event: account() if event.wait(30) else account("Never")
    for number, name in (("1", "Ada Okafor"), ("2", "Nils Okafor")):
        make_card(family=family, library=pretended_library(), number=number, patron_name=name)
    make_card(family=family, patron_name="Mo Okafor", snapshot=linked())
    page = open_phone(ada)
    page.evaluate(MARK)
    page.get_by_role("button", name="Check all").click()
    expect(page.locator(".standing", has_text="being read now")).to_have_count(2, timeout=10_000)
    page.get_by_role("link", name="Wooden boats").focus()
    events["1"].set()
    expect(page.get_by_role("button", name="Check now: Ada Okafor")).to_be_visible(timeout=10_000)
    expect(page.locator("#news")).to_contain_text("Ada Okafor: Elm Park Library, read just now.")
    expect(page.locator(".standing", has_text="being read now")).to_have_count(1)
    events["2"].set()
    expect(page.get_by_role("button", name="Check now: Nils Okafor")).to_be_visible(timeout=10_000)
    expect(page.locator("#board[hx-get]")).to_have_count(0)
    expect(page.get_by_role("link", name="Wooden boats")).to_be_focused()
    assert page.evaluate(MARKED)


@BOTH
def test_cards_are_put_in_order_and_the_button_keeps_the_focus(
    scripts: bool,
    open_phone: Callable[..., Page],
    ada: User,
    family: Family,
    make_card: Callable[..., Card],
) -> None:
    cards = [make_card(family=family, patron_name=name) for name in ("Ada", "Bo", "Cy")]
    page = open_phone(ada, java_script_enabled=scripts)
    page.goto(f"/families/{family.pk}/cards/")
    page.evaluate(MARK)
    up = page.locator(f"#up-{cards[2].pk}")
    up.focus()
    for place in ("2", "1"):
        page.keyboard.press("Enter")
        if scripts:
            expect(page.locator("#news")).to_contain_text(f"number {place} of 3")
            expect(up).to_be_focused()
        else:
            page.wait_for_load_state()
            up.focus()
    expect(page.locator(".name")).to_have_text(["Cy", "Ada", "Bo"])
    assert fits(page)
    assert bool(page.evaluate(MARKED)) is scripts


def test_a_new_pin_is_tried_in_view(
    open_phone: Callable[..., Page],
    ada: User,
    family: Family,
    pretended_library: Callable[..., Library],
    make_card: Callable[..., Card],
    desk: Desk,
) -> None:
    desk.seconds = 2.5
    desk.answers[NUMBER] = account()
    card = make_card(family=family, library=pretended_library(), number=NUMBER, trouble="login_failed")
    page = open_phone(ada)
    page.goto(f"/cards/{card.pk}/")
    page.get_by_role("textbox", name="PIN").fill("4711")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#card-state")).to_contain_text("being read now", timeout=10_000)
    page.evaluate(MARK)
    page.get_by_label("Initial").fill("Q")  # what is being typed below survives
    expect(page.locator("#card-state")).to_contain_text("read just now", timeout=10_000)
    expect(page.get_by_label("Initial")).to_have_value("Q")
    assert page.evaluate(MARKED)
    assert fits(page)
