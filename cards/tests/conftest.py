"""A pretended library system, for tests about checking that need no web; a town of demo libraries, Chromium."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from cards.models import Card, Library
from cards.tests.pretend import DESK, Desk, Pretended
from libraries.demo import DemoSite, patrons
from libraries.demo.patrons import Patron
from libraries.systems import SYSTEMS


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """What happens at pretended libraries in this test."""
    monkeypatch.setitem(SYSTEMS, "pretended", Pretended)
    DESK.append(Desk())
    yield DESK[-1]
    DESK.pop()


@pytest.fixture
def pretended_library(desk: Desk, make_library: Callable[..., Library]) -> Callable[..., Library]:
    """A library at which the desk serves: `pretended_library("Elm Park Library")`."""

    def make(name: str = "Elm Park Library", **fields: Any) -> Library:
        return make_library(name, system="pretended", **fields)

    return make


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests here. Its event loop would keep Django from the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def town(make_library, make_card) -> Iterator[Callable[..., list[DemoSite]]]:
    """Libraries in the town, each with its own site and patrons who all have a card that is due."""
    sites: list[DemoSite] = []

    def make(libraries: int, cards: int) -> list[DemoSite]:
        for seed in range(1, libraries + 1):
            people = patrons(cards, seed=seed, today=timezone.localdate(), loans=2, holds=1)
            sites.append(DemoSite.webpac(people).start())
            options = {"base_url": sites[-1].url, "dates": "mdy"}
            library = make_library(f"Library {seed}", options=options)
            for each in people:
                give_card(make_card, library, each)
        return sites

    yield make
    for site in sites:
        site.stop()


def give_card(make_card, library: Library, patron: Patron) -> Card:
    return make_card(number=patron.number, pin=patron.pin, patron_name=patron.name, library=library)
