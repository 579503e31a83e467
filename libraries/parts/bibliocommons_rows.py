"""Loans and holds from the items in BiblioCommons' state."""

from datetime import date, datetime
from typing import Any

from libraries import stamps
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.fields import count
from libraries.parts.bibliocommons import Json, brief_of, format_of, need, words
from libraries.site import Site

STATES = {
    "IN_TRANSIT": HoldState.IN_TRANSIT,
    "NOT_YET_AVAILABLE": HoldState.WAITING,
    "PENDING": HoldState.WAITING,
    "SUSPENDED": HoldState.SUSPENDED,
    "PAUSED": HoldState.SUSPENDED,
}
DATED = {"OUT", "OVERDUE", "COMING_DUE"}


def loan(site: Site, item: Json, state: Json, records: str) -> Loan:
    """An item checked out; `records` is the address below which titles are. Raises LayoutChanged."""
    brief = brief_of(item, state)
    due, due_text = _due(site, item)
    digital = item.get("materialType") == "DIGITAL"
    return Loan(
        id=str(item.get("barcode") or need(item, "checkoutId")),
        title=_title(item, brief),
        author=_authors(brief),
        due=due,
        due_text=due_text,
        renewable="renew" in item["actions"] if isinstance(item.get("actions"), list) else None,
        renewals=None if digital else count(item["timesRenewed"]) if item.get("timesRenewed") else 0,
        format=format_of(brief, state),
        digital=digital,
        branch=_name(item.get("branch")),
        call_number=words(item.get("callNumber")) or None,
        url=_record(item, records),
    )


def hold(site: Site, item: Json, state: Json, records: str) -> Hold:
    """A hold; `records` is the address below which titles are. Raises LayoutChanged."""
    brief, status = brief_of(item, state), str(need(item, "status")).upper()
    known = HoldState.READY if status.startswith("READY") else STATES.get(status, HoldState.UNKNOWN)
    return Hold(
        id=str(need(item, "holdsId")),
        title=_title(item, brief),
        author=_authors(brief),
        state=known,
        position=count(item.get("holdsPosition")) or None if known is not HoldState.READY else None,
        pickup=_name(item.get("pickupLocation")),
        pickup_by=day(site, item.get("pickupByDate")) if known is HoldState.READY else None,
        expires=day(site, item.get("expiryDate")) if known is not HoldState.READY else None,
        suspended_until=day(site, item.get("suspendEndDate")),
        format=format_of(brief, state),
        url=_record(item, records),
        notes=status if known is HoldState.UNKNOWN else None,
    )


def _due(site: Site, item: Json) -> tuple[date | datetime | None, str | None]:
    """The due date, else the item's status, as of one that is lost."""
    if text := words(item.get("dueDate")):
        return stamps.written(site, text, "due date of an item"), None
    status = words(need(item, "status"))
    if "dueDate" not in item and status in DATED:
        raise LayoutChanged("no dueDate in an item")
    return None, status


def _record(item: Json, records: str) -> str | None:
    return f"{records}{item['metadataId']}" if item.get("metadataId") else None


def _title(item: Json, brief: Json) -> str:
    """The title of the item's record; else what it was lent or asked for under, be it only its number."""
    title, more = words(brief.get("title")), words(brief.get("subtitle"))
    whole = f"{title}: {more}" if title and more else title or words(item.get("bibTitle"))
    if not whole and "bibTitle" in item and not item.get("metadataId"):
        whole = words(item.get("callNumber")) or words(item.get("barcode"))
    if not whole:
        raise LayoutChanged("no title in an item")
    return whole


def _authors(brief: Json) -> str | None:
    named = brief.get("authors")
    return "; ".join(filter(None, map(words, named))) or None if isinstance(named, list) else None


def _name(place: Any) -> str | None:
    return words(place.get("name")) or None if isinstance(place, dict) else None


def day(site: Site, stamp: Any) -> date | None:
    """The day of a stamp, None without one. Raises LayoutChanged for what is no day."""
    return stamps.maybe_day(site, stamp, "date of an item")
