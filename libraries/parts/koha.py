"""The lists of Koha's summary: the part that holds them, its tabs with their counts, the rows of the tables."""

import re

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.tables import Cells, named_rows
from libraries.words import COLUMNS

VIEWS = "//div[@id='opac-user-views']"
TO_RECORD = re.compile(r"biblionumber=|opac-detail|\?bib=")
LISTS = {"checkoutst", "divibibcheckoutst", "overduest", "waitingt", "holdst", "recalls-table"}
OTHERS = re.compile("relative|article-request|clubs|overdrive")
COUNT = re.compile(r"[(\uff08](\d+)[)\uff09]")

CELLS = {
    **{"title": "title", "author": "author", "itype": "format", "date_due": "due", "barcode": "barcode"},
    **{"branch": "branch", "call_no": "call_number", "renew": "renew", "checkout_date": "taken"},
    **{"reservedate": "taken", "recalldate": "taken", "lastpickupdate": "pickup_by", "expirationdate": "expires"},
    **{"priority": "position", "status": "status"},
}


def views_of(tree: HtmlElement) -> HtmlElement:
    """The part with all lists, behind tabs. Raises LayoutChanged if it is cut off, or holds a list we do not know."""
    views = page.whole(page.one(page.finished(tree), VIEWS, "lists of the summary"), "lists of the summary")
    if "opac-user-checkouts" not in tabs_of(views) or any(map(_is_strange, views.iter("table"))):
        raise LayoutChanged("the summary has lists that are not known")
    return views


def _is_strange(table: HtmlElement) -> bool:
    """Whether a table that we do not know links to records."""
    known = table.get("id") in LISTS or any(OTHERS.search(each.get("id", "")) for each in table.iterancestors())
    return not known and any(TO_RECORD.search(each.get("href", "")) for each in table.iter("a"))


def tabs_of(views: HtmlElement) -> dict[str, int | None]:
    """The tabs, each with the count it states."""
    found: dict[str, int | None] = {}
    for tab in views.iter("a", "button"):
        target, panel = tab.get("href", ""), tab.get("aria-controls", "")
        if "#opac-user-" not in target and "opac-user-" not in panel:
            continue
        name = (target or f"#{panel}").rpartition("#")[2].removesuffix("_panel")
        count = COUNT.search(page.text(tab))
        found.setdefault(name, int(count[1]) if count else None)
    return found


def lines_of(tables: list[HtmlElement], repeats: list[HtmlElement], what: str) -> list[tuple[HtmlElement, Cells]]:
    """The rows of all tables; of those that repeat what others hold, only the rows that the others miss."""
    first, again = ([_linked(*row) for row in named_rows(some, CELLS, COLUMNS, what)] for some in (tables, repeats))
    known = {number_of(row) for _, row in first}
    return first + [each for each in again if number_of(each[1]) not in known]


def _linked(line: HtmlElement, row: Cells) -> tuple[HtmlElement, Cells]:
    """The row, with the link from its title to the record."""
    found = next((each for each in line.iter("a") if TO_RECORD.search(each.get("href", ""))), None)
    return line, row if found is None else {**row, "link": found}


def number_of(row: Cells) -> str | None:
    """The record number in the title's link."""
    found = re.search(r"bib(?:lionumber)?=(\d+)", row["link"].get("href", "")) if "link" in row else None
    return found[1] if found else None
