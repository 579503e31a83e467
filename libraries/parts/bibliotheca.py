"""BIBLIOTHECA's page as lists: tables told by their headings and the words in their headers, the rows and counts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, Loan
from libraries.errors import LayoutChanged
from libraries.labels import joined
from libraries.listing import Listing, apart
from libraries.nothing import lines_shown, states_none
from libraries.parts.bibliotheca_rows import WORDS, Said
from libraries.parts.bibliotheca_sheet import Row, sheet_of

TOLD = {"due", "ready", "pickup_by", "taken", "pickup", "expected", "status", "branch", "position"}
HOLDS_HEADING = re.compile(r"vorbestell|vormerk|vorgemerk|reserv|\bholds?\b|prenot", re.IGNORECASE)
LOANS_HEADING = re.compile(r"entlieh|ausgelieh|ausleih|\bloan|borrow|checked out|emprunt|prestit", re.IGNORECASE)
HOLDS_LABEL = re.compile(r"(?:ihre |meine )?(?:vorbestell|vormerk|vorgemerk|reserv)\w*(?: \w+)?\s*:", re.IGNORECASE)
PAST = re.compile(r"merkliste|leseliste|histor|zurückgegeben|returned", re.IGNORECASE)
FEES = re.compile(r"gebühr|entgelt|kosten|fees|charges", re.IGNORECASE)
ALONE = "//b[not(ancestor::table)] | //strong[not(ancestor::table)] | //h1 | //h2 | //h3 | //h4 | //legend"
LONGEST_HEADING = 80
COUNT = re.compile(
    r"(?:[^\d:]{2,40}:\s*|(?:anzahl|summe|gesamt|total)\w*\s*)(\d+)(?:\s*\([^)]*\))?"
    r"|(?:insgesamt |gesamt )?(\d+) (?:medien|exemplare|titel|items|media|vorbestellungen|vormerkungen)\b\D{0,40}",
    re.IGNORECASE,
)
HEADED_COUNT = re.compile(
    rf"(?:{LOANS_HEADING.pattern}|{HOLDS_HEADING.pattern})[^\d:]{{0,30}}(?:\((\d+)\)\W*|:\s*(\d+)\s*)$", re.IGNORECASE
)
NONE_AT_ALL = re.compile(r"\W*(?:keine?|none)\W*", re.IGNORECASE)

Found = TypeVar("Found", Loan, Hold)


class Table(NamedTuple):
    """One list of the account: loans or holds, what stands above it, which column holds what, all rows below."""

    what: str
    heading: str
    electronic: bool
    places: Mapping[str, int]
    rows: list[Row]


def tables_of(tree: HtmlElement) -> list[Table]:
    """The lists of the account. Raises LayoutChanged for one that is cut short, or of which nobody knows what it is."""
    sheet = sheet_of(page.finished(tree))
    # Where rows have heads of their own, what can be renewed or cancelled is none.
    named = {row: page.columns(row, WORDS) for row in sheet.headers if row not in sheet.actions}
    headers = {row: at for row, at in named.items() if {"title", "author"} & at.keys()}
    found = []
    for header, at in headers.items():
        rows = [*map(sheet.row, takewhile(lambda row: row not in headers, _rows_below(header)))]
        heading = _heading(header)
        table = next(header.iterancestors("table"), None)
        if table is not None and (what := _kind(heading, at, rows)):
            page.whole(table, what)
            found.append(Table(what, heading, table.get("id", "").startswith("ekz"), at, rows))
    if not sheet.items <= {row.node for each in found for row in each.rows}:
        raise LayoutChanged("an item outside of the known lists")
    return found


def _rows_below(header: HtmlElement) -> Iterator[HtmlElement]:
    """The rows of the same table: beside the header, or in the parts that follow it or its own."""
    part = header.getparent()
    for node in (header,) if part is None or part.tag == "table" else (header, part):
        for each in node.itersiblings("tr", "tbody", "tfoot"):
            yield from [each] if each.tag == "tr" else each.iterchildren("tr")


def _heading(header: HtmlElement) -> str:
    """What stands next before a list, if that is short."""
    node: HtmlElement | None = header
    while node is not None:
        for each in node.itersiblings(preceding=True):
            if each.tag not in {"script", "style"} and (words := page.text(each)):
                return words if len(words) <= LONGEST_HEADING else ""
        node = node.getparent()
        if node is not None and (words := page.fold(node.text or "")):
            return words
    return ""


def _kind(heading: str, at: Mapping[str, int], rows: list[Row]) -> str:
    """By what the rows' links do, else the heading, else the columns: loans have a due date, holds others."""
    if action := next((row.action for row in rows if row.action), ""):
        return "holds" if action == "delvor" else "loans"
    asked, lent = HOLDS_HEADING.search(heading), LOANS_HEADING.search(heading)
    if PAST.search(heading) or ("amount" in at and (FEES.search(heading) or not TOLD & at.keys())):
        return ""
    if asked and not lent:
        return "holds"
    if "due" in at:
        return "loans"
    if lent or not TOLD & at.keys():
        raise LayoutChanged("a list of titles that is neither loans nor holds")
    return "holds"


def listing(tree: HtmlElement, lists: list[Table], what: str, read: Callable[[Said], Found]) -> Listing[Found]:
    """The rows of every table of that list, with the counts below them. Raises LayoutChanged for an unproven list.

    The tables of e-books, which scripts fill, prove nothing of the others.
    """
    rows, counts, proven = list[Found](), list[int](), False
    for table in lists:
        if table.what == what:
            lines, count = _read(table)
            rows += [read(_said(line, table)) for line in lines]
            counts += [] if count is None else [count]
            proven = proven or (not table.electronic and (bool(lines) or count is not None))
    if not proven and not says_none(tree, what, lists):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return Listing(apart(rows), sum(counts) if counts else None).checked(what)


def _read(table: Table) -> tuple[list[Row], int | None]:
    """The rows of items, and how many there are.

    Raises LayoutChanged for a row that tells neither, but for a note where the page counts as many items as there are.
    """
    found, others, width = list[Row](), list[int](), max(table.places.values())
    headed = HEADED_COUNT.search(table.heading)
    stated = int(headed[1] or headed[2]) if headed else None
    for row in table.rows:
        if len(row.cells) > width:
            found.append(row)
        elif count := COUNT.fullmatch(words := page.text(row.node)):
            stated = max(stated or 0, int(count[1] or count[2]))  # below the whole count may stand one of a part
        elif NONE_AT_ALL.fullmatch(words) or says_none(row.node, table.what):
            stated = stated or 0
        elif words:
            others.append(len(row.cells))
    if others and (max(others) > 1 or len(found) != stated):
        raise LayoutChanged(f"a row among the {table.what} that is none")
    return found, stated


def _said(row: Row, table: Table) -> Said:
    """What the cells of a row say. Raises LayoutChanged for one without a title."""
    cells = [row.cells[place] for place in table.places.values()]
    said = dict(zip(table.places, page.texts_of(cells), strict=True))
    if not said.get("title"):
        raise LayoutChanged("no title in a row")
    return Said(said, table.electronic, row.action, row.item)


def says_none(tree: HtmlElement, what: str, lists: Iterable[Table] = ()) -> bool:
    """Whether the page or row says that the list is empty, beside what the rows of the lists say (as in a title)."""
    rows = [row for each in lists for row in each.rows if len(row.node) > 1]
    items = {words for row in rows for words in page.texts_of(row.cells)}
    return states_none((line for line in joined(lines_shown(tree)) if line not in items), what)


def shows_holds(tree: HtmlElement, lists: list[Table]) -> bool:
    """Whether the page has a part on holds: a table of them, a word that there are none, or their heading alone."""
    if any(each.what == "holds" for each in lists) or says_none(tree, "holds", lists):
        return True
    alone = (page.text(each) for each in page.every(tree, ALONE))
    return any(map(HOLDS_HEADING.search, alone)) or any(map(HOLDS_LABEL.fullmatch, lines_shown(tree)))
