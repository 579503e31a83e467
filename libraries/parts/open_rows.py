"""The loans, holds and fees in the grids of OCLC OPEN's account page."""

import re
from dataclasses import replace
from decimal import Decimal

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Fee, Hold, HoldState, Loan
from libraries.charges import ISO
from libraries.errors import LayoutChanged
from libraries.forms import link
from libraries.listing import Fees, Listing, apart
from libraries.numbers import number_in
from libraries.parts.open import Row, Tabs
from libraries.site import Site
from libraries.words import hold_state

MONEY = re.compile(r"(?:[A-Z]{3}\s*)?[-\u2212]?\d[\d.,]*[.,]\d\d\s*(?:€|[A-Z]{3})?")
CREDIT = re.compile(r"guthaben|gutschrift|einzahlung|credit|deposit|payment", re.IGNORECASE)
TO_PICK_UP = re.compile(r"bereit|abhol|pick|ready", re.IGNORECASE)


def loans(site: Site, tabs: Tabs) -> Listing[Loan]:
    """The library's own items, those from other libraries, and e-media."""
    own, stated = tabs.rows("grdViewLoans", "loans"), tabs.flag("Loans")
    if own is None and stated != 0:
        raise LayoutChanged("no table of the loans")
    if not tabs.whole("grdViewLoans", stated):
        raise LayoutChanged("loans on several pages, without a count of them")
    remote, lent = tabs.rows("grdViewRemoteLoans", "loans") or [], tabs.rows("ekzloans", "loans") or []
    start = tabs.base
    here = [_loan(site, start, row) for row in [*(own or []), *remote]]
    found = apart([*here, *(_loan(site, start, row, digital=True) for row in lent)])
    unread = (tabs.flag("Ekz") or 0) - len(lent) - len(tabs.rows("ekzreservations", "holds") or [])
    total = None if stated is None else stated + len(remote) + len(lent) + max(unread, 0)
    return Listing(found, total).checked("loans")


def _loan(site: Site, start: str, row: Row, *, digital: bool = False) -> Loan:
    due, due_text = site.due(row.said("due"))
    parts = list(row.node.iter("input", "div"))
    renewable, why = _extension(parts)
    title = row.title
    return Loan(
        id=_copy(parts) or row.record or f"{title} {due or due_text}",
        title=title,
        author=row.said("author") or None,
        due=due,
        due_text=due_text,
        renewable=renewable,
        renewals=number_in(row.said("renewals")),
        why_not_renewable=why,
        format="Onleihe" if digital else row.said("format") or None,
        digital=digital or None,
        branch=row.said("branch") or None,
        url=link(row.linked, start),
    )


def _copy(parts: list[HtmlElement]) -> str | None:
    """The number of the copy, by which it is renewed."""
    fields = (each for each in parts if each.tag == "input" and "CopyId" in each.get("name", ""))
    return next((value for each in fields if (value := each.get("value"))), None)


def _extension(parts: list[HtmlElement]) -> tuple[bool | None, str | None]:
    """Whether the item can be renewed, and why not. Both words are there, and a script shows the one that holds."""
    blocks = {given: each for each in parts if "xtendable" in (given := each.get("class", "")) and each.tag == "div"}
    shown = {name for name, each in blocks.items() if "display:none" not in each.get("style", "").replace(" ", "")}
    can, cannot = "extendable" in shown, "unExtendable" in shown
    if can or not cannot:
        return (None if can == cannot else True), None
    why = (each for each in blocks["unExtendable"].iter("span") if "ImageNotExtendable" in each.get("class", ""))
    return False, next((words for each in why if (words := page.text(each))), None)


def holds(site: Site, tabs: Tabs) -> Listing[Hold]:
    """Reservations that wait, those ready to be picked up, and those of e-media."""
    waiting, ready = (tabs.rows(each, "holds") for each in ("grdViewReservations", "grdViewReadyForPickups"))
    stated = tabs.flag("Reservations")
    if stated is None and (waiting is None or ready is None):
        raise LayoutChanged("no table of the reservations")
    if not all(tabs.whole(each, stated) for each in ("grdViewReservations", "grdViewReadyForPickups")):
        raise LayoutChanged("reservations on several pages, without a count of them")
    remote = tabs.rows("grdViewRemoteReadyForPickups", "holds") or []
    digital = tabs.rows("ekzreservations", "holds") or []
    start = tabs.base
    asked = [_hold(site, start, row, _waits(row)) for row in waiting or []]
    there = [_hold(site, start, row, HoldState.READY) for row in [*(ready or []), *remote]]
    late = [_hold(site, start, row, HoldState.WAITING, digital=True) for row in digital]
    total = None if stated is None else stated + len(remote) + len(digital)
    return Listing(apart([*asked, *there, *late]), total).checked("holds")


def _waits(row: Row) -> HoldState:
    """How a reservation among those that wait stands: its status may know that it waits no longer."""
    told = hold_state(row.said("status"))
    if told is HoldState.READY and not TO_PICK_UP.search(row.said("status")):
        return HoldState.WAITING
    return HoldState.WAITING if told is HoldState.UNKNOWN else told


def _hold(site: Site, start: str, row: Row, state: HoldState, *, digital: bool = False) -> Hold:
    until = site.maybe_day(row.said("due"))
    return Hold(
        id=row.record or row.title,
        title=row.title,
        state=state,
        author=row.said("author") or None,
        position=number_in(row.said("position")),
        pickup=row.said("branch") or None,
        pickup_by=until if state is HoldState.READY else None,
        expires=None if state is HoldState.READY else until,
        format="Onleihe" if digital else row.said("format") or None,
        url=link(row.linked, start),
        notes=row.said("status") or None,
    )


def tells_fees(tabs: Tabs) -> bool:
    """Whether this library shows its patrons a tab with their fees."""
    return any(each in tabs for each in ("Fees", "Fees_l", "grdViewFees", "lblTotalSaldoData", "lblFeeTotalData"))


def fees(site: Site, tabs: Tabs) -> Fees:
    """The open fees. The balance is the patron's: a debt is negative. Raises LayoutChanged if they miss the sum."""
    signed = [_fee(site, row) for row in tabs.rows("grdViewFees", "fees") or []]
    balance = site.maybe_money(tabs.datum("lblTotalSaldoData"))
    owed = site.maybe_money(tabs.datum("lblFeeTotalData"))
    stated = balance if owed is None else owed
    ledger = owed is None and sum(each.amount for each in signed) == balance
    if stated is None or not (ledger or abs(stated) == sum(abs(each.amount) for each in signed)):
        raise LayoutChanged("the fees do not add up to their sum")
    # In a ledger what was paid stands beside what is owed.
    debts = [each for each in signed if not (ledger and each.amount > 0 and CREDIT.search(each.reason or ""))]
    total = max(-balance, Decimal(0)) if balance is not None else abs(stated)
    return Fees(tuple(replace(each, amount=abs(each.amount)) for each in debts), total=total)


def _fee(site: Site, row: Row) -> Fee:
    """A row of the fees, with the sign that it has."""
    amounts = [each for each in row.texts if MONEY.fullmatch(each)]
    named = (words for words in map(row.said, ("open", "amount")) if site.maybe_money(words) is not None)
    amount = next(named, "") or next(reversed(amounts), "")
    other = [words for words in row.texts if words not in {amount, row.said("date"), *amounts}]
    iso = ISO.search(amount)
    return Fee(
        amount=site.money(amount, "fee's amount"),
        reason=": ".join(each for each in other if re.search(r"[^\W\d_]", each)) or None,
        currency=iso[0] if iso else site.currency,
        date=site.maybe_day(row.said("date")),
    )
