"""BIBLIOTHECA's page as lists: tables told by the words in their headers, the rows and counts in them, lines beside."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.labels import joined
from libraries.listing import Listing, apart
from libraries.nothing import says_none
from libraries.numbers import number_in
from libraries.site import Site
from libraries.titles import shown
from libraries.words import NOT_RENEWABLE, UNTIL, hold_state

HEADERS = ".//tr[th or contains(@class, 'exemplarmenubar') or td/@class = 'tabHeaderKonto']"
ROWS = "./tr | ./tbody/tr | ./thead/tr | ./tfoot/tr"
TAG = attrgetter("tag")
BLOCKS = {"div", "table"}
DIGIT = re.compile(r"\d")
WORDS = {  # in this order: a column that ends a hold's shelf time is no due date
    name: marks.split("|")
    for name, marks in {
        "pickup_by": "abholbar bis|bereit bis|bereitgestellt bis|abholen bis|abholfrist|liegt bereit bis|"
        "available until|ready until|pick up by|pick up until|pickup by|pickup until|collect by",
        "expires": "gültig bis|vorbestellt bis|vorgemerkt bis|valid until|expires",
        "taken": "ausleihdatum|entleihdatum|liehen am|frist von|beginn|vorbestellt am|vormerkdatum|reserved on",
        "ready": "bereit|abholbar|voraussichtlich|ready|available",
        "due": "frist|fällig|rückgabe|leihende|entliehen bis|ausgeliehen bis|due|return|scaden",
        "title": "titel|title|titre|titolo",
        "author": "verfasser|autor|author|urheber|interpret|auteur",
        "barcode": "barcode|booking|media n|buchungs|mediennummer|medien-n|mediennr|exemplarn|item n|strichcode",
        "format": "medientyp|mediengruppe|medienart|media|material|type",
        "branch": "zweigstelle|bibliothek|biblioth|branch|library|standort|abholort|ausgabeort",
        "call_number": "signatur|call n|shelfmark",
        "renewals": "anz. verl|anz.verl|anzahl verl|verlängerungen|renewals|times renewed",
        "position": "position|rang|platz",
        "status": "status|state",
    }.items()
}
HELD = {"ready", "pickup_by", "taken", "status", "branch", "position"}
COUNT = re.compile(r"[^\d:]{2,40}:\s*(\d+)\s*")
RENEWED = re.compile(r"(?<![\d.])(\d{1,2})\s*(?:x|mal|times)?\s*(?:verl|renew)|^(\d+)$", re.IGNORECASE)
PLACE = re.compile(r"(?:position|rang|platz)\D{0,3}(\d+)", re.IGNORECASE)
NOT_YET = re.compile(r"\b(?:nein|no|nicht|not|voraussichtlich|expected)\b", re.IGNORECASE)
ACTION = re.compile(r"target=(verl|vermsg|delvor|vl(?![a-z]))_?(\w*)")
LONG_AMERICAN = re.compile(r"[A-Z][a-z]+day,\s+[A-Z][a-z]+\s+\d{1,2},\s+\d{4}")
HOLDS_HEADING = re.compile(r"vorbestell|vormerk|reserv|\bholds?\b|prenot", re.IGNORECASE)
HOLDS_HEADINGS = "//b[not(ancestor::table)] | //strong[not(ancestor::table)] | //h1 | //h2 | //h3 | //h4"

Action = tuple[str, str]  # what a row's link does (renew, say why not, cancel), and to which item
Said = dict[str, str | None]
Found = TypeVar("Found", Loan, Hold)


class Table(NamedTuple):
    """One list of the account: loans or holds, which column holds what, and all rows below its header."""

    what: str
    electronic: bool
    places: Mapping[str, int]
    rows: list[HtmlElement]


def facts_of(tree: HtmlElement) -> list[str]:
    """The lines beside the lists that hold a number."""
    blocks = (each for each in page.finished(tree).iter("div", "p", "li") if BLOCKS.isdisjoint(map(TAG, each)))
    numbered = (joined(page.lines(each)) for each in blocks if DIGIT.search(page.text(each)))
    return [line for lines in numbered for line in lines if DIGIT.search(line)]


def dated(site: Site, facts: list[str]) -> Site:
    """The site with the order of dates that the page proves: a long date as "Friday, January 1, 2021" is American."""
    return replace(site, dates="mdy") if any(map(LONG_AMERICAN.search, facts)) else site


def tables_of(tree: HtmlElement) -> list[Table]:
    """The lists of the account, by the words in their headers. Raises LayoutChanged for one that is cut short."""
    found = []
    for header in page.every(page.finished(tree), HEADERS):
        places = page.columns(header, WORDS)
        table = next(header.iterancestors("table"), None)
        if table is not None and (what := _kind(table, places)):
            page.whole(table, what)
            rows = [each for each in page.every(table, ROWS) if each is not header]
            found.append(Table(what, table.get("id", "").startswith("ekz"), places, rows))
    return found


def _kind(table: HtmlElement, places: Mapping[str, int]) -> str:
    """Loans have a due date; holds have other columns of their own, or at least links that cancel them."""
    if "title" not in places and "author" not in places:
        return ""
    if "due" in places:
        return "loans"
    cancels = page.maybe(table, ".//a[contains(@href, 'target=delvor')]") is not None
    return "holds" if cancels or HELD & places.keys() else ""


def listing(
    tree: HtmlElement, lists: list[Table], what: str, read: Callable[[Said, Action, bool], Found]
) -> Listing[Found]:
    """The rows of every table of that list, with the counts below them. Raises LayoutChanged for an unproven list.

    The tables of e-books, which scripts fill, prove nothing of the others.
    """
    rows, counts, proven = list[Found](), list[int](), False
    for table in lists:
        if table.what == what:
            lines, count = _read(tree, table)
            rows += [read(_said(row, table.places), _action(row), table.electronic) for row in lines]
            counts += [] if count is None else [count]
            proven = proven or (not table.electronic and (bool(lines) or count is not None))
    if not proven and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return Listing(apart(rows), sum(counts) if counts else None).checked(what)


def _read(tree: HtmlElement, table: Table) -> tuple[list[HtmlElement], int | None]:
    """The rows that stand for items, and the count in the last. Raises LayoutChanged for a row that is neither."""
    found, stated, width = list[HtmlElement](), None, max(table.places.values())
    for row in table.rows:
        if len(row) > width:
            found.append(row)
        elif count := COUNT.fullmatch(page.text(row)):
            stated = int(count[1])
        elif page.text(row) and not says_none(tree, table.what):
            raise LayoutChanged(f"a row among the {table.what} that is none")
    return found, stated


def _said(row: HtmlElement, places: Mapping[str, int]) -> Said:
    """What the cells of the row say. Raises LayoutChanged for one without a title."""
    said = {name: page.text(row[place]) or None for name, place in places.items()}
    if not said.get("title"):
        raise LayoutChanged("no title in a row")
    return said


def _action(row: HtmlElement) -> Action:
    for each in row.iter("a"):
        if found := ACTION.search(each.get("href", "")):
            return found[1], found[2]
    return "", ""


def loan(site: Site, said: Said, action: Action, digital: bool) -> Loan:
    """An item on loan."""
    title = shown(said["title"] or "")
    due, due_text = site.due(said["due"] or "")
    fixed = NOT_RENEWABLE.search(said.get("status") or "") is not None
    renewed = RENEWED.search(said.get("renewals") or said.get("status") or "")
    return Loan(
        id=said.get("barcode") or f"{title} {due or due_text}",
        title=title,
        author=shown(said.get("author") or "") or None,
        due=due,
        due_text=due_text,
        renewable=False if fixed else {"verl": True, "vl": True, "vermsg": False}.get(action[0]),
        renewals=int(renewed[1] or renewed[2]) if renewed else None,
        format=said.get("format"),
        digital=True if digital else None,
        branch=said.get("branch"),
        call_number=said.get("call_number"),
    )


def hold(site: Site, said: Said, action: Action, digital: bool) -> Hold:
    """An item asked for."""
    title = shown(said["title"] or "")
    status = said.get("status") or ""
    place = number_in(said.get("position"))
    place = place if place is not None else number_in(next(iter(PLACE.findall(status)), None))
    state = HoldState.WAITING if digital else _state(site, said)
    kept = said.get("pickup_by") or (status if UNTIL.search(status) else "")
    return Hold(
        id=action[1] or title,
        title=title,
        author=shown(said.get("author") or "") or None,
        state=state,
        position=place,
        pickup=said.get("branch"),
        pickup_by=site.maybe_day(kept) if state is HoldState.READY else None,
        expires=site.maybe_day(said.get("expires") or ""),
        format=said.get("format"),
        notes=said.get("status"),
    )


def _state(site: Site, said: Said) -> HoldState:
    """By the column that says since when, or until when, an item is ready; else by the words of the status."""
    ready = " ".join(filter(None, (said.get("ready"), said.get("pickup_by"))))
    since, status = site.maybe_day(said.get("ready") or ""), said.get("status") or ""
    if re.search(r"\w", ready):
        later = since is not None and since > site.today and not said.get("pickup_by")
        return HoldState.WAITING if later or NOT_YET.search(ready) else HoldState.READY
    if status:
        return HoldState.WAITING if PLACE.search(status) else hold_state(status)
    return HoldState.WAITING if "ready" in said or "pickup_by" in said else HoldState.UNKNOWN


def shows_holds(tree: HtmlElement, lists: list[Table]) -> bool:
    """Whether the page has a part on holds: a table of them, their heading, or a word that there are none."""
    if any(each.what == "holds" for each in lists) or says_none(tree, "holds"):
        return True
    return any(HOLDS_HEADING.search(page.text(each)) for each in page.every(tree, HOLDS_HEADINGS))
