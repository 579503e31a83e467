"""A walk through all pages in Chromium: as nobody, as a member of a family, as somebody with a second factor."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.timezone import localdate, now
from playwright.sync_api import Browser, BrowserContext, Page, Route
from pytest_django.live_server_helper import LiveServer

from cards.household.inviting import invite
from cards.models import Card, Trouble, User
from cards.signing_in.tests.conftest import switch_on, town_hall
from cards.signing_in.tests.test_second_factor import phone, set_up, sign_in
from cards.tests.test_browser_families import mailed
from cards.tests.test_every_page import DEVICES, NAMES, POSTED, audience, card, member, path
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan, to_json

__all__ = ["card", "member", "path", "phone", "switch_on", "town_hall"]  # fixtures

PHONE = {"width": 390, "height": 844}
ERRORS = ("400", "403", "403_csrf", "404", "429", "500")


class Stop(NamedTuple):
    """A page that is open in the browser. `name` says which, for whoever reads that something is wrong there."""

    name: str
    page: Page


Walk = Callable[[], Iterator[Stop]]


def account(loans: int = 5) -> AccountSnapshot:
    """Something of each kind."""
    today = localdate()
    lent = [
        Loan(id=f"l{n}", title=f"Volume {n} of the tides", author="Oona Brandvold", due=today + timedelta(days=n - 2))
        for n in range(loans)
    ]
    held = [
        Hold(id=state, title=f"The copper orchard, {state}", state=state, pickup="Eastbridge Branch", pickup_by=today)
        for state in HoldState
    ]
    fee = Fee(amount=Decimal("1.20"), reason="Overdue fine")
    return AccountSnapshot(loans=tuple(lent), holds=tuple(held), fees=(fee,), card_expires=today)


@pytest.fixture
def open_phone(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """A phone with that client's session: `open_phone(client)`."""
    contexts: list[BrowserContext] = []

    def get(client: Client | None = None) -> Page:
        contexts.append(chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="en"))
        for cookie in client.cookies.values() if client else ():
            contexts[-1].add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return contexts[-1].new_page()

    yield get
    for context in contexts:
        context.close()


@pytest.fixture
def more(member: User, card: Card, make_card: Callable[..., Card]) -> list[str]:
    """Pages that one comes to only in the midst of things. The family has cards in each state by then."""
    Card.objects.filter(pk=card.pk).update(snapshot=to_json(account()), snapshot_at=now())
    for trouble in (Trouble.LOGIN_FAILED, Trouble.PATRON_MUST_ACT, Trouble.SITE_UNAVAILABLE):
        make_card(family=card.family, trouble=trouble, trouble_words="Ask at the desk", trouble_since=now())
    make_card(family=card.family, paused=True)
    states: list[dict[str, object]] = [{"trouble": each, "trouble_words": "No"} for each in ("login_failed", "bug")]
    states.append({"snapshot": account()})
    drafts = [make_card(family=card.family, draft_by=member, last_began=now(), **each) for each in states]
    return [f"/cards/{each.pk}/trial/" for each in drafts]


@pytest.fixture
def walk(
    open_phone: Callable[..., Page],
    path: Callable[[str], str],
    member: User,
    card: Card,
    more: list[str],
    make_user: Callable[..., User],
    phone: Callable[[str], str],
    switch_on: Callable[..., None],
) -> Walk:
    """Opens page after page, each once."""
    switch_on()
    invite(card.family, member, "ben@example.net", now())
    invitation = mailed(r"http://[^/]+(/invitations/\S+)", "ben@example.net")
    paths = [path(name) for name in NAMES if audience(name) != POSTED]
    devices = [path(name) for name in NAMES if audience(name) == DEVICES and "download" not in name]

    def through() -> Iterator[Stop]:
        yield from visit("nobody", open_phone(), [*paths, invitation])
        yield from errors(open_phone())
        client = Client()
        sign_in(client, member)
        yield from visit("member", open_phone(client), [*paths, *more])
        guarded, client = make_user("cy@example.org"), Client()
        sign_in(client, guarded)
        set_up(client, phone)
        yield from visit("guarded", open_phone(client), devices)
        half_in = Client()
        sign_in(half_in, guarded)
        yield from visit("half in", open_phone(half_in), ["/sign-in/second-factor/"])

    return through


def visit(who: str, page: Page, paths: list[str]) -> Iterator[Stop]:
    seen = set()
    for each in paths:
        answer = page.goto(each)
        assert answer
        is_page = answer.status != 405 and answer.headers.get("content-type", "").startswith("text/html")
        where = answer.url.partition("?")[0]  # signing in is one page, whatever comes after it
        if is_page and where not in seen:
            seen.add(where)
            yield Stop(f"{each} ({who})", page)


def fulfill(body: str, route: Route) -> None:
    route.fulfill(body=body, content_type="text/html; charset=utf-8")


def errors(page: Page) -> Iterator[Stop]:
    """The pages of what went wrong, as they are rendered then."""
    for each in ERRORS:
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        page.route(f"**/error/{each}", partial(fulfill, render_to_string(f"{each}.html", {}, request)))
        page.goto(f"/error/{each}")
        yield Stop(f"error {each}", page)
