"""The whole way of a new family on two phones, from an empty database to nothing left, by pages and mails."""

import re
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.request import Request, urlopen

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cards.models import Card, Family, Letter, Library, User
from cards.signing_in.tests.conftest import switch_on, town_hall
from cards.signing_in.tests.test_in_chromium import Mailbox, agree, mailbox, only_this_machine, unused_tcp_port_factory
from cards.tests.pictures import PHONE, See, see
from libraries.demo import DemoSite, families
from libraries.demo.patrons import Patron

__all__ = ["mailbox", "see", "switch_on", "town_hall", "unused_tcp_port_factory"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADA, BEN = "ada@example.org", "ben@example.net"
FAMILY, OVERDUE = "Okafor-Lindqvist", "The lighthouse that walked"
Open = Callable[..., Page]


@pytest.fixture
def open_phone(chromium: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Open]:
    """A phone on which nobody is signed in: `open_phone(java_script_enabled=False)`."""
    settings.SITE_URL, settings.LIBRARY_ALLOW_PRIVATE = live_server.url, True
    phones: list[BrowserContext] = []

    def get(**options: bool) -> Page:
        fixed = {"viewport": PHONE, "base_url": live_server.url, "locale": "en", "timezone_id": "America/Toronto"}
        phones.append(chromium.new_context(**fixed, **options))
        phones[-1].route("**/*", only_this_machine)
        return phones[-1].new_page()

    yield get
    for phone in phones:
        phone.close()


@pytest.fixture
def patron(make_library: Callable[..., Library]) -> Iterator[Patron]:
    """Somebody with a card at the town's library, which stands on this machine and among others in the list."""
    today = localdate()
    known = families(today)[0].cards[0].patron
    call_command("load_libraries", verbosity=0)
    with DemoSite.webpac((known,), today=lambda: today) as site:
        make_library("Eastbridge Library", place="Eastbridge", options={"base_url": site.url, "dates": "mdy"})
        yield known


def letter(box: Mailbox, to: str, subject: str) -> EmailMessage:
    """The newest letter to that person whose subject says so; the site may still be sending it."""
    for _ in range(100):
        for each in reversed(box.letters):
            found = message_from_bytes(each, policy=policy.default)
            if found["To"] == to and subject in found["Subject"]:
                return found
        time.sleep(0.1)
    raise AssertionError(f"no letter says {subject}")


def words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def sign_in_by_code(page: Page, box: Mailbox, email: str, see: See) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Mail me a code").click()
    see(page, "Look into your mail")
    found = re.search(r"^ +(\d{4} \d{4})\s*$", words(letter(box, email, "code")), re.MULTILINE)
    assert found
    page.get_by_label("Code").fill(found[1])
    page.get_by_role("button", name="Sign in").click()


def name_the_family(page: Page, see: See) -> None:
    see(page, "Name your family")
    page.get_by_label("Name of the family").fill(FAMILY)
    page.get_by_role("button", name="On to the first card").click()


def find_the_library(page: Page, see: See) -> None:
    see(page, "Which library is the card from?")
    page.get_by_label("Name or place").fill("eastb")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("link", name="Waterloo Public Library")).to_have_count(0)
    see(page, "Eastbridge Library")
    page.get_by_role("link", name="Eastbridge Library").click()


def add_a_card(page: Page, patron: Patron, see: See) -> None:
    """With a PIN that is wrong at first."""
    see(page, "We try it once at the library")
    page.get_by_label("First and last name").fill(patron.name)
    page.get_by_label("Library card number").fill(patron.number)
    page.get_by_label("PIN").fill("0000")
    page.get_by_role("button", name="Try the card").click()
    see(page, "Compare what you typed with the card")
    page.get_by_label("PIN").fill(patron.pin)
    page.get_by_role("button", name="Try the card").click()
    see(page, "4 loans, 1 hold ready")
    page.get_by_role("button", name="Yes, add this card").click()
    see(page, OVERDUE)


def from_the_menu(page: Page, name: str) -> None:
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("banner").get_by_role("link", name=name).click()


def wish_mail_from_midnight_on(page: Page, see: See) -> None:
    from_the_menu(page, "Mail and preferences")
    see(page, "At what time")
    page.get_by_label("At what time").select_option("0")
    page.get_by_label("Tell me of what is due").select_option("7")
    page.get_by_role("button", name="Save").click()
    see(page, "Saved.")


def delete_everything(page: Page, email: str, see: See) -> None:
    from_the_menu(page, "Your data")
    see(page, "Take it home")
    page.get_by_role("link", name="Delete everything").click()
    see(page, "Delete everything?")
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Delete everything now").click()
    see(page, "All is deleted.")


def as_a_mail_program_does(mail: EmailMessage) -> int:
    """The status of the one click: no cookie, no token."""
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.search("<(http[^>]+)>", mail["List-Unsubscribe"])
    assert found
    with urlopen(Request(found[1], data=b"List-Unsubscribe=One-Click", method="POST")) as answer:
        return int(answer.status)


def invite_ben(ada: Page, see: See) -> None:
    ada.get_by_role("link", name="People", exact=True).click()
    see(ada, "Invite another adult")
    ada.get_by_label("E-mail address").fill(BEN)
    ada.get_by_role("button", name="Send the invitation").click()
    see(ada, f"is on its way to {BEN}")


def join(ben: Page, box: Mailbox, see: See) -> None:
    found = re.search(r"http://\S+/invitations/\S+", words(letter(box, BEN, FAMILY)))
    assert found
    ben.goto(found[0])
    see(ben, f"invites you to “{FAMILY}”")
    ben.get_by_role("button", name="Sign in to join").click()
    sign_in_by_code(ben, box, BEN, see)
    see(ben, "You are signed in as")
    ben.get_by_role("button", name="Join the family").click()
    see(ben, f"You belong to “{FAMILY}” now.")
    expect(ben.get_by_text(OVERDUE)).to_be_visible()


def get_the_mail_and_end_it(ada: Page, box: Mailbox, see: See) -> None:
    ada.get_by_role("button", name="Send me a test mail").click()
    see(ada, "test mail is on its way")
    assert OVERDUE in words(letter(box, ADA, "Test"))
    box.letters.clear()
    call_command("check_cards", verbosity=0)
    digest = letter(box, ADA, "overdue")
    assert OVERDUE in words(digest)
    from_the_menu(ada, "Mail and preferences")
    ada.get_by_role("link", name="What is on").click()
    see(ada, "The last mail")
    assert as_a_mail_program_does(digest) == 200
    ada.get_by_role("link", name="Change what you get").click()
    see(ada, "No mail is sent to you.")


def test_a_family_from_nothing_to_two_adults_their_mail_and_back_to_nothing(
    open_phone: Open, mailbox: Mailbox, switch_on: Callable[..., None], patron: Patron, see: See
) -> None:
    switch_on(trusted=True)
    ada, ben = open_phone(), open_phone()
    ada.goto("/")
    see(ada, "Never a late book again")
    ada.get_by_role("main").get_by_role("link", name="Sign in").click()
    see(ada, "Continue with Town Hall")
    ada.get_by_role("button", name="Continue with Town Hall").click()
    agree(ada, "ada")
    name_the_family(ada, see)
    find_the_library(ada, see)
    add_a_card(ada, patron, see)
    invite_ben(ada, see)
    join(ben, mailbox, see)
    wish_mail_from_midnight_on(ada, see)
    get_the_mail_and_end_it(ada, mailbox, see)
    delete_everything(ada, ADA, see)
    delete_everything(ben, BEN, see)
    left = [each.__name__ for each in (User, Family, Card, Letter) if each._default_manager.exists()]
    assert left == []


def test_without_scripts_a_family_gets_its_first_card_and_mail_as_it_likes(
    open_phone: Open, mailbox: Mailbox, patron: Patron, see: See
) -> None:
    page = open_phone(java_script_enabled=False)
    page.goto("/sign-in/")
    sign_in_by_code(page, mailbox, ADA, see)
    name_the_family(page, see)
    find_the_library(page, see)
    add_a_card(page, patron, see)
    wish_mail_from_midnight_on(page, see)
    delete_everything(page, ADA, see)
