"""Preferences in Chromium, on a phone: changed, explained, mailed, stopped by one click, and on again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils.timezone import localdate, now
from playwright.sync_api import Page, expect
from pytest_django import Settings

from cards import links
from cards.models import Family, User
from cards.telling import send_now
from cards.tests.test_browser import PHONE, account, ada, family, open_phone

__all__ = ["ada", "family", "open_phone"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") == PHONE["width"])


@BOTH
def test_wishes_are_changed_and_said_back_in_words(
    scripts: bool, open_phone: Callable[..., Page], ada: User, family: Family, make_card: Callable[..., Any]
) -> None:
    make_card(family=family, snapshot=account())
    page = open_phone(ada, java_script_enabled=scripts)
    page.goto("/preferences/")
    assert fits(page)
    page.get_by_label("At what time").select_option("18")
    for day in ("Saturday", "Sunday"):
        page.get_by_label(day).uncheck()
    page.get_by_text("Otherwise for some cards").click()
    page.get_by_label("Ada Okafor, Elm Park Library").select_option("7")
    page.get_by_label("What is owed").uncheck()
    page.get_by_label("First day without mail").fill((localdate() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is saved yet")
    expect(page.get_by_text("Until when?")).to_be_visible()
    page.get_by_label("Last day without mail").fill((localdate() + timedelta(days=37)).isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.get_by_role("link", name="What is on").click()
    expect(page.get_by_text("You get a mail at 6 p.m. on weekdays while something needs doing.")).to_be_visible()
    expect(page.get_by_text("For the card Ada Okafor, Elm Park Library: 7 days before.")).to_be_visible()
    expect(page.get_by_text("Only on the page, not in your mails: what is owed.")).to_be_visible()
    assert fits(page)


def test_a_mail_leads_to_why_it_came_and_is_stopped_by_one_click(
    open_phone: Callable[..., Page],
    ada: User,
    family: Family,
    make_card: Callable[..., Any],
    settings: Settings,
    live_server: Any,
) -> None:
    settings.SITE_URL = live_server.url
    make_card(family=family, snapshot=account())
    send_now([ada], now())
    text = str(mail.outbox[0].body)
    page = open_phone(ada)
    page.goto(links.why_mail_url())
    assert links.why_mail_url() in text
    expect(page.get_by_text("1 thing ready to be picked up")).to_be_visible()
    page.goto(next(line for line in text.splitlines() if "/unsubscribe/" in line))
    page.get_by_role("button", name="Stop the mails").click()
    expect(page.get_by_role("heading", name="The mails are stopped")).to_be_visible()
    page.get_by_role("link", name="Mail and preferences").click()
    page.get_by_label("Send me mail").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    ada.refresh_from_db()
    assert ada.mail_on
