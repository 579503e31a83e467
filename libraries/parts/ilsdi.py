"""The parts of an ILS-DI answer: fields whose names differ with the dialect, lists, and what their rows tell."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

from lxml import etree

from libraries import page
from libraries.account import Fee, Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.fields import sure, yes
from libraries.site import Site
from libraries.words import NOTHING, hold_state

Element = etree._Element
Told = Mapping[str, str]

LISTS = {"loans": "loan", "holds": "hold", "fines": "fine"}
BESIDES = {"attributes", "extendedattributes", "messages", "guarantor", "guarantors", "guarantees", "contact"}
BESIDES |= {"addresses", "address"}
OF_ITEMS = {"title", "datedue", "duedate", "itemnumber", "itemid", "barcode"}
FIELDS_OF_ITEM = 3
FOUND = {"W": HoldState.READY, "T": HoldState.IN_TRANSIT, "P": HoldState.WAITING}
CENT = Decimal("0.01")
NO_DAY = "0000-00-00"  # older databases leave a date that there is none of so


def fields(element: Element) -> dict[str, str]:
    """The texts below `element` by tag, in small letters without underscores, so that all dialects look alike."""
    texts = {_name(each): page.fold(unescape(each.text or "")) for each in element if not len(each)}
    return {name: text for name, text in texts.items() if text and not text.startswith(NO_DAY)}


def _name(element: Any) -> str:
    return str(etree.QName(element).localname).replace("_", "").lower()


def _know_all(tree: Element) -> None:
    """Raises LayoutChanged for what looks like a list of items but is not known: it may be one that was renamed."""
    unknown = {name for each in tree if (name := _name(each)) not in {*LISTS, *BESIDES} and _is_list(each)}
    if unknown:
        raise LayoutChanged(f"lists that are not known: {', '.join(sorted(unknown))}")


def _is_list(element: Element) -> bool:
    items = any(_name(each) in OF_ITEMS for each in element.iterdescendants("{*}*"))
    return items or any(len(each) >= FIELDS_OF_ITEM for each in element)


def rows(tree: Element, what: str) -> list[Element]:
    """The rows of a list. We ask for all lists, and a document of XML is whole, so one that is left out is empty.

    Koha alone leaves out all of them; elsewhere that would mean that the service did not understand us.
    """
    _know_all(tree)
    found = [each for each in tree if _name(each) == what]
    understood = any(_name(each) in LISTS for each in tree) or "borrowernumber" in fields(tree)
    if not found and not understood:
        raise LayoutChanged(f"no list of {what}")
    inside = [row for each in found for row in each]
    said = "".join(page.fold(each.text or "") for each in found)
    if len(found) > 1 or any(_name(row) != LISTS[what] for row in inside) or (said and not NOTHING.search(said)):
        raise LayoutChanged(f"the list of {what} is not one that is known")
    return inside


def loan(site: Site, row: Element) -> Loan:
    """An item on loan."""
    told = fields(row)
    title = sure(told, "title")
    lost = "lost" if told.get("itemlost", "0") != "0" else None
    due, due_text = _due(site, told, lost)
    renewals = _first(told, "renewalscount", "renewals") or ""  # newer Koha: those of this loan, and of the item ever
    return Loan(
        id=_first(told, "itemid", "itemnumber", "barcode") or f"{title} {due or due_text}",
        title=title,
        author=told.get("author"),
        due=due,
        due_text=due_text,
        renewals=int(renewals) if renewals.isdecimal() else None,
        format=_first(told, "itemtypedescription", "itemtype", "itype"),
        branch=_first(told, "locationlabel", "branchname", "branchcode", "holdingbranch"),
        call_number=_first(told, "itemcallnumber", "callnumber"),
        notes=lost,
    )


def _due(site: Site, told: Told, lost: str | None) -> tuple[date | datetime | None, str | None]:
    said = _first(told, "datedue", "duedate", "returndate") or lost
    if said is None:
        raise LayoutChanged("no due date in a loan")
    return site.due(said)


def hold(site: Site, row: Element) -> Hold:
    """An item asked for; without any title, its number stands for it."""
    told = _of_hold(row)
    record = _first(told, "bibid", "biblionumber", "itemid", "itemnumber", "barcode")
    title = told.get("title") or record
    if not title:
        raise LayoutChanged("no title in a hold")
    state, words = _state(told)
    position = _first(told, "priority", "position") or ""
    expires = _day(site, told, "expirationdate")
    return Hold(
        id=record or title,
        title=title,
        author=told.get("author"),
        state=state,
        position=int(position) if state is HoldState.WAITING and position.isdecimal() and int(position) else None,
        pickup=_first(told, "locationlabel", "branchname", "pickuplocation", "branchcode"),
        pickup_by=expires or site.last_day(words) if state is HoldState.READY else None,
        expires=expires,
        suspended_until=_day(site, told, "suspenduntil") if state is HoldState.SUSPENDED else None,
        notes=words if state is HoldState.UNKNOWN and words else None,
    )


def _of_hold(row: Element) -> Told:
    """The hold's fields; title and author may stand in the item's that is within it."""
    item = next((fields(each) for each in row if _name(each) == "item"), {})
    return {name: item[name] for name in ("title", "author") if name in item} | fields(row)


def _state(told: Told) -> tuple[HoldState, str]:
    """By Koha's code, Nanook's mark or BiblixNet's words, which are told too; a place in the queue means waiting."""
    words = _first(told, "state", "status") or ""
    if told.get("cancellationdate"):
        return HoldState.UNKNOWN, words or "cancelled"
    if yes(told.get("suspend")):
        return HoldState.SUSPENDED, words
    if told.get("found") in FOUND:
        return FOUND[told["found"]], words
    if yes(told.get("available")):
        return HoldState.READY, words
    queued = (_first(told, "priority", "position") or "0") != "0" or "available" in told
    return (HoldState.WAITING if queued and not words else hold_state(words)), words


def fee(site: Site, row: Element) -> Fee:
    """What is outstanding of a charge."""
    told = fields(row)
    amount = _amount(site, sure(told, "amountoutstanding"))
    if amount is None:
        raise LayoutChanged("no amount in a charge")
    return Fee(
        amount=amount,
        reason=_first(told, "description", "accounttype", "debittypecode"),
        currency=site.currency,
        date=_day(site, told, "date"),
    )


def total(site: Site, told: Told) -> Decimal | None:
    """What is owed in all."""
    text = _first(told, "amountoutstanding", "charges")
    return _amount(site, text) if text else None


def _amount(site: Site, text: str) -> Decimal | None:
    """As Koha writes it, in digits with a point and up to six decimals; else as the library does."""
    if re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return Decimal(text).quantize(CENT)
    return site.maybe_money(text)


def _first(told: Told, *names: str) -> str | None:
    return next((told[name] for name in names if name in told), None)


def _day(site: Site, told: Told, name: str) -> date | None:
    return site.maybe_day(told[name]) if name in told else None
