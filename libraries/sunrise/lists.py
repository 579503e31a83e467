"""The lists of a SunRise account, page by page: items on loan, orders from the stacks, reservations."""

import re
from collections.abc import Callable
from typing import TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.listing import Listing
from libraries.site import Site
from libraries.sunrise.card import counted, shown, tabs
from libraries.sunrise.rows import DATES, Row, item, next_page, picture, rows_of, says_none
from libraries.words import UNTIL, hold_state

Found = TypeVar("Found", Loan, Hold)

BETWEEN = re.compile(r"\s*[-\u2013]\s*(?=\d{1,2}[./]\d)")
STEMS = ("verläng", "renew", "prolong")
RENEWED = re.compile(
    r"(\d+) ?(?:mal|times?|fois) (?:verläng|renew|prolong)|(?:verlängerungen|renewals|renewed|prolongé)\D{0,12}(\d+)"
)
RENEW = re.compile(r"renewalPossible|methodToCall=renewal\b")
NO = {"nicht", "kein", "keine", "not", "cannot", "no", "pas"}
CAN = ("verlängerung ist möglich", "renewal is possible", "can be renewed", "est possible")
PLACE = re.compile(r"(?:platz|position|rang|place|stelle)\D{0,4}(\d+)(?:\s*(?:von|of|sur|/)\s*(\d+))?", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")


def loans(site: Site, tree: HtmlElement) -> Listing[Loan]:
    """One page of the items on loan."""
    return _listing(tree, "loans", {"loans"}, lambda row: _loan(site, row))


def holds(site: Site, tree: HtmlElement) -> Listing[Hold]:
    """One page of the orders from the stacks, or of the reservations."""
    return _listing(tree, "holds", {"ordered", "requested"}, lambda row: _hold(site, row))


def _listing(tree: HtmlElement, what: str, names: set[str], read: Callable[[Row], Found]) -> Listing[Found]:
    name = shown(tree) or (what if what in names else None)
    if name not in {*names, None}:
        raise LayoutChanged(f"the page is not that of the {what}")
    rows = rows_of(tree, what)
    stated = counted(tabs(tree), name)
    if not rows and not says_none(tree):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return Listing(tuple(read(row) for row in rows), stated, next_page(tree, rows)).checked(what)


def _loan(site: Site, row: Row) -> Loan:
    about = item(row)
    lines = _lines(row)
    place = next((at for at, line in enumerate(lines) if DATES.search(line)), 0)
    due, due_text = site.due(BETWEEN.split(lines[place])[-1] if lines else "")
    renewed = {line: times for line in (about.words, *lines) if (times := _renewed(line)) is not None}
    beside = [line for line in lines[place + 1 :] if line not in renewed and line not in about.words]
    renewable = _renewable(row, about.words)
    return Loan(
        id=about.code or f"{about.title} {due or due_text}",
        title=about.title,
        author=about.author,
        due=due,
        due_text=due_text,
        renewable=renewable,
        renewals=next(iter(renewed.values()), None),
        why_not_renewable=about.words or None if renewable is False else None,
        format=picture(row),
        branch=next(iter(beside), None),
        call_number=about.call_number,
        notes=about.words or None if renewable is None else None,
    )


def _lines(row: Row) -> list[str]:
    """The lines of the state cell, without those that are only there to be clicked on."""
    if row.state is None:
        return []
    lines = page.lines(row.state)
    links = {page.text(each) for each in row.parts.get("a", ())}
    return [line for line in lines if line not in links] if links else lines


def _renewable(row: Row, words: str) -> bool | None:
    """By the link or box, else by the library's words; None where there is neither."""
    if any(map(_renews, (*row.parts.get("a", ()), *row.parts.get("input", ())))):
        return True
    red = any("textrot" in each.get("class", "") and page.text(each) for each in row.parts.get("span", ()))
    said = words.casefold()
    if red or (said and any(map(_refuses, said.split(".")))):
        return False
    return True if said and any(phrase in said for phrase in CAN) else None


def _refuses(sentence: str) -> bool:
    return not NO.isdisjoint(sentence.split()) and any(stem in sentence for stem in (*STEMS, "möglich", "possible"))


def _renewed(line: str) -> int | None:
    """How often an item was renewed, if the line says so."""
    words = line.casefold()
    if "verläng" not in words and "renew" not in words and "prolong" not in words:
        return None
    found = RENEWED.search(words)
    return int(found[1] or found[2]) if found else None


def _renews(part: HtmlElement) -> bool:
    """Whether this part of a row is the link, or the open box, by which the item is renewed."""
    if part.tag == "input":
        named = "selectedMedia" in part.get("name", "")
        return named and part.get("type") == "checkbox" and part.get("disabled") is None
    return part.tag == "a" and RENEW.search(part.get("href", "")) is not None


def _hold(site: Site, row: Row) -> Hold:
    about = item(row)
    lines = _lines(row)
    pickup = _pickup([line for line in lines if LETTER.search(DATES.sub("", line))])
    status = " ".join([*(line for line in lines if line != pickup and LETTER.search(line)), about.words]).strip()
    state, place = _state(status), PLACE.search(status)
    until = next((site.maybe_day(line) for line in lines if UNTIL.search(line) and DATES.search(line)), None)
    return Hold(
        id=about.code or about.title,
        title=about.title,
        author=about.author,
        state=state,
        position=int(place[1]) if place else None,
        queue=int(place[2]) if place and place[2] else None,
        pickup=pickup,
        pickup_by=until if state is HoldState.READY else None,
        expires=None if state is HoldState.READY else until,
        format=picture(row),
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
