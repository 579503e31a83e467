"""SLUB Dresden's items as loans and holds, and the fees as they are told there."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from libraries import page, stamps
from libraries.account import Fee, Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.fields import Told, as_list, as_object, count, said, sure, yes
from libraries.site import Site
from libraries.titles import shown
from libraries.words import hold_state

ZONE = "Europe/Berlin"
STATES = {  # lists of items beside the loans; what is not sure by its list alone is told by the item's words
    "hold": HoldState.READY,
    "request_ready": HoldState.READY,
    "readingroom": None,
    "request_progress": HoldState.WAITING,
    "reserve": HoldState.WAITING,
}
KNOWN = {"loan", "ill", *STATES}
ILL_DONE = {"6", "11", "13", "16"}  # provided, returned, closed, on loan: other lists show what matters of them
ROLE = re.compile(r"\s*\u00ac?\[[^\]]*\]\u00ac?")
AMOUNT = re.compile(r"-?\d+,\d\d(?: EUR)?")


def items(value: Any) -> dict[str, list[dict[str, Any]]]:
    """The lists by name. Raises LayoutChanged for one with items that is not known."""
    told = as_object(value, "answer").get("items")
    lists = {} if told == [] else as_object(told, "items")  # PHP writes an empty object so
    if any(each and name not in KNOWN for name, each in lists.items()):
        raise LayoutChanged("a list of items that is not known")
    return {name: [as_object(row, "item") for row in as_list(each, "items")] for name, each in lists.items()}


def loan(site: Site, told: Told) -> Loan:
    """An item on loan."""
    most, done = count(told.get("X_RenewMax")), count(told.get("X_RenewalCount"))
    due, due_text = _due(site, told)
    renewable = told.get("X_is_renewable")
    return Loan(
        id=sure(told, "X_barcode", "label"),
        title=shown(sure(told, "about")),
        author=_author(told),
        due=due,
        due_text=due_text,
        renewable=None if renewable is None else yes(renewable),
        renewals=count(told.get("renewals")),
        renewals_left=None if most is None or done is None else max(0, most - done),
        format=said(told.get("X_medientyp")) or None,
        call_number=said(told.get("X_shelfLocation")) or None,
    )


def _due(site: Site, told: Told) -> tuple[date | datetime | None, str | None]:
    """The due date; where its fields are there but empty, the item's status ("lost")."""
    words = said(told.get("X_status_desc"))
    if words and not any(told.get(name, "?") for name in ("X_date_due", "endtime")):
        return None, words
    return stamps.written(site, sure(told, "X_date_due", "endtime"), "due date of a loan", usual=ZONE), None


def hold(state: HoldState | None, told: Told) -> Hold:
    """An item asked for; where its list does not tell its state, its words do."""
    words = said(told.get("X_request_desc")) or said(told.get("X_status_desc"))
    return Hold(
        id=sure(told, "label", "X_barcode"),
        title=shown(sure(told, "about")),
        author=_author(told),
        state=state or hold_state(words),
        position=count(told.get("X_queue_number")) or None,
        pickup=said(told.get("X_pickup_desc")) or None,
        format=said(told.get("X_medientyp")) or None,
        notes=None if state else words or None,
    )


def distant(told: Told, places: Mapping[str, str]) -> Hold:
    """A request to another library. That it is ready, only the list of what is provided says."""
    number, words = sure(told, "Fernleih_ID"), said(told.get("Status_DESC"))
    state = hold_state(words)
    return Hold(
        id=number,
        title=shown(said(told["Titel"])) or number if "Titel" in told else sure(told, "Titel"),
        author=shown(said(told.get("Autor"))) or None,
        state=HoldState.UNKNOWN if state is HoldState.READY else state,
        pickup=places.get(str(told.get("Zweigstelle"))),
        format="FL",
        notes=words or None,
    )


def places(value: Any, lists: Mapping[str, list[dict[str, Any]]]) -> dict[str, str]:
    """The names of branches by their codes, so far as this answer tells them."""
    patron = as_object(value.get("memberInfo"), "data of the patron")
    codes = [(patron.get("X_branch"), patron.get("X_branch_desc"))]
    codes += [(each.get("X_pickup_code"), each.get("X_pickup_desc")) for rows in lists.values() for each in rows]
    return {str(code): said(name) for code, name in codes if code and name}


def fee(site: Site, told: Told) -> Fee | None:
    """A fee; None where the answer states no amount with it."""
    amount = _amount(told)
    if amount is None:
        return None
    reason = ": ".join(words for name in ("feetype", "about") if (words := shown(said(told.get(name)))))
    return Fee(
        amount=site.money(amount, "fee"),
        reason=reason or None,
        currency=site.currency or "EUR",
        date=stamps.maybe_day(site, told.get("date") or told.get("X_date"), "date of a fee", usual=ZONE),
    )


def _amount(told: Told) -> str | None:
    """The amount of a fee under its own key, else the only value that looks like one."""
    found = [str(value) for value in told.values() if AMOUNT.fullmatch(str(value))]
    return str(told["amount"]) if told.get("amount") else found[0] if len(found) == 1 else None


def _author(told: Told) -> str | None:
    names = told.get("X_author")
    first = names[0] if isinstance(names, list) and names else names
    return shown(ROLE.sub("", page.text(first))) or None if isinstance(first, str) else None


def words_in(value: Any) -> list[str]:
    """The texts in a list of notes, whether these are texts or objects that hold some."""
    rows = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    texts = [list(each.values()) if isinstance(each, dict) else [each] for each in rows]
    words = [[page.text(each) for each in row if isinstance(each, str) and not each.isdecimal()] for row in texts]
    return [", ".join(each) for each in words if any(each)]
