"""One row of SunRise's lists: a number, an icon, a title cell, a state cell, and what it may be renewed by."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page

BOLD = ("strong", "b")
LINKS = ("a", "input")
UNSEEN = ("script", "style")
PARTS = (*BOLD, "span", "img", *LINKS, *UNSEEN)  # what is looked for in a row
TITLE, STATE = "account-display-title", "account-display-state"
NUMBER = re.compile(r"(\d{1,4})\.?\b")
CERTAIN = re.compile(r"\s*(\d{1,4})[.\s]")  # a number that nothing behind it can change
NO_NAME = re.compile(r"\?\?\?|^[a-z]+\d+$")
RENEWAL = re.compile(r"renewalPossible|methodToCall=renewal\b")

Headed = Callable[[HtmlElement], HtmlElement]  # finds the title's cell of a row by the list's header


class Row(NamedTuple):
    """The texts of the cell with title and barcode and of that with dates and branch; what the title stands in.

    `links` are the texts of its links, `icon` what its picture is called. `renewable` is by a link or an open box, or
    by words in red; None without any of them.
    """

    number: int | None
    title: str
    mark: HtmlElement | None
    state: str
    links: tuple[str, ...]
    icon: str | None
    renewable: bool | None


def read(row: HtmlElement, cells: list[HtmlElement], parts: Iterable[HtmlElement], headed: Headed) -> Row:
    """The row of these cells with these parts in them."""
    title, state = _displayed(cells)
    mark: HtmlElement | None = None
    links: tuple[str, ...] = ()
    icon, renews, red, plain = None, False, False, True
    for each in parts:
        tag = each.tag
        if tag == "span":
            red = red or _red(each)
        if mark is None and (tag in BOLD or (tag == "span" and marks(each))):
            home = _cell_of(each, cells)
            if title is None or title is home:
                title, mark = home, each
        elif tag == "img":
            icon = icon or picture(each.get("title", ""))
        elif tag in LINKS:
            links = (*links, page.raw(each, plain=True)) if tag == "a" else links
            renews = renews or _renews(each)
        elif tag in UNSEEN:
            plain = False
    if title is None:
        title = headed(row)
    place = cells.index(title)
    if state is None and place + 1 < len(cells):
        state = cells[place + 1]
    text, said = page.raw(title, plain=plain), "" if state is None else page.raw(state, plain=plain)
    return Row(_number(cells[:place]), text, mark, said, links, icon, True if renews else False if red else None)


def _displayed(cells: Iterable[HtmlElement]) -> tuple[HtmlElement | None, HtmlElement | None]:
    """The cells whose classes tell that they hold title or state."""
    title = state = None
    for cell in cells:
        if (given := cell.get("class")) and "account-display" in given:
            names = given.split()
            title = cell if TITLE in names else title
            state = cell if STATE in names else state
    return title, state


def marks(part: HtmlElement) -> bool:
    """Whether a title stands here: in bold type, or in one of Bootstrap's lines."""
    return part.tag in BOLD or (part.tag == "span" and "d-block" in part.get("class", ""))


def _red(part: HtmlElement) -> bool:
    """Whether words stand here in red. Where the first sign is a letter, there is no need to look further."""
    return "textrot" in part.get("class", "") and ((part.text or "")[:1].isalnum() or page.text(part) != "")


def _cell_of(part: HtmlElement, cells: Sequence[HtmlElement]) -> HtmlElement:
    node = part.getparent()
    while node not in cells:
        node = node.getparent()
    return node


@lru_cache(maxsize=256)
def picture(title: str) -> str | None:
    """The kind of medium that an icon names; None where it is only a file's name."""
    name = page.text(title)
    return None if not name or NO_NAME.search(name) else name


def _renews(part: HtmlElement) -> bool:
    """Whether this is the link, or the open box, by which the item is renewed."""
    if part.tag == "input":
        named = "selectedMedia" in part.get("name", "")
        return named and part.get("type") == "checkbox" and part.get("disabled") is None
    leads = part.get("href", "")
    return "renewalPossible" in leads or RENEWAL.search(leads) is not None


def _number(cells: Sequence[HtmlElement]) -> int | None:
    for cell in cells:
        found = CERTAIN.match(cell.text or "") or NUMBER.match(page.text(cell))
        if found:
            return int(found[1])
    return None
