"""iOPAC's one page as a sheet: the lines of its headings and the lists in its tables; what a row of those means."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.labels import joined
from libraries.listing import Listing, apart
from libraries.nothing import line_says_none, says_none
from libraries.numbers import number_in
from libraries.site import Site
from libraries.tables import Cells
from libraries.titles import shown
from libraries.words import hold_state

HEADINGS = {"h2", "h3", "h4", "h5"}
LOANS = re.compile(r"ausleih|ausgelieh|entlieh|loan", re.IGNORECASE)
HOLDS = re.compile(r"reserv|vormerk|vorgemerkt|vorbestell", re.IGNORECASE)
ANCHORS = {"AUS": "loans", "RES": "holds"}

COLUMNS = {  # in this order: "Auswahl verlängern" is the button, "Verlängerungen" and "Verl." the number
    "select": ("auswahl", "verlängern", "storn", "lösch"),
    "barcode": ("mediennr", "mediennum", "medien-nr", "medien-num", "barcode", "buchungs"),
    "title": ("titel", "title"),
    "author": ("verfasser", "autor", "author", "interpret"),
    "renewals": ("verl", "renewals"),
    "taken": ("reserviert am", "reserviert seit", "vorgemerkt am", "liehen am", "leihdatum", "leihbeginn", "frist von"),
    "ready": ("bereit", "abhol", "verfügbar", "voraus", "ready"),
    "due": ("rückgabe", "zurück", "fällig", "frist", "leihende", "ausgeliehen bis", "entliehen bis", "due", "return"),
    "position": ("platz", "position", "rang"),
    "branch": ("zweigstelle", "bibliothek", "bücherei", "standort", "filiale"),
    "call_number": ("signatur",),
    "format": ("medium", "medien", "typ", "media"),
}
COUNT = r"(\d+|keine?n?)\s+(?:{0})\w*\s+medi|(\d+|keine?n?)\s+medi\w+\s+(?:sind\s+)?(?:{0})"
COUNTS = {
    "loans": re.compile(COUNT.format("ausgeliehen|entliehen"), re.IGNORECASE),
    "holds": re.compile(COUNT.format("reserviert|vorgemerkt|vorbestellt"), re.IGNORECASE),
}
ITEM = re.compile(r"[?&]mednr=([^&;]+)", re.IGNORECASE)
NO_ROW = re.compile(r"keine (?:daten|medien|reserv|ausleih|vormerk)", re.IGNORECASE)
DAY = re.compile(r"[\d.]{6,10}")
LETTERS = re.compile(r"[^\W\d_]{3}")
SINCE = re.compile(r"\bseit\b|\bam\b|\bab\b", re.IGNORECASE)
OF_READY_ONES = re.compile(r"\bbis\b|\buntil\b|\bseit\b|\bsince\b|frist", re.IGNORECASE)
YES = re.compile(r"ja\b", re.IGNORECASE)
UP_TO = re.compile(r"\bbis\b|\buntil\b|frist", re.IGNORECASE)

Found = TypeVar("Found", Loan, Hold)


class Part(NamedTuple):
    """One list of the page: which one, its table with the header, which column holds what."""

    what: str
    table: HtmlElement
    header: HtmlElement
    places: Mapping[str, int]

    def head(self, name: str) -> str:
        """The words over the column of that name."""
        return page.text(page.at(self.header, self.places.get(name)))


class Sheet(NamedTuple):
    """The page: the lines of its headings, its own mark of an expired card, the lists in its tables, and the whole."""

    facts: list[str]
    expired: str
    parts: list[Part]
    tree: HtmlElement


class Item(NamedTuple):
    """A row that stands for an item: its cells by name, and what they say."""

    row: HtmlElement
    cells: Cells
    said: Mapping[str, str]


def sheet_of(tree: HtmlElement) -> Sheet:
    """The page in one walk. Which list a table is, the anchor or heading above it says, else its columns."""
    facts, parts, above, expired = list[str](), list[Part](), "", ""
    for each in tree.iter("a", "h2", "h3", "h4", "h5", "div", "p", "span", "table"):
        if each.tag == "a":
            above = ANCHORS.get(each.get("name", ""), above)
        elif each.tag == "table":
            parts += _parts(each, above)
        elif (own := _is_own(each)) or each.tag in HEADINGS:
            lines = page.lines(each) if each.tag in HEADINGS or next(each.iter("table"), None) is None else []
            above = _kind(each.get("id", "") if own else lines[0] if len(lines) == 1 else "") or above
            facts += lines
            expired = expired or (" ".join(lines) if "expired" in each.get("class", "") else "")
    return Sheet([*joined(facts)], expired, parts, tree)


def _is_own(part: HtmlElement) -> bool:
    """Whether the part is one that newer versions name."""
    name: str = part.get("id", part.get("class", ""))
    return name.startswith("ReaderAccount")


def _kind(words: str) -> str:
    return "loans" if LOANS.search(words) else "holds" if HOLDS.search(words) else ""


def _parts(table: HtmlElement, above: str) -> list[Part]:
    """The table as a list, if its header has a column for titles; one that only arranges others is none."""
    header = next(table.iter("tr"), None)
    if header is None or "tit" not in page.text(header).casefold() or next(header.iter("table"), None) is not None:
        return []
    places = page.columns(header, COLUMNS)
    if "title" not in places:
        return []
    what = above or ("loans" if "due" in places and "ready" not in places else "holds")
    return [Part(what, table, header, places)]


def _items(part: Part) -> Iterator[Item]:
    """The rows that stand for items: all but the header, empty ones and notes."""
    for row in page.table_rows(part.table, part.what):
        if row is not part.header and not (len(row) < 3 and _is_note(row)):
            cells = page.cells(row, {}, part.places)
            said = {name: page.text(cell) for name, cell in cells.items() if name != "select"}
            if any(said.values()) or page.text(row):
                yield Item(row, cells, said)


def _is_note(row: HtmlElement) -> bool:
    """Whether the row says that there are none, or only explains the others: one cell across the table."""
    words = page.text(row)
    return bool(NO_ROW.search(words)) or (len(row) == 1 and page.span(row[0]) > 1 and DAY.search(words) is None)


def listing(sheet: Sheet, what: str, read: Callable[[Part, Item], Found]) -> Listing[Found]:
    """The rows of that list, with the count in the headline. Raises LayoutChanged for an unproven list."""
    rows = [read(part, item) for part in sheet.parts if part.what == what for item in _items(part)]
    counts = [found[1] or found[2] for each in sheet.facts for found in COUNTS[what].finditer(each)]
    stated = max((number_in(each) or 0 for each in counts), default=None)
    words = (line_says_none(each, what) for each in sheet.facts)
    if not rows and stated is None and not (any(words) or says_none(sheet.tree, what)):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return Listing(apart(rows), stated).checked(what)


def loan(site: Site, _: Part, item: Item) -> Loan:
    """An item on loan."""
    said, title = item.said, _title(item.said)
    lent_until = said.get("due", "")
    due, due_text = site.due(lent_until)
    number, renewable, why = _renewal(item)
    return Loan(
        id=said.get("barcode") or number or f"{title} {due or due_text}",
        title=title,
        author=shown(said.get("author", "")) or None,
        due=due,
        due_text=due_text,
        renewable=renewable,
        renewals=number_in(said.get("renewals")),
        why_not_renewable=why,
        format=said.get("format") or None,
        branch=said.get("branch") or None,
        call_number=said.get("call_number") or None,
        notes=(DAY.sub("", lent_until, count=1).strip() or None) if due else None,
    )


def hold(site: Site, part: Part, item: Item) -> Hold:
    """A reserved item."""
    said, title = item.said, _title(item.said)
    column = "ready" if "ready" in said else "due"
    head, words = part.head(column), said.get(column, "")
    state = _state(site, head, words) if column in said else HoldState.UNKNOWN
    kept = state is HoldState.READY and UP_TO.search(f"{head} {words}") is not None
    return Hold(
        id=said.get("barcode") or _renewal(item)[0] or title,
        title=title,
        author=shown(said.get("author", "")) or None,
        state=state,
        position=number_in(said.get("position")),
        pickup=said.get("branch") or None,
        pickup_by=site.maybe_day(words) if kept else None,
        format=said.get("format") or None,
        notes=f"{head}: {words}" if words else None,
    )


def _state(site: Site, head: str, words: str) -> HoldState:
    """By the column that says when an item is there: nothing in it means that it is there already.

    Under a head that says since or until when, nothing means that it is not there yet.
    """
    if not words and OF_READY_ONES.search(head):
        return HoldState.WAITING
    if LETTERS.search(words) and not YES.match(words):
        return hold_state(words)
    day = site.maybe_day(words)
    future = day is not None and day > site.today
    there = YES.match(words) or (day and (UP_TO.search(head) or (SINCE.search(head) and not future)))
    if not words or (there and hold_state(head) is HoldState.READY):
        return HoldState.READY
    return HoldState.WAITING if future else HoldState.UNKNOWN


def _title(said: Mapping[str, str]) -> str:
    title = shown(said.get("title", ""))
    if not title:
        raise LayoutChanged("no title in a row")
    return title


def _renewal(item: Item) -> tuple[str | None, bool | None, str | None]:
    """The item's number, whether it can be renewed and why not: by the row's box, or its link in older versions."""
    boxes = [each for each in item.row.iter("input") if each.get("type", "").lower() == "checkbox"]
    if not boxes:
        beside = (each for each in item.row.iter("a") if not _leads_to_record(each, item.cells))
        links = (ITEM.search(each.get("href", "")) for each in beside)
        link = next(filter(None, links), None)
        return (link[1], True, None) if link else (None, None, None)
    number = boxes[-1].get("value", "").strip(" ;") or None
    if boxes[-1].get("disabled") is None:
        return number, True, None
    reasons = (page.fold(each.get("title", "")) for each in item.row.iter("input", "label"))
    return number, False, next(filter(None, reasons), None)


def _leads_to_record(link: HtmlElement, cells: Cells) -> bool:
    """Whether the link is at the title."""
    return any(each is cells["title"] for each in link.iterancestors("td"))
