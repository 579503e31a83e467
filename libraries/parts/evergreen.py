"""Evergreen's loans, holds and bills, each made of the objects that the gateway gave for it."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from libraries import page, stamps
from libraries.account import Fee, Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.fields import Told, as_object, count, yes
from libraries.opensrf import field, told
from libraries.site import Site

STATES = {
    **{1: HoldState.WAITING, 2: HoldState.WAITING, 3: HoldState.IN_TRANSIT, 4: HoldState.READY, 5: HoldState.WAITING},
    **{7: HoldState.SUSPENDED, 8: HoldState.IN_TRANSIT},
}
CAPTURED = {3, 4, 5, 8}
OVER = {6: "cancelled", 9: "fulfilled"}
STOPPED = {"LOST": "lost", "CLAIMSRETURNED": "claims returned", "LONGOVERDUE": "long overdue"}
AMOUNT = re.compile(r"-?\d+(?:\.\d+)?")


def listed(answer: Any, what: str) -> list[Any]:
    """The rows in an answer, or the one row that it is. Raises LayoutChanged."""
    found = told(answer)
    if isinstance(found, dict) and "payload" not in found:
        return [found]
    if not isinstance(found, list):
        raise LayoutChanged(f"no list of {what}")
    return found


def loan(site: Site, row: Any) -> Loan:
    """A loan, from {"circ": …, "mvr": …, "acp": …, "bucket": …}."""
    circ = as_object(as_object(row, "loan").get("circ"), "loan")
    title, author, record = _title(row, str(circ.get("target_copy") or ""), "loan")
    bucket = str(row.get("bucket") or "out").replace("_", " ")
    notes = bucket if bucket not in {"out", "overdue"} else STOPPED.get(str(circ.get("stop_fines")))
    due, due_text = stamps.due(site, str(circ.get("due_date") or notes or "no due date"))
    left = count(circ.get("renewal_remaining"))
    return Loan(
        id=_number(circ, "loan"),
        title=title,
        author=author,
        due=due,
        due_text=due_text,
        renewable=None if left is None else left > 0,
        renewals_left=left,
        url=_record_page(site, record),
        notes=notes,
    )


def hold(site: Site, row: Any) -> Hold:
    """A hold, from {"ahr": …, "qstats": …, "mvr": …, "pickup": …}."""
    held = as_object(as_object(row, "hold").get("ahr"), "hold")
    queue = as_object(row.get("qstats") or {}, "queue of a hold")
    number = _number(held, "hold")
    title, author, record = _title(row, number, "hold")
    state, over = _state(held, queue)
    queued = state in {HoldState.WAITING, HoldState.SUSPENDED}
    return Hold(
        id=number,
        title=title,
        author=author,
        state=state,
        position=count(queue.get("queue_position")) or None if queued else None,
        queue=count(queue.get("total_holds")) or None if queued else None,
        pickup=row.get("pickup") or _branch(held.get("pickup_lib")),
        pickup_by=_day(site, held.get("shelf_expire_time")) if state is HoldState.READY else None,
        expires=_day(site, held.get("expire_time")),
        suspended_until=_day(site, held.get("thaw_date")) if state is HoldState.SUSPENDED else None,
        url=_record_page(site, record),
        notes=over,
    )


def _state(held: Told, queue: Told) -> tuple[HoldState, str | None]:
    """By the server's code for the queue; a hold that the patron froze before an item was found is suspended.

    With it, what became of a hold that is over.
    """
    code = count(queue.get("status"))
    if over := "cancelled" if held.get("cancel_time") else "fulfilled" if held.get("fulfillment_time") else None:
        return HoldState.UNKNOWN, over
    if yes(held.get("frozen")) and code not in CAPTURED:
        return HoldState.SUSPENDED, None
    if code is not None:
        return STATES.get(code, HoldState.UNKNOWN), OVER.get(code)
    transit = held.get("transit")
    if isinstance(transit, dict) and not transit.get("dest_recv_time"):
        return HoldState.IN_TRANSIT, None
    return HoldState.UNKNOWN if held.get("capture_time", "?") else HoldState.WAITING, None


def fee(site: Site, row: Any) -> Fee:
    """A bill's balance, from {"transaction": …, "record": …}."""
    bill = as_object(as_object(row, "bill").get("transaction"), "bill")
    record = as_object(row.get("record") or {}, "record")
    words = (bill.get("last_billing_type"), record.get("title") or bill.get("last_billing_note"))
    owed = str(field(bill, "balance_owed", "bill"))
    if not AMOUNT.fullmatch(owed):
        raise LayoutChanged("no amount in a bill")
    return Fee(
        amount=Decimal(owed).quantize(Decimal("0.01")),
        reason=": ".join(page.fold(str(each)) for each in words if each) or None,
        currency=site.currency,
        date=_day(site, bill.get("last_billing_ts")),
    )


def _title(row: Told, otherwise: str, what: str) -> tuple[str, str | None, Any]:
    """Title, author and record number; the item's number stands for the title where all that is told has none."""
    # A list of bills calls them by other names
    record = as_object(row.get("mvr") or row.get("record") or {}, "record")
    item = as_object(row.get("acp") or row.get("copy") or {}, "item")
    title = page.fold(str(record.get("title") or item.get("dummy_title") or ""))
    if not title and (record or item) and "title" not in record and "dummy_title" not in item:
        raise LayoutChanged(f"no title in a {what}")
    author = page.fold(str(record.get("author") or item.get("dummy_author") or ""))
    number = record.get("doc_id")
    return title or str(item.get("barcode") or otherwise), author or None, number if str(number).isdecimal() else None


def _number(told_of: Told, what: str) -> str:
    """The number of a loan or hold. Raises LayoutChanged."""
    number = field(told_of, "id", what)
    if number is None:
        raise LayoutChanged(f"no id in a {what}")
    return str(number)


def _branch(library: Any) -> str | None:
    """The name of a library, so far as the answer tells it; else its number."""
    told_of = library.get("name") if isinstance(library, dict) else library
    return page.fold(str(told_of or "")) or None


def _day(site: Site, stamp: Any) -> date | None:
    """The library's day of a time stamp; the server's offset is the library's own or UTC."""
    return stamps.maybe_day(site, stamp, "date")


def _record_page(site: Site, record: Any) -> str | None:
    return site.url(f"/eg/opac/record/{record}") if record else None
