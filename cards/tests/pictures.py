"""What a person sees on the way through the pages, kept as pictures if asked for.

`PICTURES=folder` keeps one of each step there: on a phone by day and by night, and on a wide screen.
"""

import os
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PICTURES = os.environ.get("PICTURES", "")
See = Callable[[Page, str], None]


@pytest.fixture
def see(request: pytest.FixtureRequest) -> See:
    """`see(page, "Sign in")`: these words are there, the page fits the phone, and its picture is kept if asked for."""
    numbers, name = count(1), request.node.name.removeprefix("test_")

    def look(page: Page, words: str) -> None:
        expect(page.get_by_text(words).first).to_be_visible(timeout=15_000)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], words
        if PICTURES:
            keep(page, f"{name[:12]}-{next(numbers):02}-{re.sub('[^a-z]+', '-', words.casefold())}")

    return look


def keep(page: Page, name: str) -> None:
    for look, size, scheme in (("wide", WIDE, "light"), ("night", PHONE, "dark"), ("day", PHONE, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=Path(PICTURES) / f"{name}-{look}.png", full_page=True)
