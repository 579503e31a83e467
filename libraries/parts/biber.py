"""BiBer's lists: which column holds what, by the words above it, and the head of the account beside them."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.listing import Listing, apart
from libraries.nothing import says_none
from libraries.numbers import number_in
from libraries.site import Site
from libraries.titles import shown
from libraries.words import UNTIL, hold_state

# With `descendant`, not `//`, which takes twice as long.
FORMS = {"loans": "/descendant::form[@name='medkl']", "holds": "/descendant::form[@name='vorml']"}
TABLES = "descendant::table[(. | ./tbody | ./thead)/tr[th]]"
HEADERS = "(. | ./tbody | ./thead)/tr[th]"
HEADS = {  # in this order; the one-letter heads say more where the pointer rests on them
    "taken": re.compile(r"gültig ab|vorgemerkt am|(?:ent|ausge)liehen am|leihdatum|frist (?:ab|von|seit)"),
    "ready": re.compile(r"bereit(?:gestellt|liegend)? (?:am|seit)|abholbar (?:ab|seit)"),
    "kept": re.compile(r"(?:bereit|abhol|liegt).*\bbis\b|abholfrist"),
    "due": re.compile(r"fällig|rückgabe|leihfrist|frist\b"),
    "back": re.compile(r"(?:ent|ausge)liehen bis"),
    "expires": re.compile(r"gültig bis|läuft ab"),
    "title": re.compile(r"titel|kurzinf"),
    "barcode": re.compile(r"medien-?\s?n"),
    "position": re.compile(r"\brang|platz"),
    "status": re.compile(r"status|bemerkung|hinweis"),
    "renewals": re.compile(r"^v$|verläng"),
    "branch": re.compile(r"^a$|ausgabeort|zweigstelle"),
    "fee": re.compile(r"^(?:eur|€)|gebühr"),
}
BRANCH = re.compile(r"[^\W\d_]{3}")
HINT = re.compile(r"txt:\s*'([^']+)'")
COUNTS = {
    "loans": re.compile(r"(?:ausgeliehen|entliehen|ausleihen|entleihungen)\s*:\s*(\d+)", re.IGNORECASE),
    "holds": re.compile(r"(?:vorgemerkt|vormerkungen)\s*:\s*(\d+)", re.IGNORECASE),
}
EXPIRY = re.compile(r"gültig(?:keit)?\b|abgelaufen|läuft", re.IGNORECASE)
STUCK = re.compile(r"nicht|vorgemerkt|bereits verlängert|keine", re.IGNORECASE)
DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}")

Found = TypeVar("Found", Loan, Hold)


class Row(NamedTuple):
    """One row: what it says under each head, the branch behind its number, its box's name, if it has one."""

    said: Mapping[str, str]
    split: bool
    branch: str | None
    box: str | None


def facts_of(tree: HtmlElement) -> list[str]:
    """The lines of the tables outside the lists: the account's head is one of them."""
    cells = [each for each in page.around(tree, page.every(tree, "/descendant::form")) if each.tag == "td"]
    return [line for each in cells if next(each.iter("table"), None) is None for line in page.lines(each)]


def expiry_in(facts: list[str]) -> str:
    """The line that tells until when the card is valid; "" without one."""
    return next((each for each in facts if EXPIRY.search(each) and DATE.search(each)), "")


def counts_in(facts: list[str]) -> dict[str, int]:
    """How many loans and holds the head states, for those that it does; of several numbers the greatest."""
    found = {what: [int(hit[1]) for each in facts if (hit := count.search(each))] for what, count in COUNTS.items()}
    return {what: max(counts) for what, counts in found.items() if counts}


def listing(tree: HtmlElement, what: str, read: Callable[[Row], Found]) -> Listing[Found]:
    """The rows of that list's form, with the count in the account's head. Raises LayoutChanged if it is unproven."""
    form = page.maybe(page.finished(tree), FORMS[what])
    tables = [] if form is None else page.every(page.whole(form, what), TABLES)
    rows = [read(row) for table in tables for row in _rows(table, what)]
    stated = counts_in(facts_of(tree)).get(what)
    if not rows and stated is None and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return Listing(apart(rows), stated).checked(what)


def _rows(table: HtmlElement, what: str) -> list[Row]:
    """Every row with data, by the last line of heads. Raises LayoutChanged for one that is neither that nor a note."""
    headers = page.every(table, HEADERS)
    places, split = _places(headers[-1])
    found = []
    for line in page.table_rows(table, what):
        if line in headers:
            continue
        if len(line) > 2 and "title" in places:
            row = _row(line, places, split)
            if any(row.said.values()) or page.text(line):
                found.append(row)
        elif (words := page.text(line)) and (len(line) > 2 or _tells(line, words)):
            raise LayoutChanged(f"a row among the {what} that is none")
    return found


def _tells(line: HtmlElement, words: str) -> bool:
    """Whether a row that is too short for an item looks like one nevertheless."""
    return DATE.search(words) is not None or next(line.iter("input"), None) is not None


def _places(header: HtmlElement) -> tuple[dict[str, int], bool]:
    """Which column holds what, and whether the titles' column begins with the call number."""
    found, place, split = dict[str, int](), 0, False
    for cell in header:
        said = page.text(cell).casefold()
        parts = list(cell.iter())
        pointers = " ".join(each.get("onmouseover", "") for each in parts)
        name = _name(said, *(each.get("title", "") for each in parts), *HINT.findall(pointers))
        if name and name not in found:
            found[name] = place
            split = split or (name == "title" and "signatur" in said)
        place += page.span(cell)
    return found, split


@lru_cache(maxsize=256)  # a library has the same heads on every page
def _name(*words: str) -> str | None:
    """What a column holds, by its head and what this says where the pointer rests on it."""
    said = [each.casefold() for each in words]
    return next((name for name, head in HEADS.items() if any(map(head.search, said))), None)


def _row(line: HtmlElement, places: Mapping[str, int], split: bool) -> Row:
    cells = page.cells(line, {}, places)
    said = {name: page.text(cell) for name, cell in cells.items()}
    if "status" in cells:  # the last head, which may cover more than one cell
        after = takewhile(lambda each: each not in cells.values(), cells["status"].itersiblings("td"))
        rest = (page.text(each) for each in after)
        said["status"] = " ".join(filter(None, (said["status"], *rest)))
    branch = _branch(cells["branch"], said["branch"]) if "branch" in cells else None
    boxes = (each for each in line.iter("input") if each.get("type", "").lower() == "checkbox")
    return Row(said, split, branch, next((each.get("name") for each in boxes), None))


def _branch(cell: HtmlElement, said: str) -> str | None:
    """The branch's name, which the cell tells where the pointer rests on it; its number says nothing."""
    for each in cell.iter():
        words: str = each.get("title", "")
        if words:
            return words
    return said if BRANCH.search(said) else None


def _title(row: Row) -> tuple[str | None, str]:
    """Call number, title: where one cell holds both, the first " / " parts them. Raises LayoutChanged without words."""
    words = shown(row.said.get("title", ""))
    if not words:
        raise LayoutChanged("no title in a row")
    call_number, sign, title = words.partition(" / ")
    return (call_number, title) if row.split and sign and title else (None, words)


def loan(site: Site, row: Row) -> Loan:
    """An item on loan."""
    call_number, title = _title(row)
    due, due_text = site.due(row.said.get("due") or row.said.get("back", ""))
    status = row.said.get("status") or None
    stuck = status is not None and STUCK.search(status) is not None
    return Loan(
        id=row.said.get("barcode") or row.box or f"{title} {due or due_text}",
        title=title,
        due=due,
        due_text=due_text,
        renewable=(None if row.box else False) if stuck else (True if row.box else None),
        renewals=number_in(row.said.get("renewals")),
        why_not_renewable=status if stuck and not row.box else None,
        branch=row.branch,
        call_number=call_number,
        notes=status,
    )


def hold(site: Site, row: Row) -> Hold:
    """An item asked for."""
    title = _title(row)[1]
    back, position = row.said.get("back", ""), number_in(row.said.get("position"))
    status = " ".join(filter(None, (DATE.sub("", back).strip(), row.said.get("status"))))
    state = _state(row, status)
    kept = row.said.get("kept") or (f"{back} {status}" if UNTIL.search(status) else "")
    return Hold(
        id=row.box or row.said.get("barcode") or title,
        title=title,
        state=state,
        position=position,
        pickup=row.branch,
        pickup_by=site.maybe_day(kept) if state is HoldState.READY else None,
        expires=site.maybe_day(row.said.get("expires", "")),
        notes=status or None,
    )


def _state(row: Row, status: str) -> HoldState:
    """By the columns of what lies ready, else by the site's words; who has a place or waits for its return, waits."""
    if any(DATE.search(row.said.get(each, "")) for each in ("ready", "kept")):
        return HoldState.READY
    if status:
        return hold_state(status)
    told = {"ready", "kept"} & row.said.keys() or row.said.get("position") or DATE.search(row.said.get("back", ""))
    return HoldState.WAITING if told else HoldState.UNKNOWN
