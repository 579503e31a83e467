"""The cells of an e-Library's rows: named by comments, classes and headers, in old holds' rows by what they say."""

import re
from collections.abc import Mapping
from functools import lru_cache

from lxml.html import HtmlElement

from libraries import page
from libraries.account import HoldState
from libraries.errors import LayoutChanged
from libraries.tables import Cells
from libraries.words import hold_state

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
POSITION = re.compile(r"\b(?:position|place|rang)\b\D*(\d+)(?:\s*(?:/|of|sur|de)\s*(\d+))?", re.IGNORECASE)
AVAILABLE = re.compile(r"(?:available|disponible)\b.*?(?:pick ?up at|cueillette)\s*:?\s*(.*)", re.IGNORECASE)
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?:,? ?\d\d:\d\d)?")
NEVER = re.compile(r"never expires|n'expire jamais|nunca", re.IGNORECASE)


@lru_cache
def named(words: str) -> str:
    """What a cell with this name, in its comment or its header, holds; "" for what is not known."""
    said = words.casefold()
    return next((name for name, marks in WORDS.items() if any(mark in said for mark in marks)), "")


def cells_of(row: HtmlElement, classes: Mapping[str, str], places: Mapping[str, int], what: str) -> Cells:
    """By the comment in each cell, its class or its header; in old holds' rows, which have none, by what they say.

    Beside them the field with the row's key.
    """
    cells = page.cells(row, classes, places) if classes or places else {}
    for each in row.iter("param", "input", "label"):
        if each.tag == "param":
            above = each.getparent()
            cells.setdefault(each.get("title", ""), above if above.tag == "td" else _cell_of(each))
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
