"""Loans and holds from the rows of Koha's tables: titles, renewals, where a hold stands."""

import re
from datetime import date

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import absolute
from libraries.parts.koha import Row, number_of
from libraries.site import Site
from libraries.tables import caption, only_date, said, stamp, unlabelled
from libraries.words import hold_state, renewals_in

RENEWAL = ".//a[contains(@href, 'opac-renew')] | .//span[contains(@class, 'renewals')]"

TO_BE_PULLED = re.compile(r"to be pulled|(?:geholt|bereitgestellt) werden|d'être retiré|por retirar", re.IGNORECASE)


def loan(site: Site, row: Row, start: str) -> Loan:
    """The loan in a row; `start` is the page's base. Raises LayoutChanged for a row without its mandatory cells."""
    cells = row.cells
    title, author = _title(row)
    due, due_text = site.due(stamp(cells["due"] if "due" in cells else only_date(row.line, "due date")))
    able, used, left, why = _renewal(row)
    return Loan(
        id=said(cells.get("barcode")).rpartition(":")[2].strip() or number_of(row) or f"{title} {due or due_text}",
        title=title,
        author=author,
        due=due,
        due_text=due_text,
        renewable=able,
        renewals=used,
        renewals_left=left,
        why_not_renewable=why,
        format=said(cells.get("format")) or None,
        digital=row.table.get("id") == "divibibcheckoutst" or None,
        branch=said(cells.get("branch")) or None,
        call_number=said(cells.get("call_number")) or None,
        url=None if row.link is None else absolute(start, row.link.get("href", "")),
        notes=" ".join([page.text(each) for each in cells.get("title", row.line).iter("em", "i")]) or None,
    )


def hold(site: Site, row: Row, start: str) -> Hold:
    """The hold or recall in a row; `start` is the page's base. Raises LayoutChanged for a row without a title."""
    cells = row.cells
    title, author = _title(row)
    status = unlabelled(cells["status"]) if "status" in cells else _beside(row)
    state = _state(row.line, status)
    position = re.match(r"[1-9]\d*", said(cells.get("position")))
    last_day = site.last_day(status)
    return Hold(
        id=number_of(row) or title,
        title=title,
        author=author,
        state=state,
        position=int(position[0]) if position and state not in {HoldState.READY, HoldState.IN_TRANSIT} else None,
        pickup=said(cells.get("branch")) or page.text(page.maybe(row.line, "./td/b | ./td/strong")) or None,
        pickup_by=(last_day or _day(site, cells.get("pickup_by"))) if state is HoldState.READY else None,
        expires=_day(site, cells.get("expires")),
        suspended_until=last_day if state is HoldState.SUSPENDED else None,
        url=None if row.link is None else absolute(start, row.link.get("href", "")),
        notes=status or None if state is HoldState.UNKNOWN else None,
    )


def _day(site: Site, cell: HtmlElement | None) -> date | None:
    return site.maybe_day(stamp(cell)) if cell is not None else None


def _title(row: Row) -> tuple[str, str | None]:
    """Title and author. The title is a link, unless its record was deleted; the author may follow the link."""
    link, cells = row.link, row.cells
    cell = page.cell(cells, "title") if "title" in cells or link is None else _cell_of(link)
    author = cells["author"] if "author" in cells else page.maybe(cell, ".//span[contains(@class, 'item-details')]")
    title = page.text(link) if link is not None else page.text(cell).removesuffix(page.text(author)).strip()
    if title.endswith(("/", ":", ";", "=", ",")):
        title = title[:-1].rstrip()
    if not title:
        raise LayoutChanged("no title in a row")
    after = page.text(author) if author is not None or link is None else page.own_text(cell)
    return title, after.removeprefix("by ").strip(" ,/") or None


def _cell_of(part: HtmlElement) -> HtmlElement:
    """The cell that a part of a row is in. Raises LayoutChanged for one beside the cells."""
    cell = next(part.iterancestors("td"), None)
    if cell is None:
        raise LayoutChanged("a part of a row outside of its cells")
    return cell


def _renewal(row: Row) -> tuple[bool | None, int | None, int | None, str | None]:
    """Whether a loan can be renewed, how often it was, how often it still can be, and why not."""
    mark = None if "renew" in row.cells else page.maybe(row.line, RENEWAL)
    cell = row.cells.get("renew") if mark is None else _cell_of(mark)
    if cell is None:
        return None, None, None, None
    used, left, words = renewals_in(unlabelled(cell))
    for each in cell.iter("input", "a") if len(cell) else ():
        if each.get("type") == "checkbox" or "opac-renew" in each.get("href", "") + each.get("data-action", ""):
            return True, used, left, None
    return False, used, left, words or None


def _beside(row: Row) -> str:
    """Where a hold stands, in tables that have no column for it: those of holds waiting, and of suspended ones."""
    title = row.cells.get("title") if row.link is None else _cell_of(row.link)
    cells = (page.text(each) for each in row.line if each is not title and row.table.get("id") == "waitingt")
    return " ".join([*cells, caption(row.table)])


def _state(line: HtmlElement, status: str) -> HoldState:
    """By Koha's marks of a row, which are the same in every language, and by the words."""
    said = hold_state(status)
    if said is not HoldState.READY and TO_BE_PULLED.search(status):
        return HoldState.WAITING
    marks = line.get("class", "").split()
    if "transfered" in marks or said in {HoldState.SUSPENDED, HoldState.IN_TRANSIT}:
        return HoldState.SUSPENDED if said is HoldState.SUSPENDED else HoldState.IN_TRANSIT
    return HoldState.READY if "reserved" in marks or page.maybe(line, ".//input[@name='pickup']") is not None else said
