"""Loans and requests from the rows of WebPAC's lists, and what their words tell."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import chosen, link
from libraries.site import Site
from libraries.tables import Cells
from libraries.words import hold_state

LAST_STOP = re.compile(r"(?<=\w{3})\.$")  # not that of an initial
NOW_DUE = re.compile(r"now due\s+(.*)", re.IGNORECASE)
RENEWED = re.compile(r"(?:renewed|renouvelé|renovado)\D{0,5}(\d+)\s*(?:times?|fois|ve(?:z|ces))", re.IGNORECASE)
DUE_WORDS = re.compile(r"^\D{1,25}\d+[-/.]\d+[-/.]\d+(?:\s+\d+:\d+\s*(?:[AP]M)?)?", re.IGNORECASE)
PLACE_IN_QUEUE = re.compile(r"(\d+)\s+(?:of|de|sur)\s+(\d+)")
LOOKED_FOR = re.compile(r"check shel|trace|on order|process|^due\b", re.IGNORECASE)


def loan(site: Site, row: Cells, base: str) -> Loan:
    """The loan in a row; its link starts at `base`. Raises LayoutChanged for a row without its mandatory cells."""
    title, author, url = _titled(row, base)
    status = page.text(page.cell(row, "status"))
    words, times, notes = _told(status)
    due, due_text = site.due(words)
    barcode = page.text(row.get("barcode")).replace(" ", "")
    return Loan(
        id=barcode or _record(row) or f"{title} {due or due_text}",
        title=title,
        author=author,
        due=due,
        due_text=due_text,
        renewable=_ticks(row["mark"]) if "mark" in row else None,
        renewals=times,
        call_number=page.text(row.get("call_number")) or None,
        url=url,
        notes=notes if due else None,
    )


def hold(site: Site, row: Cells, base: str) -> Hold:
    """The request in a row; its link starts at `base`. Raises LayoutChanged for a row without its mandatory cells."""
    title, author, url = _titled(row, base)
    status = page.text(page.cell(row, "status"))
    state = _state(row, status)
    queue = PLACE_IN_QUEUE.search(status)
    return Hold(
        id=_record(row) or title,
        title=title,
        author=author,
        state=state,
        position=int(queue[1]) if queue else None,
        queue=int(queue[2]) if queue else None,
        pickup=chosen(row.get("pickup")),
        pickup_by=site.maybe_day(status) if state is HoldState.READY else None,
        expires=site.maybe_day(page.text(row.get("lapses"))),
        url=url,
        notes=status if state in {HoldState.UNKNOWN, HoldState.WAITING} and not queue else None,
    )


def _titled(row: Cells, base: str) -> tuple[str, str | None, str | None]:
    """Title, author and link; the catalogue writes "Title / author", and the volume belongs to the title."""
    cell = page.cell(row, "title")
    main = anchor = words = None
    volume = ""
    for each in cell.iterdescendants():
        if each.tag == "a" and anchor is None and (said := page.text(each)):
            anchor, words = each, said
        elif (given := each.get("class")) == "patFuncTitleMain":
            main = each
        elif given == "patFuncVol":
            volume = page.text(each)
    words = page.text(cell if main is None else main) if main is not None or words is None else words
    if volume:
        words = words.removesuffix(volume).strip()
    title, _, author = words.partition(" / ")
    title = title.removesuffix(" /")
    if not title:
        raise LayoutChanged("no title in a row")
    author = LAST_STOP.sub("", author) if author.endswith(".") else author
    return f"{title} {volume}" if volume else title, author or None, link(anchor, base)


@lru_cache(maxsize=512)
def _told(status: str) -> tuple[str, int, str | None]:
    """The words with the due date in them, how often it was renewed, and what else is said. Most recur from row to row.

    Where the site does not say that it was renewed, it never was.
    """
    renewed = NOW_DUE.search(status)
    dated = DUE_WORDS.match(status)
    rest = status[dated.end() :] if dated else status
    times = RENEWED.search(rest)
    if times:
        rest = rest[: times.start()] + rest[times.end() :]
    return renewed[1] if renewed else status, int(times[1]) if times else 0, rest.strip() or None


def _ticks(cell: HtmlElement) -> bool:
    return len(cell) > 0 and "checkbox" in [each.get("type", "").lower() for each in cell.iter("input")]


def _record(row: Cells) -> str | None:
    """The record number that the row's own fields carry (i… an item, b… a title)."""
    fields = [each for cell in row.values() for each in page.every(cell, ".//*[@name or @href]")]
    carried = " ".join(each.get(name, "") for each in fields for name in ("value", "name", "href"))
    found = re.findall(r"(?<![a-z])(?:cancel|freeze|loc)?([ib]\d{6,})", carried)
    return max(found, key=lambda number: number[0] == "i", default=None)


def _state(row: Cells, status: str) -> HoldState:
    state = hold_state(status)
    if state is not HoldState.SUSPENDED and (PLACE_IN_QUEUE.search(status) or LOOKED_FOR.search(status)):
        state = HoldState.WAITING
    return HoldState.SUSPENDED if _frozen(row) and state is not HoldState.READY else state


def _frozen(row: Cells) -> bool:
    line = next(row["title"].iterancestors("tr"))
    freeze = row["freeze"].iter("input") if "freeze" in row else ()
    return "on_ice" in line.get("class", "").split() or any(each.get("checked") is not None for each in freeze)
