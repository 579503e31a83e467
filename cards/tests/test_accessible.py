"""Every page for everybody: axe-core by day and night, keyboard, thumb, small phone, large letters; and light."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from gzip import compress
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils.timezone import now
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from cards.models import Card, User
from cards.tests.walk import PHONE, Walk, card, member, more, open_phone, path, phone, switch_on, town_hall, walk

__all__ = ["card", "member", "more", "open_phone", "path", "phone", "switch_on", "town_hall", "walk"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
HEAVIEST = 100_000  # bytes of a page with all that belongs to it
axe = Axe()

STOPS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(each =>
    each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.type !== "hidden"
    && !(each.type === "radio" && !each.checked))"""
WHERE = """() => { const on = document.activeElement, style = getComputedStyle(on);
    return [stops.indexOf(on), parseFloat(style.outlineWidth), style.outlineStyle] }"""
SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(each =>
    each.checkVisibility({visibilityProperty: true}) && each.type !== "hidden").map(each => {
        const box = (each.closest("label") || each).getBoundingClientRect()
        const inLine = each.tagName === "A" && each.closest("p, dd, li div, .row")
        return [Math.min(box.width, box.height), inLine ? 24 : 44, each.outerHTML] })
    .filter(([least, wanted]) => least < wanted - .5)"""
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("main *, header *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 200))"""


@cache
def packed(url: str) -> int:
    """How many bytes of a file go over the wire."""
    with urlopen(url) as answer:
        return len(compress(answer.read()))


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    found = axe.run(page, options={**options, "resultTypes": ["violations"]}).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def left_out_by_tab(page: Page) -> list[str]:
    """What Tab does not reach, or where nobody would see that it did."""
    page.evaluate(f"window.stops = ({STOPS})()")
    left, unseen = set(range(page.evaluate("stops.length"))), []
    for _ in range(3 * len(left) + 20):  # more than once where a field has parts, as dates do
        page.keyboard.press("Tab")
        stop, width, style = page.evaluate(WHERE)
        if stop >= 0 and (style == "none" or width < 2):
            unseen.append(stop)
        left.discard(stop)
        if not left:
            break
    return list(page.evaluate("some => some.map(each => stops[each].outerHTML)", [*left, *unseen]))


def too_wide(page: Page, width: int, letters: str) -> list[str]:
    page.set_viewport_size({**PHONE, "width": width})
    page.evaluate(f"document.documentElement.style.fontSize = '{letters}'")
    found = list(page.evaluate(WIDER))
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(PHONE)
    return found


def test_every_page_is_for_everybody(walk: Walk, live_server: LiveServer, subtests: pytest.Subtests) -> None:
    for name, page in walk():
        with subtests.test(f"axe-core by day: {name}"):
            page.emulate_media(color_scheme="light")
            assert violations(page, EVERYTHING) == []
        with subtests.test(f"axe-core by night: {name}"):
            page.emulate_media(color_scheme="dark")
            assert violations(page, COLOURS) == []
        with subtests.test(f"by keyboard: {name}"):
            assert left_out_by_tab(page) == []
        with subtests.test(f"by thumb: {name}"):
            assert page.evaluate(SMALL) == []
        with subtests.test(f"on a small phone: {name}"):
            assert too_wide(page, 320, "100%") == []
        with subtests.test(f"letters twice as large: {name}"):
            assert too_wide(page, 390, "200%") == []
        with subtests.test(f"light: {name}"):
            loaded = [page.url, *page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")]
            assert [url for url in loaded if not url.startswith(live_server.url)] == []
            assert len(compress(page.content().encode())) + sum(map(packed, loaded[1:])) <= HEAVIEST


def test_the_menu_closes_by_escape_and_by_a_click_elsewhere(open_phone: Callable[..., Page], member: User) -> None:
    client = Client()
    client.force_login(member)
    page = open_phone(client)
    page.goto("/about/")
    button, first = page.get_by_role("button", name="Menu"), page.get_by_role("link", name="What is due")
    expect(first).to_be_hidden()
    button.press("Enter")
    expect(first).to_be_visible()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(first).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    page.get_by_role("heading", level=1).click(force=True)
    expect(first).to_be_hidden()


def test_who_wants_no_motion_gets_none(open_phone: Callable[..., Page], member: User, card: Card) -> None:
    client = Client()
    client.force_login(member)
    Card.objects.filter(pk=card.pk).update(lease_by=uuid4(), lease_until=now() + timedelta(minutes=5))
    page = open_phone(client)
    for wish, name in (("no-preference", "turn"), ("reduce", "none")):
        page.emulate_media(reduced_motion=wish)
        page.goto("/")
        spin = page.locator(".checking svg").first
        assert spin.evaluate("each => getComputedStyle(each).animationName") == name
