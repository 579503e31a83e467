"""The rows of an e-Library's account: which table is which list, and which cell is what."""

import re
from collections.abc import Mapping
from functools import lru_cache

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import chosen
from libraries.nothing import says_none
from libraries.site import Site
from libraries.tables import HEADER, Cells
from libraries.words import hold_state

TABLES = "//table[not(.//table)]"
CELLS = {name: name for name in ("title", "author", "availability", "pickup", "status", "fines")} | {
    **{"due_date": "due", "expiration_date": "expires", "call_number": "call_number", "item_id": "number"},
    **{"library": "branch", "select": "select", "renewals": "renewals"},
}
WORDS = {
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
POSITION = re.compile(r"\b(?:position|place|rang)\b\D*(\d+)", re.IGNORECASE)
AVAILABLE = re.compile(r"(?:available|disponible)\b.*?(?:pick ?up at|cueillette)\s*:?\s*(.*)", re.IGNORECASE)
NUMBER = re.compile(r"\d+")
DIGITS = re.compile(r"\d{4}")
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?:,? ?\d\d:\d\d)?")
NEVER = re.compile(r"never expires|n'expire jamais|nunca", re.IGNORECASE)
COUNTS = {
    "loans": re.compile(r"\b[Cc]heck(?:ed out|outs)\s*[:(]\s*(\d+)"),
    "holds": re.compile(r"\b[Hh]olds\s*[:(]\s*(\d+)"),
}
IN_PART = re.compile(r"overdue|ready|available", re.IGNORECASE)


def tables(tree: HtmlElement, what: str) -> list[HtmlElement]:
    """The tables of a list: loans have a due date, holds have fields or labels that begin with HLD^."""
    return [each for each in page.every(tree, TABLES) if what == _kind(each)]


def _kind(table: HtmlElement) -> str:
    fields = (each.get("for") or each.get("name") or "" for each in table.iter("label", "input"))
    if any(each.startswith("HLD^") for each in fields):
        return "holds"
    headed = _headed(table).keys()
    if "due" in headed or any(_named(each.get("title", "")) == "due" for each in table.iter("var")):
        return "loans"
    return "holds" if {"availability", "pickup"} & headed else ""


@lru_cache
def _named(words: str) -> str:
    said = words.casefold()
    return next((name for name, marks in WORDS.items() if any(mark in said for mark in marks)), "")


def _headed(table: HtmlElement) -> dict[str, int]:
    header = page.maybe(table, HEADER)
    return page.columns(header, WORDS) if header is not None else {}


def list_rows(tree: HtmlElement, what: str) -> list[Cells]:
    """The cells of each row by name. Raises LayoutChanged for a row that is none, and for an unproven list."""
    found = list[Cells]()
    for table in tables(tree, what):
        places = _headed(table)
        for row in page.table_rows(table, what):
            cells = _cells(row, places, what)
            if "title" not in cells and not _is_heading(row):
                raise LayoutChanged(f"a row among the {what} without a title")
            found += [cells] if "title" in cells else []
    if not found and not says_none(tree, what) and stated(tree, what) != 0:
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return found


def _cells(row: HtmlElement, places: Mapping[str, int], what: str) -> Cells:
    """By the comment in each cell, its class or its header; in old holds' rows, which have none, by what they say."""
    cells = page.cells(row, CELLS, places)
    for mark in row.iter("var"):
        cells.setdefault(_named(mark.get("title", "")), _cell_of(mark))
    if what == "holds":
        for label in row.iter("label"):
            if label.get("for", "").startswith("HLD^"):
                cells.setdefault("title", _cell_of(label))
        _tell_by_content(row, cells)
    return cells


def _cell_of(part: HtmlElement) -> HtmlElement:
    above = part.getparent()
    return above if above.tag == "td" else next(part.iterancestors("td"))


def _tell_by_content(row: HtmlElement, cells: Cells) -> None:
    """Availability and expiry by their words; the pickup library stands next to the former."""
    before, known = "", list(cells.values())
    for cell in row.iterchildren("td"):
        name = ""
        if cell not in known:
            name = _content(page.text(cell)) or ("pickup" if before == "availability" else "")
            cells.setdefault(name or "other", cell)
        before = name


@lru_cache(maxsize=256)
def _content(words: str) -> str:
    if POSITION.search(words) or AVAILABLE.search(words) or hold_state(words) is not HoldState.UNKNOWN:
        return "availability"
    return "expires" if NEVER.search(words) or DATE.fullmatch(words) else ""


def _is_heading(row: HtmlElement) -> bool:
    """Whether a row without a title is a note in one wide cell, or names columns."""
    if len(row) == 1:
        return page.span(row[0]) > 1
    return len(page.columns(row, WORDS)) > 1 and not re.search(r"\d", page.text(row))


def loan(site: Site, cells: Cells) -> Loan:
    """The loan in a row. Raises LayoutChanged for a row without its mandatory cells."""
    title = page.text(page.cell(cells, "title"))
    due, due_text = site.due(page.text(page.cell(cells, "due")).replace(",", " "))
    number = page.text(cells.get("number")) or _key_of(cells, "RENEW^")
    return Loan(
        id=number or f"{_filled(title)} {due or due_text}",
        title=_filled(title),
        author=page.text(cells.get("author")) or None,
        due=due,
        due_text=due_text,
        renewals=_number_in(page.text(cells.get("renewals"))),
        branch=page.text(cells.get("branch")) or None,
        call_number=page.text(cells.get("call_number")) or None,
    )


def hold(site: Site, cells: Cells) -> Hold:
    """The request in a row. Raises LayoutChanged for a row without its mandatory cells."""
    cell = page.cell(cells, "title")
    title = _filled(page.text(next(cell.iter("label"), cell)))
    words = page.text(page.cell(cells, "availability"))
    ready, place = AVAILABLE.search(words), POSITION.search(words)
    state = _state_of(" ".join((words, page.text(cells.get("status")))), queued=bool(place))
    expires = page.text(cells.get("expires"))
    return Hold(
        id=_key_of(cells, "HLD^") or title,
        title=title,
        author=page.text(cells.get("author")) or None,
        state=state,
        position=int(place[1]) if place else None,
        pickup=(chosen(cells.get("pickup")) or (ready[1] if ready else "")) or None,
        expires=None if NEVER.search(expires) else site.maybe_day(expires),
        notes=words if state is HoldState.UNKNOWN else None,
    )


def _filled(title: str) -> str:
    """The title. Raises LayoutChanged where there is none."""
    if not title:
        raise LayoutChanged("no title in a row")
    return title


def _key_of(cells: Cells, prefix: str) -> str | None:
    """What the row's own field carries, as in HLD^TITLE^barcode^call number^^key: a hold's key, a loan's barcode."""
    for each in next(iter(cells.values())).getparent().iter("input", "label"):
        mark = each.get("name") or each.get("for") or ""
        if mark.startswith(prefix):
            parts = [part for part in mark.removeprefix(prefix).split("^") if DIGITS.search(part)]
            return (parts[-1] if prefix == "HLD^" else parts[0]) if parts else None
    return None


def _state_of(words: str, *, queued: bool) -> HoldState:
    """Where a hold stands. One that has a place in the queue is not ready whatever else is said."""
    known = hold_state(NUMBER.sub("", words))
    return HoldState.WAITING if queued and known in {HoldState.UNKNOWN, HoldState.READY} else known


def _number_in(words: str) -> int | None:
    """The first number in the words."""
    found = NUMBER.search(words)
    return int(found[0]) if found else None


def stated(tree: HtmlElement, what: str) -> int | None:
    """How many the page counts: "Items checked out: 3"."""
    words = page.text(tree)
    found = (
        each for each in COUNTS[what].finditer(words) if not IN_PART.search(words, each.start() - 20, each.start())
    )
    return next((int(each[1]) for each in found), None)
