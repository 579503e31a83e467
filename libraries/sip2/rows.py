"""What a SIP2 server lists and tells, item by item, as loans, holds and fees."""

from collections.abc import Iterable

from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.listing import Fees, Listing, apart
from libraries.sip2 import card, items
from libraries.sip2.items import CIRCULATION, IN_TRANSIT, MEDIA, Item, fee
from libraries.sip2.message import FINES, Message
from libraries.sip2.visit import Joined, Told
from libraries.site import Site
from libraries.titles import title_first


def loans(site: Site, found: Joined, told: Told) -> Listing[Loan]:
    """The items charged or overdue, with what the server told of each."""
    return Listing(apart(_loan(site, each, told.get(each.id)) for each in found.items), found.stated)


def holds(site: Site, found: Joined, unavailable: Iterable[Item], told: Told, ready_only: bool) -> Listing[Hold]:
    """The items on hold, with what the server told of each."""
    not_yet = set(unavailable)
    each = (_hold(site, one, told.get(one.id), not_yet=one in not_yet, ready_only=ready_only) for one in found.items)
    return Listing(apart(each), found.stated)


def _loan(site: Site, item: Item, told: Message | None) -> Loan:
    """A loan; where the server tells no due date, its word for how the item is stands for it."""
    title, author = _titled(item, told)
    words = CIRCULATION.get(told.fixed[:2]) if told else None
    due, due_text = items.due(site, (told.first("AH") if told else "") or item.due or "")
    return Loan(
        id=item.id,
        title=title,
        author=author,
        due=due,
        due_text=due_text or (None if due else words or "charged"),
        format=MEDIA.get(told.first("CK")) if told else None,
        branch=told.first("AQ") or None if told else None,
        call_number=told.first("CS") or None if told else None,
        notes=words if due and words != "charged" else None,
    )


def _hold(site: Site, item: Item, told: Message | None, *, not_yet: bool, ready_only: bool) -> Hold:
    """A hold. Of what the server gives as available we cannot know that it is, unless the options say so."""
    title, author = _titled(item, told)
    status = told.fixed[:2] if told else ""
    state = HoldState.WAITING if not_yet else HoldState.UNKNOWN
    if ready_only and not not_yet:
        state = HoldState.READY
    elif not_yet and status == IN_TRANSIT:
        state = HoldState.IN_TRANSIT
    queue = told.first("CF") if told else ""
    return Hold(
        id=item.id,
        title=title,
        author=author,
        state=state,
        queue=int(queue) if queue.isdecimal() else None,
        pickup=told.first("BS") or None if told else None,
        pickup_by=items.maybe_day(site, told.first("CM")) if told and state is HoldState.READY else None,
        notes=CIRCULATION.get(status) if state is HoldState.UNKNOWN else None,
    )


def fees(site: Site, fines: Joined, message: Message) -> Fees | None:
    """The fines; None where the server states no amount with each, or nothing but their total.

    Raises LayoutChanged where it tells neither of fines nor that there are none.
    """
    owed = card.owed(message)
    if not fines.items and owed is None and message.count(FINES) is None:
        raise LayoutChanged("neither fines nor a count or a total that says that there are none")
    if not fines.items and (owed or (fines.stated and owed is not None)):
        return None
    currency = card.currency(message, site)
    found = [fee(each.text, currency) for each in fines.items]
    rows = tuple(each for each in found if each)
    return Fees(rows, fines.stated) if len(rows) == len(found) else None


def _titled(item: Item, told: Message | None) -> tuple[str, str | None]:
    """Title and author; the item's number where the server tells no title."""
    return title_first((told.first("AJ") if told else "") or item.title or item.id)
