"""A family on two phones: named, shared by an invitation, left and deleted, with nothing but what the pages offer."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.utils.timezone import now
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cards.models import Family, Letter, User
from cards.sending import send_pending

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def new_phone(chromium: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Callable[..., Page]]:
    """A phone on which nobody is signed in: `new_phone(timezone_id="Europe/Berlin")`."""
    settings.SITE_URL = live_server.url
    contexts: list[BrowserContext] = []

    def get(**options: object) -> Page:
        contexts.append(chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="en", **options))
        return contexts[-1].new_page()

    yield get
    for context in contexts:
        context.close()


def mailed(pattern: str, to: str) -> str:
    """What the newest mail to that address says there; it comes by a thread of the site's."""
    for _ in range(100):
        for message in reversed(mail.outbox):
            if message.to == [to] and (found := re.search(pattern, str(message.body), re.M)):
                return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no mail with {pattern}")


def sign_in(page: Page, email: str) -> None:
    """By a code, from the page where that is asked."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("Code").fill(mailed(r"^ +(\d{4} \d{4})\s*$", email))
    page.get_by_role("button", name="Sign in").click()


def delete_everything(page: Page, email: str) -> None:
    page.goto("/privacy/mine/")
    page.get_by_role("link", name="Delete everything").click()
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Delete everything now").click()
    expect(page.get_by_text("All is deleted.")).to_be_visible()


def test_from_nothing_to_a_family_of_two_and_back_to_nothing(new_phone: Callable[..., Page]) -> None:
    ada, ben = new_phone(timezone_id="Europe/Berlin"), new_phone(java_script_enabled=False)
    ada.goto("/sign-in/")
    sign_in(ada, "ada@example.org")
    expect(ada.get_by_text("First the family")).to_be_visible()
    ada.get_by_label("Name of the family").fill("Okafor")
    ada.get_by_role("button", name="On to the first card").click()
    ada.wait_for_url("**/cards/new/")
    family = Family.objects.get()
    assert family.timezone == "Europe/Berlin"

    ada.goto(f"/families/{family.pk}/people/")
    ada.get_by_label("E-mail address").fill("ben@example.org")
    ada.get_by_role("button", name="Send the invitation").click()
    expect(ada.get_by_text("is on its way to ben@example.org")).to_be_visible()

    ben.goto(mailed(r"(http://\S+/invitations/\S+)", "ben@example.org"))
    ben.get_by_role("button", name="Sign in to join").click()
    assert ben.url.endswith("/sign-in/?next=/invitations/")
    sign_in(ben, "ben@example.net")
    ben.get_by_role("button", name="Join the family").click()
    expect(ben.get_by_text("You belong to “Okafor” now.")).to_be_visible()
    ada.reload()
    expect(ada.get_by_text("ben@example.net")).to_be_visible()

    delete_everything(ada, "ada@example.org")
    assert Family.objects.get().people.get().email == "ben@example.net"
    ben.goto(f"/families/{family.pk}/leave/")
    ben.get_by_role("button", name="Leave and delete it all").click()
    expect(ben.get_by_text("You left “Okafor”, and it was deleted.")).to_be_visible()
    delete_everything(ben, "ben@example.net")
    send_pending(now())
    assert not Family.objects.exists()
    assert not User.objects.exists()
    assert not Letter.objects.exists()
