"""The lists of a SunRise account, page by page: items on loan, orders from the stacks, reservations."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.listing import Listing
from libraries.site import Site
from libraries.sunrise.card import counted, shown, tabs
from libraries.sunrise.ends import next_page, says_none
from libraries.sunrise.item import item
from libraries.sunrise.row import Row
from libraries.sunrise.rows import DATES, rows_of
from libraries.sunrise.sheet import sheet
from libraries.words import UNTIL, hold_state

Found = TypeVar("Found", Loan, Hold)
Due = tuple[date | datetime | None, str | None]

BETWEEN = re.compile(r"\s*[-\u2013]\s*(?=\d{1,2}[./]\d)")
STEMS = ("verläng", "renew", "prolong")
RENEWED = re.compile(
    r"(\d+) ?(?:mal|times?|fois) (?:verläng|renew|prolong)|(?:verlängerungen|renewals|renewed|prolongé)\D{0,12}(\d+)"
)
NO = {"nicht", "kein", "keine", "not", "cannot", "no", "pas"}
CAN = ("verlängerung ist möglich", "renewal is possible", "can be renewed", "est possible")
PLACE = re.compile(r"(?:platz|position|rang|place|stelle)\D{0,4}(\d+)(?:\s*(?:von|of|sur|/)\s*(\d+))?", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")


def loans(site: Site, tree: HtmlElement) -> Listing[Loan]:
    """One page of the items on loan."""
    due_in = lru_cache(site.due)  # most of what a patron has is due on one of a few days
    return _listing(tree, "loans", {"loans"}, partial(_loan, due_in))


def holds(site: Site, tree: HtmlElement) -> Listing[Hold]:
    """One page of the orders from the stacks, or of the reservations."""
    return _listing(tree, "holds", {"ordered", "requested"}, partial(_hold, site))


def _listing(tree: HtmlElement, what: str, names: set[str], read: Callable[[Row], Found]) -> Listing[Found]:
    about = sheet(tree)
    name = shown(about) or (what if what in names else None)
    if name not in {*names, None}:
        raise LayoutChanged(f"the page is not that of the {what}")
    rows = rows_of(about, what)
    stated = counted(tabs(about), name)
    if not rows and not says_none(tree):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return Listing(tuple([read(row) for row in rows]), stated, next_page(about, rows)).checked(what)


def _loan(due_in: Callable[[str], Due], row: Row) -> Loan:
    title, author, code, call_number, words = item(row)
    told = _told(row.state, row.links, words)
    due, due_text = due_in(told.due)
    renewable = told.renewable if row.renewable is None else row.renewable
    return Loan(
        id=code or f"{title} {due or due_text}",
        title=title,
        author=author,
        due=due,
        due_text=due_text,
        renewable=renewable,
        renewals=told.renewals,
        why_not_renewable=words or None if renewable is False else None,
        format=row.icon,
        branch=told.branch,
        call_number=call_number,
        notes=words or None if renewable is None else None,
    )


class Told(NamedTuple):
    """What the state cell of a loan and the library's words on it say: the words with the due day, among others."""

    due: str
    branch: str | None
    renewals: int | None
    renewable: bool | None


@lru_cache(maxsize=1024)
def _told(state: str, links: tuple[str, ...], words: str) -> Told:
    """Read once for all items that are due on the same day at the same branch, and of which the same is said."""
    lines = _lines(state, links)
    place = next((at for at, line in enumerate(lines) if DATES.search(line)), 0)
    renewed = {line: times for line in (words, *lines) if (times := _renewed(line)) is not None}
    beside = (line for line in lines[place + 1 :] if line not in renewed and line not in words)
    due = BETWEEN.split(lines[place])[-1] if lines else ""
    return Told(due, next(beside, None), next(iter(renewed.values()), None), _renewable(words.casefold()))


def _lines(state: str, links: tuple[str, ...]) -> list[str]:
    """The lines of the state cell, without those that are only there to be clicked on."""
    clicked = {*map(page.fold, links)}
    return [line for line in page.cut(state) if line not in clicked]


def _renewable(said: str) -> bool | None:
    """Whether an item can be renewed by the library's words; None where they do not say."""
    if any(map(_refuses, said.split("."))):
        return False
    return True if any(phrase in said for phrase in CAN) else None


def _refuses(sentence: str) -> bool:
    return not NO.isdisjoint(sentence.split()) and any(stem in sentence for stem in (*STEMS, "möglich", "possible"))


def _renewed(line: str) -> int | None:
    """How often an item was renewed, if the line says so."""
    words = line.casefold()
    if "verläng" not in words and "renew" not in words and "prolong" not in words:
        return None
    found = RENEWED.search(words)
    return int(found[1] or found[2]) if found else None


def _hold(site: Site, row: Row) -> Hold:
    title, author, code, _, words = item(row)
    lines = _lines(row.state, row.links)
    pickup = _pickup([line for line in lines if LETTER.search(DATES.sub("", line))])
    status = " ".join([*(line for line in lines if line != pickup and LETTER.search(line)), words]).strip()
    state, place = _state(status), PLACE.search(status)
    until = next((site.maybe_day(line) for line in lines if UNTIL.search(line) and DATES.search(line)), None)
    return Hold(
        id=code or title,
        title=title,
        author=author,
        state=state,
        position=int(place[1]) if place else None,
        queue=int(place[2]) if place and place[2] else None,
        pickup=pickup,
        pickup_by=until if state is HoldState.READY else None,
        expires=None if state is HoldState.READY else until,
        format=row.icon,
        notes=status or None,
    )


def _pickup(worded: list[str]) -> str | None:
    """The branch: the last line, unless it holds a date, or is the only one and says how the hold stands."""
    if not worded or DATES.search(worded[-1]):
        return None
    return worded[-1] if len(worded) > 1 or _state(worded[-1]) is HoldState.UNKNOWN else None


def _state(status: str) -> HoldState:
    """By the words. Both lists are of items asked for: without a word, one is waited for."""
    return HoldState.WAITING if not status or PLACE.search(status) else hold_state(status)
