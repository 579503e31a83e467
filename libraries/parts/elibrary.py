"""The tables of an e-Library's account: which is which list, and which of its rows are of that."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

from lxml import etree
from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.nothing import says_none
from libraries.parts.elibrary_cells import CELLS, FIELD, WORDS, cells_of
from libraries.tables import HEADER, Cells

BEFORE = etree.XPath("preceding::text()", smart_strings=False)
COUNTS = {
    "loans": re.compile(r"\b[Cc]heck(?:ed out|outs)\s*[:(]\s*(\d+)|\b(\d+) items? checked out\b"),
    "holds": re.compile(r"\b[Hh]olds\s*[:(]\s*(\d+)"),
}
CHARGED = re.compile(r"\bno (?:items?|materials?) (?:currently )?charged\b", re.IGNORECASE)
IN_PART = re.compile(r"overdue|ready|available", re.IGNORECASE)


class Table(NamedTuple):
    """A table, the row that names its columns (None without one), and which column is what."""

    element: HtmlElement
    header: HtmlElement | None
    places: dict[str, int]


def tables(tree: HtmlElement, what: str) -> list[Table]:
    """The tables of a list: loans have a due date, holds have fields or labels that begin with HLD^."""
    there = page.kinds(tree, "table")["table"]
    outer = {each for inner in there for each in inner.iterancestors("table")}
    return [each for each in map(_headed, (each for each in there if each not in outer)) if what == _kind(each)]


def _kind(table: Table) -> str:
    for each in table.element.iter("label", "input"):
        if (each.get("for") or each.get("name") or "").startswith(FIELD["holds"]):
            return "holds"
    if "due" in table.places or any(each.get("title") == "due" for each in table.element.iter("param")):
        return "loans"
    return "holds" if {"availability", "pickup"} & table.places.keys() else ""


def _headed(table: HtmlElement) -> Table:
    header = _header(table)
    return Table(table, header, page.columns(header, WORDS) if header is not None else {})


def _header(table: HtmlElement) -> HtmlElement | None:
    """The row that names the columns, be it of plain cells."""
    # Most have no heads at all, which is soon seen.
    if next(table.iter("th", "thead"), None) is not None and (header := page.maybe(table, HEADER)) is not None:
        return header
    first = next((each for each in table.iter("tr") if len(each) > 1), None)
    plain = first is not None and next(first.iter("param", "input", "label"), None) is None
    return first if plain and first is not None and _is_heading(first) else None


def list_rows(tree: HtmlElement, what: str) -> tuple[list[Cells], int | None]:
    """The cells of each row by name, and the count the page states. Raises LayoutChanged for an unproven list."""
    lists = tables(tree, what)
    rows, stated = [row for table in lists for row in _rows(table, what)], _stated(tree, lists, what)
    if not rows and not _says_none(tree, what) and stated != 0:
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return rows, stated


def _rows(table: Table, what: str) -> Iterator[Cells]:
    """The cells of each row of a table. Raises LayoutChanged for a row that is none."""
    rows = page.table_rows(table.element, what)
    there = list(table.element.iter("td", "th"))  # kept: whatever looks for one of them again finds it sooner
    classes = _classes(there)
    for row in rows:
        if row is table.header or _is_note(row):
            continue
        cells = cells_of(row, classes, table.places, what)
        if "title" in cells:
            yield cells
        elif not _is_heading(row):
            raise LayoutChanged(f"a row among the {what} without a title")


def _classes(cells: list[HtmlElement]) -> Mapping[str, str]:
    """The classes that name cells, if these have any: most have not, and then they need not be sorted by them."""
    given = {each.get("class", "") for each in cells}
    return {} if CELLS.keys().isdisjoint(name for each in given for name in each.split()) else CELLS


def _says_none(tree: HtmlElement, what: str) -> bool:
    return says_none(tree, what) or (what == "loans" and any(map(CHARGED.search, page.lines(tree))))


def _is_note(row: HtmlElement) -> bool:
    """Whether a row is nothing but a wide cell, or an empty one."""
    return len(row) == 1 and (page.span(row[0]) > 1 or not page.text(row))


def _is_heading(row: HtmlElement) -> bool:
    """Whether a row names columns."""
    return len(page.columns(row, WORDS)) > 1 and not re.search(r"\d", page.text(row))


def _stated(tree: HtmlElement, lists: list[Table], what: str) -> int | None:
    """How many the page counts: "Items checked out: 3". What stands before the list is read first: there most do."""
    before = cast("list[str]", BEFORE(lists[0].element)) if lists else []
    counted = _counted(page.fold("".join(before)), what)
    return _counted(page.text(tree), what) if counted is None else counted


def _counted(words: str, what: str) -> int | None:
    found = (
        each for each in COUNTS[what].finditer(words) if not IN_PART.search(words, each.start() - 20, each.start())
    )
    return next((int(each[each.lastindex or 1]) for each in found), None)
