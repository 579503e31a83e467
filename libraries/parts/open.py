"""The grids and tabs of OCLC OPEN's account page: rows as cells by name, counts from the tabs' flags."""

import re
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.forms import has_pages
from libraries.nothing import line_says_none
from libraries.page import cls

PARTS = "//@id[contains(., 'tpnl')][not(contains(., 'tpnlWatchList'))]/.."
COUNT = re.compile(r"(?<![\d.,-])(\d+)\)?$")
# From the attributes up: far quicker than to ask every element for both.
NO_DATA = (
    f".//@id[contains(., 'NoData')]/.. | .//@class[contains(., 'NoData')]/parent::*[{cls('GridViewInnerBorderNoData')}]"
)
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
TURNS = ".//a[contains(@href, 'Page$')]"


class Heading(NamedTuple):
    """What a column holds ("" for none that matters), and the words above it."""

    name: str
    words: str


class Row(NamedTuple):
    """A row of a grid: what all of its cells say, in order, and the cells that the header names."""

    node: HtmlElement
    texts: list[str]
    named: dict[str, HtmlElement]
    words: dict[str, str]

    def said(self, name: str) -> str:
        """What the cell of that name says; "" where the grid has none."""
        return self.words.get(name, "")

    @property
    def title(self) -> str:
        """The title. Raises LayoutChanged for a row without one."""
        words = self.said("title")
        if not words:
            raise LayoutChanged("no title in a row")
        return words

    @property
    def record(self) -> str | None:
        """The catalogue's number of the title, from the link at it."""
        links = page.every(self.named["title"], ".//a[@href]") if "title" in self.named else []
        return next((found[1] for each in links if (found := RECORD.search(each.get("href", "")))), None)


def _said(cell: HtmlElement, heading: str) -> str:
    """The text of a cell without the label that stands in for the header on small screens, often in its very words."""
    words, label = page.text(cell), page.marked(cell, "oclc-module-label")
    words = words if label is None else words.removeprefix(page.text(label)).strip()
    return words.removeprefix(f"{heading}:").strip()


class Tabs:
    """The tabs of the account with what is in them, found by the ends of their ids. False where the page has none."""

    def __init__(self, tree: HtmlElement) -> None:
        self._found: dict[str, HtmlElement] = {}
        for each in page.every(tree, PARTS):
            end = each.get("id", "").rpartition("tpnl")[2]
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
        headings = [] if header is None else [_heading(cell) for cell in page.every(header, "./th")]
        nothing, turns = page.every(grid, NO_DATA), page.every(grid, TURNS)
        beside = {above for each in (*nothing, *turns) for above in each.iterancestors("tr")}
        lines = [row for row in page.table_rows(grid, what) if row not in beside and (len(row) > 1 or page.text(row))]
        items = [row for row in lines if len(row) > 1 or not line_says_none(page.text(row), what)]
        none = nothing or len(items) < len(lines)
        if not items and not none and name.startswith("grdView"):
            raise LayoutChanged(f"no {what}, and no word that there are none")
        return [_row(line, headings) for line in items]

    def whole(self, name: str, stated: int | None) -> bool:
        """Whether the grid of that name is all of its list: without other pages, or with a count that tells of them."""
        grid = self._found.get(name)
        return stated is not None or grid is None or not has_pages(grid)


def _heading(header: HtmlElement) -> Heading:
    """What a column holds: by the field that its link sorts by, else by its words."""
    link, words = page.maybe(header, ".//a[@href]"), page.text(header)
    sorts = SORT.search(link.get("href", "")) if link is not None else None
    if sorts and sorts[1].lower() in SORTED:
        return Heading(SORTED[sorts[1].lower()], words)
    known = f"{header.get('abbr', '')} {words}".casefold()
    return Heading(next((name for name, marks in WORDS.items() if any(mark in known for mark in marks)), ""), words)


def _row(line: HtmlElement, headings: list[Heading]) -> Row:
    cells = page.every(line, "./td | ./th")
    if len(cells) != len(headings):
        raise LayoutChanged("a row that does not fit the header of its grid")
    texts = [_said(cell, heading.words) for cell, heading in zip(cells, headings, strict=True)]
    # Of two columns of one name, the first counts.
    places = {heading.name: place for place, heading in reversed([*enumerate(headings)])}
    named = {name: cells[place] for name, place in places.items()}
    return Row(line, texts, named, {name: texts[place] for name, place in places.items()})
