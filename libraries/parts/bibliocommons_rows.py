"""Loans and holds from the items in BiblioCommons' state."""

from datetime import date
from typing import Any

from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.parts.bibliocommons import Json, brief_of, format_of, need, number_of, words

STATES = {
    "IN_TRANSIT": HoldState.IN_TRANSIT,
    "NOT_YET_AVAILABLE": HoldState.WAITING,
    "PENDING": HoldState.WAITING,
    "SUSPENDED": HoldState.SUSPENDED,
    "PAUSED": HoldState.SUSPENDED,
}


def loan(item: Json, state: Json, records: str) -> Loan:
    """An item checked out; `records` is the address below which titles are. Raises LayoutChanged."""
    brief = brief_of(item, state)
    due = day(need(item, "dueDate"))
    digital = item.get("materialType") == "DIGITAL"
    return Loan(
        id=str(item.get("barcode") or need(item, "checkoutId")),
        title=_title(item, brief),
        author=_authors(brief),
        due=due,
        due_text=None if due else str(need(item, "status")),
        renewable="renew" in item["actions"] if isinstance(item.get("actions"), list) else None,
        renewals=None if digital else number_of(item.get("timesRenewed")) or 0,
        format=format_of(brief, state),
        digital=digital,
        branch=_name(item.get("branch")),
        call_number=words(item.get("callNumber")) or None,
        url=_record(item, records),
    )


def hold(item: Json, state: Json, records: str) -> Hold:
    """A hold; `records` is the address below which titles are. Raises LayoutChanged."""
    brief, status = brief_of(item, state), str(need(item, "status"))
    known = HoldState.READY if status.startswith("READY") else STATES.get(status, HoldState.UNKNOWN)
    place = item.get("holdsPosition")
    return Hold(
        id=str(need(item, "holdsId")),
        title=_title(item, brief),
        author=_authors(brief),
        state=known,
        position=place if isinstance(place, int) and place > 0 and known is not HoldState.READY else None,
        pickup=_name(item.get("pickupLocation")),
        pickup_by=day(item.get("pickupByDate")) if known is HoldState.READY else None,
        expires=day(item.get("expiryDate")) if known is not HoldState.READY else None,
        suspended_until=day(item.get("suspendEndDate")),
        format=format_of(brief, state),
        url=_record(item, records),
        notes=status if known is HoldState.UNKNOWN else None,
    )


def _record(item: Json, records: str) -> str | None:
    return f"{records}{item['metadataId']}" if item.get("metadataId") else None


def _title(item: Json, brief: Json) -> str:
    title, more = words(brief.get("title")), words(brief.get("subtitle"))
    whole = f"{title}: {more}" if title and more else title or words(item.get("bibTitle"))
    if not whole:
        raise LayoutChanged("no title in an item")
    return whole


def _authors(brief: Json) -> str | None:
    named = brief.get("authors")
    return "; ".join(filter(None, map(words, named))) or None if isinstance(named, list) else None


def _name(place: Any) -> str | None:
    return words(place.get("name")) or None if isinstance(place, dict) else None


def day(text: Any) -> date | None:
    """The day at the beginning of a time stamp, None for no text. Raises LayoutChanged for what is no day."""
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError as error:
        raise LayoutChanged("a date that is none") from error
