"""The rows of SunRise's lists, in tables or in Bootstrap's grid: a number, an icon, a title cell, a state cell."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.page import cls
from libraries.sunrise.sheet import Sheet

HOLDER = f"//*[@id='tab-content' or @id='account-data'] | //*[{cls('data')}]"
HOLDERS = {"tab-content", "account-data"}
IN_LIST = f"ancestor::*[@id='tab-content' or @id='account-data' or {cls('data')}]"
GRID_ROWS = f"//div[{cls('row')}][not(.//div[{cls('row')}])][{IN_LIST}]"
CELLS = {"td", "th", "div"}
BOLD = ("strong", "b")
LINKS = ("a", "input")
UNSEEN = ("script", "style")
PARTS = (*BOLD, *LINKS, *UNSEEN, "span", "img")  # what is looked for in a row
TITLE, STATE = "account-display-title", "account-display-state"
DISPLAYED = {TITLE, STATE}
HEADER = "./tr[th][not(td)] | ./*/tr[th][not(td)]"
NO_NAME = re.compile(r"\?\?\?|^[a-z]+\d+$")
TITLE_WORDS = {"title": ("titel", "title", "titre")}
NUMBER = re.compile(r"(\d{1,4})\.?\b")
CERTAIN = re.compile(r"\s*(\d{1,4})[.\s]")  # a number that nothing behind it can change
DATES = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d")

Rows = Mapping[HtmlElement, list[HtmlElement]]  # the rows, and the cells of each


class Row(NamedTuple):
    """The texts of the cell with title and barcode and of that with dates and branch; what the title stands in.

    `links` are the links and boxes of the row, `icon` what its picture is called, `red` if it says something in red.
    """

    number: int | None
    title: str
    mark: HtmlElement | None
    state: str
    links: Sequence[HtmlElement]
    icon: str | None
    red: bool


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
    rows = {row: cells for row, cells in rows.items() if any(map(_marks, row.iter(*PARTS)))}
    return _read(rows, (each for row in rows for each in row.iter(*PARTS)))


def _read(rows: Rows, parts: Iterable[HtmlElement], table: HtmlElement | None = None) -> list[Row]:
    found = page.inside({cell: row for row, cells in rows.items() for cell in cells}, parts)
    return [_row(row, cells, found.get(row, ()), table) for row, cells in rows.items()]


def _row(row: HtmlElement, cells: list[HtmlElement], parts: Iterable[HtmlElement], table: HtmlElement | None) -> Row:
    marked: dict[HtmlElement, HtmlElement] = {}
    links, icon, red, plain = [], None, False, True
    for each in parts:
        tag = each.tag
        if tag in BOLD or (tag == "span" and _marks(each)):
            marked.setdefault(_cell_of(each, cells), each)
        elif tag == "img":
            icon = icon or picture(each.get("title", ""))
        elif tag in LINKS:
            links.append(each)
        elif tag in UNSEEN:
            plain = False
        if tag == "span" and "textrot" in each.get("class", ""):
            red = red or page.text(each) != ""
    named = _named(cells)
    title = named.get(TITLE, next(iter(marked), None))
    if title is None:
        title = _headed(row, table)
    place = cells.index(title)
    state = named.get(STATE, cells[place + 1] if place + 1 < len(cells) else None)
    text, said = page.raw(title, plain=plain), "" if state is None else page.raw(state, plain=plain)
    return Row(_number(cells[:place]), text, marked.get(title), said, links, icon, red)


def _marks(part: HtmlElement) -> bool:
    """Whether a title stands here: in bold type, or in one of Bootstrap's lines."""
    return part.tag in BOLD or (part.tag == "span" and "d-block" in part.get("class", ""))


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


def _named(cells: Sequence[HtmlElement]) -> dict[str, HtmlElement]:
    """The cells whose classes tell what they hold, by class."""
    found: dict[str, HtmlElement] = {}
    for cell in cells:
        given = cell.get("class")
        if given in DISPLAYED:
            found[given] = cell
        elif given and "account-display" in given:
            found |= dict.fromkeys(given.split(), cell)
    return found


def _headed(row: HtmlElement, table: HtmlElement | None) -> HtmlElement:
    """The cell in the column that the table's header names. Raises LayoutChanged where there is none."""
    header = None if table is None else page.maybe(table, HEADER)
    title = None if header is None else page.at(row, page.columns(header, TITLE_WORDS).get("title"))
    if title is None:
        raise LayoutChanged("a row without a title")
    return title


def _number(cells: Sequence[HtmlElement]) -> int | None:
    for cell in cells:
        found = CERTAIN.match(cell.text or "") or NUMBER.match(page.text(cell))
        if found:
            return int(found[1])
    return None
