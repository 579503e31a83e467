"""Loans, requests and fines from the rows of Enterprise's lists."""

import re
from datetime import date

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Fee, Hold, HoldState, Loan
from libraries.forms import chosen
from libraries.parts.enterprise_item import item_of
from libraries.site import Site
from libraries.tables import Cells
from libraries.words import hold_state

PICK_UP = re.compile(r"pick ?up", re.IGNORECASE)
RATIO = re.compile(r"(\d+)(?:\s*(?:/|of|sur|de)\s*(\d+))?")
UNTIL = re.compile(r"\b(?:until|to|through|jusqu'au|hasta|bis)\b|\s[-–]\s", re.IGNORECASE)


def loan(site: Site, line: HtmlElement, cells: Cells) -> Loan:
    """The loan in a row. Raises LayoutChanged for a row without its mandatory cells."""
    item = item_of(page.cell(cells, "title"))
    due, due_text = site.due(page.text(page.cell(cells, "due")))
    times, left = _renewals(cells)
    return Loan(
        id=item.number or f"{item.title} {due or due_text}",
        title=item.title,
        author=item.author,
        due=due,
        due_text=due_text,
        renewable=_renewable(line, item.error),
        renewals=times,
        renewals_left=left,
        why_not_renewable=item.error or None,
        call_number=item.call_number,
        url=item.url,
        notes=item.renewed or None,
    )


def hold(site: Site, line: HtmlElement, cells: Cells) -> Hold:
    """The request in a row. Raises LayoutChanged for a row without its mandatory cells."""
    item = item_of(page.cell(cells, "title"))
    status = page.text(page.cell(cells, "status"))
    state = _state(line, status)
    rank = RATIO.search(page.text(cells.get("rank"))) if state is not HoldState.READY else None
    return Hold(
        id=item.number or item.title,
        title=item.title,
        author=item.author,
        state=state,
        position=int(rank[1]) if rank else None,
        queue=int(rank[2]) if rank and rank[2] else None,
        pickup=chosen(cells.get("pickup")),
        pickup_by=site.maybe_day(status) if state is HoldState.READY else None,
        expires=site.maybe_day(page.text(cells.get("expires"))),
        suspended_until=_resumes(site, status) if state is HoldState.SUSPENDED else None,
        url=item.url,
        notes=status if state is HoldState.UNKNOWN else None,
    )


def _resumes(site: Site, status: str) -> date | None:
    """The end of a suspension: "Suspended until 6/1/15", "Suspended 5/1/15 - 6/1/15"."""
    _, *after = UNTIL.split(status)
    return site.maybe_day(after[-1]) if after else None


def fee(site: Site, cells: Cells) -> Fee:
    """The fine in a row. Raises LayoutChanged for a row without an amount."""
    owed = cells["owed"] if "owed" in cells else page.cell(cells, "amount")
    said = (page.text(cells.get("reason")), page.text(cells.get("title")))
    return Fee(
        amount=site.money(page.text(owed), "fine's amount"),
        reason=": ".join(filter(None, said)) or None,
        currency=site.currency,
        date=site.maybe_day(page.text(cells.get("date"))),
    )


def _renewals(cells: Cells) -> tuple[int | None, int | None]:
    """How often renewed and how often it still may be: "1", "1 of 3", or what the header says that it counts."""
    cell = cells.get("renewals", cells.get("left"))
    found = RATIO.search(page.text(cell))
    if found is None:
        return None, None
    number = int(found[1])
    if cell is cells.get("left"):
        return None, number
    return number, int(found[2]) - number if found[2] else None


def _renewable(line: HtmlElement, why_not: str) -> bool | None:
    """Whether the row can be ticked for renewal."""
    for each in line.iter("input"):
        if each.get("type") == "checkbox":
            return each.get("disabled") is None and "disabled" not in each.get("class", "")
    return False if why_not else None


def _state(line: HtmlElement, status: str) -> HoldState:
    """Where a hold stands: by the words of its status, else by the marks that only ready ones have."""
    if PICK_UP.match(status):
        return HoldState.READY
    state = hold_state(status)
    if state is not HoldState.UNKNOWN:
        return state
    marks = (each.get("src", "") + each.get("class", "") for each in line.iter("input", "img"))
    return HoldState.READY if any("green!" in each or "readyHolds" in each for each in marks) else HoldState.UNKNOWN
