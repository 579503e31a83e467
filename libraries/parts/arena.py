"""What stands around the rows of Arena's lists: their count, the link to the next page, the patron's menu."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from lxml.html import HtmlElement

from libraries import page, wicket
from libraries.account import Hold, Loan
from libraries.errors import LayoutChanged
from libraries.listing import Listing
from libraries.nothing import says_none
from libraries.page import cls
from libraries.parts.arena_rows import TITLE

Row = TypeVar("Row", Loan, Hold)
Found = Mapping[HtmlElement, Row]

MENU = {"loans": "arena-patron-loans", "holds": "arena-patron-reservations"}
COUNTERS = ("paging-current", "record-counter")
FROM_TO = re.compile(r"(\d+)\s*[-\u2013]\s*(\d+)\D+(\d+)")
DETAILS = ".//*[contains(@class, 'arena-patron-details')]//span"
BESIDES = cls("arena-top-text", "arena-bottom-text")


def listing(tree: HtmlElement, box: HtmlElement, listed: Found[Row], what: str) -> Listing[Row]:
    """The rows of the portlet `box` with the count in its paging. Raises LayoutChanged for an unproven list."""
    rows = tuple(listed.values())
    beside: list[HtmlElement] = page.around(box, listed)
    if any(each.tag == "div" and TITLE in each.get("class", "") for each in beside):
        raise LayoutChanged(f"titles outside the list of the {what}")
    if not rows and not says_none(box, what, BESIDES):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    counters = (page.text(each) for each in _with(beside, *COUNTERS))
    at = next((found for words in counters if (found := FROM_TO.search(words))), None)
    further = None if at and at[2] == at[3] else next(filter(_leads_on, beside), None)
    elements = [*beside, *page.around(tree, [box])]
    stated = [int(at[3])] if at else _in_all(beside)
    stated += [each for each in _in_menu(elements, what) if each > len(rows)]
    more = None if further is None else wicket.target(further)
    return Listing(rows, max(stated, default=None), more).checked(what)


def _in_all(elements: Iterable[HtmlElement]) -> list[int]:
    """The count of a list that is not cut into pages."""
    total = next(iter(_with(elements, "arena-new-paging-total")), None)
    return [int(each) for each in re.findall(r"\d+", page.text(total))]


def _in_menu(elements: Iterable[HtmlElement], what: str) -> list[int]:
    """The counts in the patron's menu, of those that are overdue, or ready: there are no fewer than these."""
    items = (each for each in elements if each.tag == "li" and MENU[what] in each.get("class", ""))
    said = (page.text(each) for item in items for each in page.every(item, DETAILS))
    return [int(each) for each in said if each.isdecimal()]


def _with(elements: Iterable[HtmlElement], *marks: str) -> list[HtmlElement]:
    """The blocks whose class has one of the marks in it."""
    blocks = ((each, each.get("class")) for each in elements if each.tag in {"span", "div"})
    return [each for each, given in blocks if given and any(mark in given for mark in marks)]


def _leads_on(part: HtmlElement) -> bool:
    """Whether this is the link to the next page, by the arrow in it."""
    if part.tag != "a":
        return False
    inside = " ".join(each.get("class", "") for each in part.iter())
    above = part.getparent()
    right = "arena-record-right" in inside or (above is not None and "arena-record-right" in above.get("class", ""))
    return "icon-chevron-right" in inside or ("arena-navigation-arrow" in part.get("class", "") and right)
