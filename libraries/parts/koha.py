"""The lists of Koha's summary: the part that holds them, its tabs with their counts, the rows of the tables."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.tables import Cells, named_rows
from libraries.words import COLUMNS

VIEWS = "/descendant::div[@id='opac-user-views']"
LISTS = {"checkoutst", "divibibcheckoutst", "overduest", "waitingt", "holdst", "recalls-table"}
OTHERS = re.compile("relative|article-request|clubs|overdrive")
NUMBER = re.compile(r"bib(?:lionumber)?=(\d+)")
COUNT = re.compile(r"[(\uff08](\d+)[)\uff09]")

CELLS = {
    **{"title": "title", "author": "author", "itype": "format", "date_due": "due", "barcode": "barcode"},
    **{"branch": "branch", "call_no": "call_number", "renew": "renew", "checkout_date": "taken"},
    **{"reservedate": "taken", "recalldate": "taken", "lastpickupdate": "pickup_by", "expirationdate": "expires"},
    **{"priority": "position", "status": "status"},
}


class Views(NamedTuple):
    """The part with all lists, behind tabs, each with the count it states; and the tables of the lists."""

    part: HtmlElement
    tabs: dict[str, int | None]
    tables: list[HtmlElement]

    def named(self, *names: str) -> list[HtmlElement]:
        """The tables with one of these ids."""
        return [each for each in self.tables if each.get("id") in names]


class Row(NamedTuple):
    """A row of a table, its cells by name, and the link from its title to the record."""

    table: HtmlElement
    line: HtmlElement
    cells: Cells
    link: HtmlElement | None


def views_of(tree: HtmlElement) -> Views:
    """All lists. Raises LayoutChanged if the part with them is cut off, or holds a list we do not know."""
    part = page.whole(page.one(page.finished(tree), VIEWS, "lists of the summary"), "lists of the summary")
    tables = list(part.iter("table"))
    known = [each for each in tables if each.get("id") in LISTS]
    tabs = _tabs_of(page.around(part, known))
    if "opac-user-checkouts" not in tabs or any(_is_strange(each) for each in tables if each not in known):
        raise LayoutChanged("the summary has lists that are not known")
    return Views(part, tabs, known)


def _is_strange(table: HtmlElement) -> bool:
    """Whether a table that we do not know links to records."""
    known = any(OTHERS.search(each.get("id", "")) for each in table.iterancestors())
    return not known and _to_record(table) is not None


def _tabs_of(parts: Iterable[HtmlElement]) -> dict[str, int | None]:
    """The tabs, each with the count it states."""
    found: dict[str, int | None] = {}
    for tab in (each for each in parts if each.tag in {"a", "button"}):
        target, panel = tab.get("href", ""), tab.get("aria-controls", "")
        if "#opac-user-" not in target and "opac-user-" not in panel:
            continue
        name = (target or f"#{panel}").rpartition("#")[2].removesuffix("_panel")
        count = COUNT.search(page.text(tab))
        found.setdefault(name, int(count[1]) if count else None)
    return found


def lines_of(tables: list[HtmlElement], repeats: list[HtmlElement], what: str) -> list[Row]:
    """The rows of all tables; of those that repeat what others hold, only the rows that the others miss."""
    first, again = (
        [Row(table, *row, _to_record(row[0])) for table in some for row in named_rows([table], CELLS, COLUMNS, what)]
        for some in (tables, repeats)
    )
    known = {number_of(row) for row in first} if again else set()
    return first + [row for row in again if number_of(row) not in known]


def _to_record(part: HtmlElement) -> HtmlElement | None:
    """The first link to a record."""
    for each in part.iter("a"):
        place = each.get("href", "")
        if "opac-detail" in place or "biblionumber=" in place or "?bib=" in place:
            return each
    return None


def number_of(row: Row) -> str | None:
    """The record number in the title's link."""
    found = None if row.link is None else NUMBER.search(row.link.get("href", ""))
    return found[1] if found else None
