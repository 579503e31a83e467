"""The grids and tabs of OCLC OPEN's account page: rows as cells by name, counts from the tabs' flags."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.forms import base, has_pages
from libraries.nothing import line_says_none
from libraries.page import cls

LISTS = (
    "/descendant::table[contains(@id, 'tpnl') and (contains(@id, 'grdView') or contains(@id, '_ekz'))"
    " and not(contains(@id, 'grdViewFees'))]"
)
COUNT = re.compile(r"(?<![\d.,-])(\d+)\)?$")
NO_DATA = f".//*[contains(@id, 'NoData') or {cls('GridViewInnerBorderNoData')}]"
HEADER = "./tr[th][not(td)] | ./*/tr[th][not(td)]"
SORT = re.compile(r"Sort\$(\w+)")
SORTED = {"title": "title", "author": "author", "mediagroup": "format", "duedate": "due", "branch": "branch"}
WORDS = {  # in this order: what is past is not due, and how often something was renewed is no date
    "past": ("liehen am", "stellt am", "merkt am", "reserviert am", "durchgeführt am", "beginn", "seit", "leihdatum"),
    "title": ("titel", "title", "titre"),
    "author": ("verfasser", "autor", "author", "auteur"),
    "format": ("mediengruppe", "medienart", "media group", "media type", "groupe de"),
    "renewals": ("verlängerungen", "verl.", "renewals"),
    "due": ("frist", "fällig", "due", "rückgabe", "échéance", "abholbar", " bis", " until", "leihende"),
    "branch": ("zweigstelle", "branch", "bibliothek", "filiale", "abholort", "abholen in", "ausgabeort"),
    "position": ("position", "rang", "warteliste"),
    "status": ("status", "hinweis"),
    "open": ("offen", "outstanding", "restbetrag"),
    "amount": ("betrag", "amount", "montant", "summe"),
    "date": ("datum", "date"),
}
RECORD = re.compile(r"[?&](?:id|mednr)=([\w-]+)", re.IGNORECASE)


class Heading(NamedTuple):
    """What a column holds ("" for none that matters), and the words above it."""

    name: str
    words: str


class Row(NamedTuple):
    """A row of a grid: its cells, what its columns are called, and where which of them is."""

    node: HtmlElement
    cells: list[HtmlElement]
    headings: list[Heading]
    places: Mapping[str, int]

    def said(self, name: str) -> str:
        """What the cell of that name says; "" where the grid has none."""
        place = self.places.get(name)
        return "" if place is None else _said(self.cells[place], self.headings[place].words)

    @property
    def texts(self) -> list[str]:
        """What all of its cells say, in order."""
        return [_said(cell, heading.words) for cell, heading in zip(self.cells, self.headings, strict=True)]

    @property
    def title(self) -> str:
        """The title. Raises LayoutChanged for a row without one."""
        words = self.said("title")
        if not words:
            raise LayoutChanged("no title in a row")
        return words

    @property
    def linked(self) -> HtmlElement | None:
        """The cell with the title, which is linked to its record."""
        return self.cells[self.places["title"]] if "title" in self.places else None

    @property
    def record(self) -> str | None:
        """The catalogue's number of the title, from the link at it."""
        links = () if self.linked is None else self.linked.iter("a")
        return next((found[1] for each in links if (found := RECORD.search(each.get("href", "")))), None)


def _said(cell: HtmlElement, heading: str) -> str:
    """The text of a cell without the label that stands in for the header on small screens, often in its very words."""
    words, label = page.text(cell), page.marked(cell, "oclc-module-label")
    words = words if label is None else words.removeprefix(page.text(label)).strip()
    return words.removeprefix(f"{heading}:").strip()


class Tabs:
    """The tabs of the account with what is in them, found by the ends of their ids. False where the page has none."""

    def __init__(self, tree: HtmlElement) -> None:
        self.base = base(tree)
        self._found: dict[str, HtmlElement] = {}
        # Not in the rows of items, which have most of the page's ids and none that is asked for.
        for each in page.around(tree, [row for grid in page.every(tree, LISTS) for row in page.closed_rows(grid)]):
            own = each.get("id")
            if own and "tpnl" in own and "tpnlWatchList" not in own:
                end = own.rpartition("tpnl")[2]
                self._found.setdefault(end, each)
                self._found.setdefault(end.rpartition("_")[2], each)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def __bool__(self) -> bool:
        return bool(self._found)

    def datum(self, name: str) -> str:
        """What stands in the field of that name; "" without one."""
        return page.text(self._found.get(name))

    def flag(self, tab: str) -> int | None:
        """The count at the end of that tab; None where it states none."""
        found = COUNT.search(self.datum(f"{tab}_l"))
        return int(found[1]) if found else None

    def rows(self, name: str, what: str) -> list[Row] | None:
        """The rows of the grid of that name, None where the page has none.

        Raises LayoutChanged for a grid that is cut short, for a row that is none, and for no row without a word of it.
        """
        grid = self._found.get(name)
        if grid is None:
            return None
        header = page.maybe(grid, HEADER)
        headings = [] if header is None else [_heading(cell) for cell in header.iterchildren("th")]
        places = _places(headings)
        rows = [row for row in page.table_rows(grid, what) if not _beside(row, len(headings))]
        lines = [row for row in rows if len(row) > 1 or page.text(row)]
        items = [row for row in lines if len(row) > 1 or not line_says_none(page.text(row), what)]
        if not (items or len(items) < len(lines) or page.every(grid, NO_DATA)) and name.startswith("grdView"):
            raise LayoutChanged(f"no {what}, and no word that there are none")
        return [_row(line, headings, places) for line in items]

    def whole(self, name: str, stated: int | None) -> bool:
        """Whether the grid of that name is all of its list: without other pages, or with a count that tells of them."""
        grid = self._found.get(name)
        return stated is not None or grid is None or not has_pages(grid)


def _beside(row: HtmlElement, width: int) -> bool:
    """Whether the row, other than those of items, turns the pages or tells that there is nothing."""
    return not len(row) == width > 1 and (page.maybe(row, NO_DATA) is not None or has_pages(row))


def _heading(header: HtmlElement) -> Heading:
    """What a column holds: by the field that its link sorts by, else by its words."""
    links, words = (each for each in header.iter("a") if each.get("href") is not None), page.text(header)
    link = next(links, None)
    sorts = SORT.search(link.get("href", "")) if link is not None else None
    if sorts and sorts[1].lower() in SORTED:
        return Heading(SORTED[sorts[1].lower()], words)
    known = f"{header.get('abbr', '')} {words}".casefold()
    return Heading(next((name for name, marks in WORDS.items() if any(mark in known for mark in marks)), ""), words)


def _places(headings: list[Heading]) -> dict[str, int]:
    """Which column holds what. Of two of one name, the first counts."""
    return {heading.name: place for place, heading in reversed([*enumerate(headings)])}


def _row(line: HtmlElement, headings: list[Heading], places: Mapping[str, int]) -> Row:
    cells = list(line.iterchildren("td", "th"))
    if len(cells) != len(headings):
        raise LayoutChanged("a row that does not fit the header of its grid")
    return Row(line, cells, headings, places)
