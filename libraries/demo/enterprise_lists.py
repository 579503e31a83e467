"""Enterprise's lists as the HTML inside a zone's answer: checkouts, holds, fines."""

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date
from html import escape

from libraries.account import HoldState
from libraries.demo.patrons import Held, Lent, Owed

Day = Callable[[date], str]
CHECKOUTS = {
    "checkoutsAlert": "",
    "checkoutsCoverArtHeader": "",
    "checkoutsBookInfo": "Title / Author",
    "checkoutsRenewCountHeader": "Times Renewed",
    "checkoutsDueDateHeader": "Date Due",
}
HOLDS = {
    "holdsAlert": "",
    "holdsCoverArt": "",
    "holdsID": "Title / Author",
    "holdsStatus": "Status",
    "holdsPickup": "Pickup Location",
    "holdsDate": "Expires",
    "holdsRank": "Place in Queue",
}
FINES = {"finesReason": "Reason", "finesTitle": "Title", "finesDate": "Bill Date", "finesAmount": "Amount"}
STATUS = {
    HoldState.IN_TRANSIT: "In Transit",
    HoldState.SUSPENDED: "Suspended",
    HoldState.WAITING: "Pending",
    HoldState.READY: "Pickup",
}


def checkouts(
    loans: Sequence[Lent], day: Day, form: tuple[str, str], *, short: bool = False, renewed: Set[str] = frozenset()
) -> str:
    """What is checked out, in the form that renews it (`form`: "
    "its action and token). `short`: the last row is missing."""
    if not loans:
        return "<div class='checkoutsNone'>You have no items checked out.</div>\n"
    shown = loans[:-1] if short else loans
    rows = "".join(_checkout(row, each, day, each.barcode in renewed) for row, each in enumerate(shown))
    return (
        f"<form id='myCheckouts_checkoutslist_checkoutsForm' method='post' action='{form[0]}'>"
        f"<input type='hidden' name='t:formdata' value='{form[1]}'/>\n"
        + _table("myCheckouts_checkoutslist_table", "checkoutsList sortable", "checkoutsHeader", "th", CHECKOUTS, rows)
        + "</form>\n"
    )


def holds(held: Sequence[Held], day: Day, *, short: bool = False) -> str:
    """What is asked for."""
    if not held:
        return "<div class='holdsNone'>You have no holds.</div>\n"
    rows = "".join(_hold(row, each, day) for row, each in enumerate(held[:-1] if short else held))
    return _table("myHolds_holdslist_table", "holdsList sortable", "holdsHeader", "td", HOLDS, rows)


def fines(fees: Sequence[Owed], day: Day) -> str:
    """What is owed."""
    if not fees:
        return "<div class='finesNone'>You have no fines.</div>\n"
    rows = "".join(
        f"<tr class='finesLine'><td class='finesReason'>{escape(each.reason)}</td>"
        f"<td class='finesTitle'>{escape(each.title)}</td>"
        f"<td class='finesDate'>{day(each.billed) if each.billed else ''}</td>"
        f"<td class='finesAmount'>${each.amount:.2f}</td></tr>\n"
        for each in fees
    )
    total = f"<div class='finesTotal'>Total: ${sum(each.amount for each in fees):.2f}</div>\n"
    return _table("myFines_fineslist_table", "finesList sortable", "finesHeader", "th", FINES, rows) + total


def _table(id_: str, kind: str, header: str, cell: str, heads: Mapping[str, str], rows: str) -> str:
    named = "".join(
        f"<{cell} class='{name}'><div class='myAccountHeader_div'>{text}</div></{cell}>" for name, text in heads.items()
    )
    return f"<table id='{id_}' class='{kind}'>\n<thead><tr class='{header}'>{named}</tr></thead>\n{rows}</table>\n"


def _checkout(row: int, lent: Lent, day: Day, renewed: bool) -> str:
    title, kind = (
        escape(lent.book.title, quote=True),
        "disabledCheckoutsCheckbox" if lent.why_not else "checkoutsCheckbox",
    )
    name = "disabled='true'" if lent.why_not else f"name='checkbox_{row}'"
    said = f"<span class='checkoutsRenewed'>{'Renewal successful' if renewed else ''}</span>"
    if lent.why_not:
        said = f"<span class='checkoutsError'>{escape(lent.why_not)}</span>"
    return (
        "<tr class='checkoutsLine'>\n<td class='checkoutsAlert' sorttable_customkey='1'></td>\n"
        f"<td class='checkoutsCoverArt'><input type='checkbox' title='Select {title}.' class='{kind}' {name}/>"
        f"<img class='accountCoverImage' alt='Cover image for {title}' src='/client/assets/no_image.png'/></td>\n"
        f"<td class='checkoutsBookInfo'><div id='checkoutTitleLinkDiv_{lent.barcode}'><div>"
        f"<div class='detailPanel' id='detailPanel{row}'></div>"
        f"<a shape='rect' title='{title}' href='#' class='hideIE' id='detailClick_{row}'>{title}</a></div></div>\n"
        f"<p class='authBreak'>\n{escape(lent.book.author_inverted)}\n"
        f"<br/><span>{lent.barcode}</span><br/>{said}</p></td>\n"
        f"<td class='checkoutsRenewCount'>{lent.renewals}</td>\n<td "
        f"class='checkoutsDueDate'>{day(lent.due)}</td>\n</tr>\n"
    )


def _hold(row: int, held: Held, day: Day) -> str:
    title, ready = escape(held.book.title, quote=True), held.state is HoldState.READY
    status = held.words or STATUS[held.state]
    if ready and held.pickup_by:
        status = f"Pickup by: {day(held.pickup_by)}"
    alert = "<img src='/client/assets/green!.png' title='Ready for pickup' alt=''/>" if ready else ""
    return (
        f"<tr class='pickupHoldsLine'>\n<td class='holdsAlert'>{alert}</td>\n"
        "<td class='holdsCoverArt'><input type='checkbox' "
        f"class='{'readyHoldsCheckbox' if ready else 'holdsCheckbox'}' name='hold_{row}'/></td>\n"
        f"<td class='holdsID'><div id='holdTitleLinkDiv_{row}'><a "
        f"shape='rect' title='{title}' href='#'>{title}</a></div>\n"
        f"<p class='authBreak'>\n{escape(held.book.author_inverted)}\n<br/><span>{held.record}</span></p></td>\n"
        f"<td class='holdsStatus'>{escape(status)}</td>\n<td class='holdsPickup'>{escape(held.pickup)}</td>\n"
        f"<td class='holdsDate'>{day(held.expires) if held.expires and not ready else ''}</td>\n"
        f"<td class='holdsRank'>{held.position}</td>\n</tr>\n"
    )
