"""The lists of PICA's newer account pages: which one a page shows, how many records it states, and these."""

import re
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.listing import gapless
from libraries.nothing import line_says_none, says_none
from libraries.parts.pica import Row
from libraries.parts.pica_lbs_rows import layout_of, number_of, pairs_of, parts_of, row_of, told_by

LIST = "resultset"
TABS = {"tab0", "tab1", "tab2"}
COUNT = re.compile(r"\((\d+)\)")
PLACE = re.compile(r"borrower/(\w+)\.htm")


class Sheet(NamedTuple):
    """A page of the account: its tabs, its lists, what is around these; rows that are there for the layout."""

    tree: HtmlElement
    tabs: list[HtmlElement]
    lists: list[HtmlElement]
    around: list[HtmlElement]
    layout: set[HtmlElement]


def sheet(tree: HtmlElement) -> Sheet:
    """The page, taken apart once: most of it is its records, and what is looked for around them is not in them."""
    seen = page.kinds(tree, "a", "table")
    tabs = [each for each in seen["a"] if not TABS.isdisjoint(each.get("class", "").split())]
    lists = [each for each in seen["table"] if LIST in (given := each.get("class", "")) and LIST in given.split()]
    return Sheet(tree, tabs, lists, page.around(tree, lists), layout_of(seen["table"]))


def shown(sheet: Sheet) -> str | None:
    """Which list the page shows, by its tab, else by where its form leads."""
    tabs = [each.get("href", "") for each in sheet.tabs if _is_shown(each)]
    forms = (each for each in sheet.around if each.tag == "form" and next(each.iter("table"), None) is not None)
    found = map(PLACE.search, [*tabs, *(each.get("action", "") for each in forms)])
    return next((each[1] for each in found if each), None)


def _is_shown(tab: HtmlElement) -> bool:
    return "tab1" in tab.get("class", "").split()


def offers(sheet: Sheet, name: str) -> bool:
    """Whether the account has such a list at all, by its tabs; some libraries have none of requests."""
    page.finished(sheet.tree)
    if not sheet.tabs:
        raise LayoutChanged("no tabs of the account")
    return shown(sheet) == name or any(name in each.get("href", "") for each in sheet.tabs)


def tab_says_none(sheet: Sheet, what: str) -> bool:
    """Whether a tab that leads nowhere says that there is nothing behind it."""
    return any(line_says_none(each.get("title", ""), what) for each in sheet.tabs)


def stated(sheet: Sheet) -> int | None:
    """The count beside the name of the list that the page shows."""
    names = [each for each in sheet.around if each.tag == "td" and "title" in each.get("class", "").split()]
    said = map(page.text, [*names, *filter(_is_shown, sheet.tabs)])
    return max((int(found[1]) for each in said if (found := COUNT.search(each))), default=None)


def pairs(sheet: Sheet) -> list[tuple[str, str]]:
    """All that the page says, by its labels."""
    return pairs_of(parts_of(sheet.tree), sheet.layout)


def rows(sheet: Sheet, what: str, kinds: set[str]) -> list[Row]:
    """The records of the list. Raises LayoutChanged for another list, one without proof, or with numbers missing."""
    right = shown(sheet) in kinds
    lines = [line for table in sheet.lists if right for line in page.table_rows(table, what)]
    # Step by step, not record by record, which takes a seventh longer.
    records = [parts_of(line) for line in lines if line in sheet.layout or page.text(line)]
    told = [told_by(each, sheet.layout) for each in records]
    found = [row_of(*each) for each in zip(records, told, strict=True)]
    if any(each.tag == "td" and "rec_" in each.get("class", "") for each in sheet.around):
        raise LayoutChanged(f"records outside the list of the {what}")
    gapless((place for each in records if (place := number_of(each)) is not None), what)
    if not found and not tab_says_none(sheet, what) and not (right and says_none(sheet.tree, what)):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return found
