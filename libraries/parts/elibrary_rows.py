"""Loans and requests from the rows of an e-Library's account."""

import re

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import chosen
from libraries.parts.elibrary_cells import AVAILABLE, FIELD, NEVER, POSITION
from libraries.site import Site
from libraries.tables import Cells
from libraries.words import hold_state

ONLY_POSITION = re.compile(r"(\d{1,4})(?:\s*(?:/|of|sur|de)\s*(\d+))?")
DIGITS = re.compile(r"\d{4}")
WORDED = re.compile(r"[^\W\d_]{3}")
NUMBER = re.compile(r"\d+")
TOLD = {"title", "due", "number", "author", "renewals", "branch", "call_number"}


def loans(site: Site, rows: list[Cells]) -> list[Loan]:
    """The loans in the rows. Step by step for all of them: the same again and again runs a fifth faster."""
    said = [{name: page.text(cell) for name, cell in cells.items() if name in TOLD} for cells in rows]
    return [_loan(site, *each) for each in zip(rows, said, strict=True)]


def _loan(site: Site, cells: Cells, said: dict[str, str]) -> Loan:
    """The loan in a row. Raises LayoutChanged for a row without its mandatory cells."""
    page.cell(cells, "due")
    title = _filled(said["title"])
    due, due_text = site.due(said["due"].replace(",", " "))
    if due_text and not WORDED.search(due_text):
        raise LayoutChanged("neither a date nor words where a loan is due")
    return Loan(
        id=said.get("number") or _key_of(cells, "loans") or f"{title} {due or due_text}",
        title=title,
        author=said.get("author") or None,
        due=due,
        due_text=due_text,
        renewals=_number_in(said["renewals"]) if "renewals" in said else None,
        branch=said.get("branch") or None,
        call_number=said.get("call_number") or None,
    )


def hold(site: Site, cells: Cells) -> Hold:
    """The request in a row. Raises LayoutChanged for a row without its mandatory cells."""
    cell = page.cell(cells, "title")
    title = _filled(page.text(next(cell.iter("label"), cell)))
    words = page.text(cells["availability"] if "availability" in cells else page.cell(cells, "status"))
    ready, place = AVAILABLE.search(words), POSITION.search(words) or ONLY_POSITION.fullmatch(words)
    state = _state_of(" ".join((words, page.text(cells.get("status")))), queued=bool(place))
    expires = page.text(cells.get("expires"))
    return Hold(
        id=_key_of(cells, "holds") or title,
        title=title,
        author=page.text(cells.get("author")) or None,
        state=state,
        position=int(place[1]) if place else None,
        queue=int(place[2]) if place and place[2] else None,
        pickup=(chosen(cells.get("pickup")) or (ready[1] if ready else "")) or None,
        pickup_by=site.last_day(words) if state is HoldState.READY else None,
        expires=None if NEVER.search(expires) else site.maybe_day(expires),
        suspended_until=site.last_day(words) if state is HoldState.SUSPENDED else None,
        notes=words or None if state is HoldState.UNKNOWN else None,
    )


def _filled(title: str) -> str:
    """The title. Raises LayoutChanged where there is none."""
    if not title:
        raise LayoutChanged("no title in a row")
    return title


def _key_of(cells: Cells, what: str) -> str | None:
    """What the row's own field carries, as in HLD^TITLE^barcode^call number^^key: a hold's key, a loan's barcode."""
    if (field := cells.get("field")) is None:
        return None
    mark = field.get("name") or field.get("for") or ""
    parts = [part for part in mark.removeprefix(FIELD[what]).split("^") if DIGITS.search(part)]
    return (parts[-1] if what == "holds" else parts[0]) if parts else None


def _state_of(words: str, *, queued: bool) -> HoldState:
    """Where a hold stands. One that has a place in the queue is not ready whatever else is said."""
    known = hold_state(NUMBER.sub("", words))
    return HoldState.WAITING if queued and known in {HoldState.UNKNOWN, HoldState.READY} else known


def _number_in(words: str) -> int | None:
    """The first number in the words."""
    found = NUMBER.search(words)
    return int(found[0]) if found else None
