"""Loans and holds from the rows of Koha's tables: titles, renewals, where a hold stands."""

import re
from datetime import date

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import address
from libraries.parts.koha import number_of
from libraries.site import Site
from libraries.tables import Cells, caption, only_date, said, stamp, unlabelled
from libraries.words import hold_state, renewals_in

RENEWAL = ".//a[contains(@href, 'opac-renew')] | .//span[contains(@class, 'renewals')]"

TO_BE_PULLED = re.compile(r"to be pulled|(?:geholt|bereitgestellt) werden|d'être retiré|por retirar", re.IGNORECASE)


def loan(site: Site, line: HtmlElement, row: Cells) -> Loan:
    """The loan in a row. Raises LayoutChanged for a row without its mandatory cells."""
    title, author = _title(line, row)
    due, due_text = site.due(stamp(row["due"] if "due" in row else only_date(line, "due date")))
    able, used, left, why = _renewal(line, row)
    return Loan(
        id=said(row.get("barcode")).rpartition(":")[2].strip() or number_of(row) or f"{title} {due or due_text}",
        title=title,
        author=author,
        due=due,
        due_text=due_text,
        renewable=able,
        renewals=used,
        renewals_left=left,
        why_not_renewable=why,
        format=said(row.get("format")) or None,
        digital=next(line.iterancestors("table")).get("id") == "divibibcheckoutst" or None,
        branch=said(row.get("branch")) or None,
        call_number=said(row.get("call_number")) or None,
        url=address(row["link"], row["link"].get("href", "")) if "link" in row else None,
        notes=" ".join(page.text(each) for each in row.get("title", line).iter("em", "i")) or None,
    )


def hold(site: Site, line: HtmlElement, row: Cells) -> Hold:
    """The hold or recall in a row. Raises LayoutChanged for a row without a title."""
    title, author = _title(line, row)
    status = unlabelled(row["status"]) if "status" in row else _beside(line, row)
    state = _state(line, status)
    position = re.match(r"[1-9]\d*", said(row.get("position")))
    last_day = site.last_day(status)
    return Hold(
        id=number_of(row) or title,
        title=title,
        author=author,
        state=state,
        position=int(position[0]) if position and state not in {HoldState.READY, HoldState.IN_TRANSIT} else None,
        pickup=said(row.get("branch")) or page.text(page.maybe(line, "./td/b | ./td/strong")) or None,
        pickup_by=(last_day or _day(site, row.get("pickup_by"))) if state is HoldState.READY else None,
        expires=_day(site, row.get("expires")),
        suspended_until=last_day if state is HoldState.SUSPENDED else None,
        url=address(row["link"], row["link"].get("href", "")) if "link" in row else None,
        notes=status or None if state is HoldState.UNKNOWN else None,
    )


def _day(site: Site, cell: HtmlElement | None) -> date | None:
    return site.maybe_day(stamp(cell)) if cell is not None else None


def _title(line: HtmlElement, row: Cells) -> tuple[str, str | None]:
    """Title and author. The title is a link, unless its record was deleted; the author may follow the link."""
    link = row.get("link")
    cell = page.cell(row, "title") if "title" in row or link is None else _cell_of(link)
    author = row["author"] if "author" in row else page.maybe(cell, ".//span[contains(@class, 'item-details')]")
    whole = page.text(link) if link is not None else page.text(cell).removesuffix(page.text(author))
    title = re.sub(r"\s*[/:;=,]$", "", whole.strip())
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


def _renewal(line: HtmlElement, row: Cells) -> tuple[bool | None, int | None, int | None, str | None]:
    """Whether a loan can be renewed, how often it was, how often it still can be, and why not."""
    mark = None if "renew" in row else page.maybe(line, RENEWAL)
    cell = row.get("renew") if mark is None else _cell_of(mark)
    if cell is None:
        return None, None, None, None
    used, left, words = renewals_in(unlabelled(cell))
    if any(
        each.get("type") == "checkbox" or "opac-renew" in each.get("href", "") + each.get("data-action", "")
        for each in cell.iter("input", "a")
    ):
        return True, used, left, None
    return False, used, left, words or None


def _beside(line: HtmlElement, row: Cells) -> str:
    """Where a hold stands, in tables that have no column for it: those of holds waiting, and of suspended ones."""
    table = next(line.iterancestors("table"))
    title = _cell_of(row["link"]) if "link" in row else row.get("title")
    cells = (page.text(each) for each in line if each is not title and table.get("id") == "waitingt")
    return " ".join([*cells, caption(table)])


def _state(line: HtmlElement, status: str) -> HoldState:
    """By Koha's marks of a row, which are the same in every language, and by the words."""
    said = hold_state(status)
    if said is not HoldState.READY and TO_BE_PULLED.search(status):
        return HoldState.WAITING
    marks = line.get("class", "").split()
    if "transfered" in marks or said in {HoldState.SUSPENDED, HoldState.IN_TRANSIT}:
        return HoldState.SUSPENDED if said is HoldState.SUSPENDED else HoldState.IN_TRANSIT
    return HoldState.READY if "reserved" in marks or page.maybe(line, ".//input[@name='pickup']") is not None else said
