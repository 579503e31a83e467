"""The rows of an e-Library's account: which table is which list, and which cell is what."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, cast

from lxml import etree
from lxml.html import HtmlElement

from libraries import page
from libraries.account import HoldState
from libraries.errors import LayoutChanged
from libraries.nothing import says_none
from libraries.tables import HEADER, Cells
from libraries.words import hold_state

TABLES = "/descendant::table[not(descendant::table)]"
CELLS = {name: name for name in ("title", "author", "availability", "pickup", "status", "fines")} | {
    **{"due_date": "due", "expiration_date": "expires", "call_number": "call_number", "item_id": "number"},
    **{"library": "branch", "select": "select", "renewals": "renewals"},
}
WORDS = {
    # Before "due", which is in "overdue".
    "aside": ("overdue", "charged", "placed"),
    "title": ("title", "titre", "título"),
    "author": ("author", "auteur", "autor"),
    "due": ("due", "échéance", "retour", "vencim"),
    "fines": ("fine", "amende", "multa"),
    "call_number": ("call n", "cote", "signatura"),
    "number": ("item id", "barcode", "item number", "code"),
    "renewals": ("renewal", "times renewed", "renouvel"),
    "availability": ("availab", "disponib", "position"),
    "pickup": ("pickup", "pick up", "cueillette", "recog"),
    "expires": ("expir", "caduc"),
    "status": ("status", "statut", "état", "estado"),
    "branch": ("library", "location", "bibliothèque", "biblioteca"),
    "select": ("select", "sélect", "renew", "cancel"),
}
FIELD = {"loans": "RENEW^", "holds": "HLD^"}
GIVEN = etree.XPath("descendant::td/@class | descendant::th/@class", smart_strings=False)
POSITION = re.compile(r"\b(?:position|place|rang)\b\D*(\d+)(?:\s*(?:/|of|sur|de)\s*(\d+))?", re.IGNORECASE)
AVAILABLE = re.compile(r"(?:available|disponible)\b.*?(?:pick ?up at|cueillette)\s*:?\s*(.*)", re.IGNORECASE)
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?:,? ?\d\d:\d\d)?")
NEVER = re.compile(r"never expires|n'expire jamais|nunca", re.IGNORECASE)
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
    return [each for each in map(_headed, page.every(tree, TABLES)) if what == _kind(each)]


def _kind(table: Table) -> str:
    fields = (each.get("for") or each.get("name") or "" for each in table.element.iter("label", "input"))
    if any(each.startswith(FIELD["holds"]) for each in fields):
        return "holds"
    if "due" in table.places or any(_named(each.get("title", "")) == "due" for each in table.element.iter("var")):
        return "loans"
    return "holds" if {"availability", "pickup"} & table.places.keys() else ""


@lru_cache
def _named(words: str) -> str:
    said = words.casefold()
    return next((name for name, marks in WORDS.items() if any(mark in said for mark in marks)), "")


def _headed(table: HtmlElement) -> Table:
    header = _header(table)
    return Table(table, header, page.columns(header, WORDS) if header is not None else {})


def _header(table: HtmlElement) -> HtmlElement | None:
    """The row that names the columns, be it of plain cells."""
    header = page.maybe(table, HEADER)
    if header is not None:
        return header
    first = next((each for each in table.iter("tr") if len(each) > 1), None)
    plain = first is not None and next(first.iter("var", "input", "label"), None) is None
    return first if plain and first is not None and _is_heading(first) else None


def list_rows(tree: HtmlElement, what: str) -> list[Cells]:
    """The cells of each row by name. Raises LayoutChanged for a row that is none, and for an unproven list."""
    found = list[Cells]()
    for table in tables(tree, what):
        classes = _classes(table.element)
        for row in page.table_rows(table.element, what):
            if row is table.header or _is_note(row):
                continue
            cells = _cells(row, classes, table.places, what)
            if "title" not in cells and not _is_heading(row):
                raise LayoutChanged(f"a row among the {what} without a title")
            found += [cells] if "title" in cells else []
    if not found and not _says_none(tree, what) and stated(tree, what) != 0:
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return found


def _classes(table: HtmlElement) -> Mapping[str, str]:
    """The classes that name cells, if this table has any: most have not, and then no cell is asked for its own."""
    given = set(cast("list[str]", GIVEN(table)))
    return {} if CELLS.keys().isdisjoint(name for each in given for name in each.split()) else CELLS


def _says_none(tree: HtmlElement, what: str) -> bool:
    return says_none(tree, what) or (what == "loans" and any(map(CHARGED.search, page.lines(tree))))


def _cells(row: HtmlElement, classes: Mapping[str, str], places: Mapping[str, int], what: str) -> Cells:
    """By the comment in each cell, its class or its header; in old holds' rows, which have none, by what they say.

    Beside them the field with the row's key.
    """
    cells = page.cells(row, classes, places) if classes or places else {}
    for each in row.iter("var", "input", "label"):
        if each.tag == "var":
            cells.setdefault(_named(each.get("title", "")), _cell_of(each))
        elif (each.get("name") or each.get("for") or "").startswith(FIELD[what]):
            cells.setdefault("field", each)
    if what == "holds":
        for each in (*row.iter("label"), *row.iter("input")):
            if (each.get("for") or each.get("name") or "").startswith(FIELD[what]):
                cells.setdefault("title", _filled_cell(_cell_of(each)))
        _tell_by_content(row, cells)
    return cells


def _cell_of(part: HtmlElement) -> HtmlElement:
    """The cell that a part is in, else the one that follows: some skins name a cell in front of it."""
    above = part.getparent()
    if above is not None and above.tag == "td":
        return above
    found = next(part.iterancestors("td"), None)
    found = next(part.itersiblings("td"), None) if found is None else found
    if found is None:
        raise LayoutChanged("a mark of a cell without a cell")
    return found


def _filled_cell(cell: HtmlElement) -> HtmlElement:
    """The cell, or, where it holds but a box, the next."""
    following = None if page.text(cell) else next(cell.itersiblings("td"), None)
    return cell if following is None else following


def _tell_by_content(row: HtmlElement, cells: Cells) -> None:
    """Availability and expiry by their words; the pickup library stands next to the former."""
    before, known = "", list(cells.values())
    for cell in row.iterchildren("td"):
        name = ""
        if cell not in known:
            name = _content(page.text(cell)) or ("pickup" if before == "availability" else "")
            cells.setdefault(name or "other", cell)
        before = name
    if "availability" not in cells and "status" not in cells and "title" in cells:
        _tell_by_place(cells)


def _tell_by_place(cells: Cells) -> None:
    """Where the words are none that we know, availability stands next to the title, then the pickup library."""
    known = {cell for name, cell in cells.items() if name != "other"}
    free = [each for each in cells["title"].itersiblings("td") if each not in known]
    for name, cell in zip(("availability", "pickup"), free, strict=False):
        cells.setdefault(name, cell)


@lru_cache(maxsize=256)
def _content(words: str) -> str:
    if POSITION.search(words) or AVAILABLE.search(words) or hold_state(words) is not HoldState.UNKNOWN:
        return "availability"
    return "expires" if NEVER.search(words) or DATE.fullmatch(words) else ""


def _is_note(row: HtmlElement) -> bool:
    """Whether a row is nothing but a wide cell, or an empty one."""
    return len(row) == 1 and (page.span(row[0]) > 1 or not page.text(row))


def _is_heading(row: HtmlElement) -> bool:
    """Whether a row names columns."""
    return len(page.columns(row, WORDS)) > 1 and not re.search(r"\d", page.text(row))


def stated(tree: HtmlElement, what: str) -> int | None:
    """How many the page counts: "Items checked out: 3"."""
    words = page.text(tree)
    found = (
        each for each in COUNTS[what].finditer(words) if not IN_PART.search(words, each.start() - 20, each.start())
    )
    return next((int(each[each.lastindex or 1]) for each in found), None)
