"""The rows of SunRise's lists, in tables or in Bootstrap's grid."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.page import cls
from libraries.sunrise.row import BOLD, PARTS, Row, marks, read
from libraries.sunrise.sheet import Sheet

IS_HOLDER = f"@id='tab-content' or @id='account-data' or {cls('data')}"
HOLDER = f"//*[{IS_HOLDER}]"
HOLDERS = {"tab-content", "account-data"}
GRID_ROWS = f"//div[{cls('row')}][not(.//div[{cls('row')}])][ancestor::*[{IS_HOLDER}]]"
CELLS = {"td", "th", "div"}
HEADER = "./tr[th][not(td)] | ./*/tr[th][not(td)]"
TITLE_WORDS = {"title": ("titel", "title", "titre")}
DATES = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d")

Rows = Mapping[HtmlElement, list[HtmlElement]]  # the rows, and the cells of each


def rows_of(sheet: Sheet, what: str) -> list[Row]:
    """The rows of the list that the page shows, in order.

    Raises LayoutChanged for a list that is cut short, for a row without a title, and where rows between are missing.
    """
    rows = [row for table in list_tables(sheet) for row in _in_table(table, what)] or _in_grid(sheet.tree, what)
    numbers = [row.number for row in rows if row.number is not None]
    if numbers and numbers != [*range(numbers[0], numbers[0] + len(numbers))]:
        raise LayoutChanged(f"the numbers of the {what} leave out some")
    return rows


def list_tables(sheet: Sheet) -> list[HtmlElement]:
    """The tables that hold the list: by their class, or by what they are in."""
    return [
        each
        for each in sheet.tables
        if "data" in each.get("class", "").split() or any(node.get("id") in HOLDERS for node in each.iterancestors())
    ]


def _in_table(table: HtmlElement, what: str) -> list[Row]:
    # A single cell across the table is a note, such as that there are no rows; counts guard against more.
    rows = {each: cells for each in page.table_rows(table, what) if len(cells := _cells(each)) > 1}
    while rows and _heads(first := next(iter(rows))) and page.maybe(table, HEADER) is None:
        del rows[first]
    # One look at the whole list is far quicker than one at each row.
    return _read(rows, table.iter(*PARTS), table)


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [each for each in row[:] if each.tag in CELLS]  # a slice is quicker than the row itself


def _heads(row: HtmlElement) -> bool:
    """Whether a row of plain cells is the table's header, where it has no other."""
    told = next(row.iter(*BOLD), None) is not None or DATES.search(page.text(row))
    return not told and "title" in page.columns(row, TITLE_WORDS)


def _in_grid(tree: HtmlElement, what: str) -> list[Row]:
    for holder in page.every(tree, HOLDER):
        page.whole(holder, what)
    rows = {each: cells for each in page.every(tree, GRID_ROWS) if len(cells := _cells(each)) > 1}
    rows = {row: cells for row, cells in rows.items() if any(map(marks, row.iter(*PARTS)))}
    return _read(rows, (each for row in rows for each in row.iter(*PARTS)))


def _read(rows: Rows, parts: Iterable[HtmlElement], table: HtmlElement | None = None) -> list[Row]:
    found = page.inside({cell: row for row, cells in rows.items() for cell in cells}, parts)
    headed = _Head(table).cell
    return [read(row, cells, found.get(row, ()), headed) for row, cells in rows.items()]


class _Head:
    """The list's header, which is looked at only where rows do not tell by themselves where their titles are."""

    def __init__(self, table: HtmlElement | None) -> None:
        self.table = table

    @cached_property
    def place(self) -> int | None:
        """The column of the titles."""
        header = None if self.table is None else page.maybe(self.table, HEADER)
        return None if header is None else page.columns(header, TITLE_WORDS).get("title")

    def cell(self, row: HtmlElement) -> HtmlElement:
        """The cell in that column. Raises LayoutChanged where there is none."""
        title = page.at(row, self.place)
        if title is None:
            raise LayoutChanged("a row without a title")
        return title
