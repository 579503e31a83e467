"""SLUB Dresden's own account interface, in front of its Libero."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from libraries import page, stamps
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged, SiteInMaintenance
from libraries.listing import Fees, Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.refusals import judged
from libraries.site import Site
from libraries.strangers import MAINTENANCE
from libraries.titles import shown
from libraries.web import Web
from libraries.words import FROZEN, hold_state

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
TO_PAY = ("topay_list", "topay", "topay_all", "amount")
AMOUNT = re.compile(r"-?\d+,\d\d(?: EUR)?")
IN = {"1", "True"}


@dataclass(frozen=True, kw_only=True)
class Slub:
    """The account interface of SLUB Dresden."""

    name: ClassVar[str] = "SLUB Dresden account"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzernummer", "pin": "Passwort"}
    read = staticmethod(page.json)

    site: Site
    account: str = option("/mein-konto/", "path of the account's page")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """One request: there is no session, so nothing to log out of either."""
        asked = {"controller": "API", "action": "account", "username": login.number, "password": login.pin}
        fields = {"type": "1", **{f"tx_slubaccount_account[{name}]": value for name, value in asked.items()}}
        value = web.post(self.site.url(self.account), fields).json()
        self.parse_login(value).admit()
        return self.parse_account(value)

    def parse_login(self, value: Any) -> LoginSeen:
        """In by the status and the patron's data; refused by the message."""
        told = _object(value, "answer")
        if str(told.get("status")) in IN:
            _object(told.get("memberInfo"), "data of the patron")
            return LoginSeen(LoginState.IN)
        words = page.text(str(told.get("message") or ""))
        if not words:
            raise LayoutChanged("neither an account nor a word of refusal")
        if MAINTENANCE.search(words):
            raise SiteInMaintenance("the library says that its accounts cannot be reached now")
        seen = judged(words)
        return seen if seen.state is LoginState.MUST_ACT else LoginSeen(LoginState.REFUSED, words)

    def parse_account(self, value: Any) -> AccountSnapshot:
        """Everything: it is all in one answer."""
        return snapshot(
            self.parse_card(value),
            loans=self.parse_loans(value),
            holds=self.parse_holds(value),
            **self._owed(value),
        )

    def parse_card(self, value: Any) -> AccountSnapshot:
        """Name, expiry, blocks, notes to the patron."""
        told = _object(_object(value, "answer").get("memberInfo"), "data of the patron")
        expires, status = told.get("expires"), page.text(told.get("X_status_desc"))
        blocks = [*_words(told.get("X_blacklists")), *([status] if FROZEN.search(status) else [])]
        return AccountSnapshot(
            patron_name=page.text(told.get("name")) or None,
            card_expires=stamps.day(str(expires), ZONE, "expiry") if expires else None,
            blocked=", ".join(blocks) or None,
            messages=tuple(_words(told.get("X_webopac_notes"))),
        )

    def parse_loans(self, value: Any) -> Listing[Loan]:
        """The items on loan. A list that is not there is an empty one, if no strange one stands in its place."""
        return Listing(apart(self._loan(each) for each in _items(value).get("loan", [])))

    def _loan(self, told: Mapping[str, Any]) -> Loan:
        most, done = _count(told.get("X_RenewMax")), _count(told.get("X_RenewalCount"))
        return Loan(
            id=_mandatory(told, "X_barcode", "label"),
            title=shown(_mandatory(told, "about")),
            author=_author(told),
            due=_due(told),
            renewable=str(told["X_is_renewable"]) == "1" if "X_is_renewable" in told else None,
            renewals=_count(told.get("renewals")),
            renewals_left=None if most is None or done is None else max(0, most - done),
            format=page.text(told.get("X_medientyp")) or None,
            call_number=page.text(told.get("X_shelfLocation")) or None,
        )

    def parse_holds(self, value: Any) -> Listing[Hold]:
        """What is provided, ordered, reserved, or on its way from another library."""
        lists = _items(value)
        places = _places(value, lists)
        found = [_hold(state, each) for name, state in STATES.items() for each in lists.get(name, [])]
        distant = [each for each in lists.get("ill", []) if _mandatory(each, "Status") not in ILL_DONE]
        return Listing(apart([*found, *(_distant(each, places) for each in distant)]))

    def parse_fees(self, value: Any) -> AccountSnapshot:
        """What is to pay; the single fees where the answer states an amount with each."""
        return snapshot(**self._owed(value))

    def _owed(self, value: Any) -> dict[str, Any]:
        told = _object(_object(value, "answer").get("fees"), "fees")
        rows = [_object(each, "fee") for each in _list(told.get("fee"), "fees")]
        total = self.site.money(_mandatory(told, *TO_PAY), "total of the fees")
        amounts = [_amount(each) for each in rows]
        if None in amounts or (total and not rows):
            return {"fees_total": total}
        fees = tuple(self._fee(each, str(amount)) for each, amount in zip(rows, amounts, strict=True))
        return {"fees": Fees(fees, total=total)}

    def _fee(self, told: Mapping[str, Any], amount: str) -> Fee:
        since = told.get("date") or told.get("X_date")
        reason = ": ".join(words for name in ("feetype", "about") if (words := shown(page.text(told.get(name)))))
        return Fee(
            amount=self.site.money(amount, "fee"),
            reason=reason or None,
            currency=self.site.currency or "EUR",
            date=stamps.day(str(since), ZONE, "date of a fee") if since else None,
        )


def _items(value: Any) -> dict[str, list[dict[str, Any]]]:
    """The lists by name. Raises LayoutChanged for one with items that is not known."""
    told = _object(value, "answer").get("items")
    lists = {} if told == [] else _object(told, "items")  # PHP writes an empty object so
    if any(each and name not in KNOWN for name, each in lists.items()):
        raise LayoutChanged("a list of items that is not known")
    return {name: [_object(row, "item") for row in _list(each, "items")] for name, each in lists.items()}


def _hold(state: HoldState | None, told: Mapping[str, Any]) -> Hold:
    words = page.text(told.get("X_request_desc")) or page.text(told.get("X_status_desc"))
    return Hold(
        id=_mandatory(told, "label", "X_barcode"),
        title=shown(_mandatory(told, "about")),
        author=_author(told),
        state=state or hold_state(words),
        position=_count(told.get("X_queue_number")),
        pickup=page.text(told.get("X_pickup_desc")) or None,
        format=page.text(told.get("X_medientyp")) or None,
        notes=None if state else words or None,
    )


def _distant(told: Mapping[str, Any], places: Mapping[str, str]) -> Hold:
    """A request to another library. That it is ready, only the list of what is provided says."""
    words = page.text(told.get("Status_DESC"))
    state = hold_state(words)
    return Hold(
        id=_mandatory(told, "Fernleih_ID"),
        title=shown(_mandatory(told, "Titel")),
        author=shown(page.text(told.get("Autor"))) or None,
        state=HoldState.UNKNOWN if state is HoldState.READY else state,
        pickup=places.get(str(told.get("Zweigstelle"))),
        format="FL",
        notes=words or None,
    )


def _places(value: Any, lists: Mapping[str, list[dict[str, Any]]]) -> dict[str, str]:
    """The names of branches by their codes, so far as this answer tells them."""
    patron = _object(value.get("memberInfo"), "data of the patron")
    codes = [(patron.get("X_branch"), patron.get("X_branch_desc"))]
    codes += [(each.get("X_pickup_code"), each.get("X_pickup_desc")) for rows in lists.values() for each in rows]
    return {str(code): page.text(name) for code, name in codes if code and name}


def _due(told: Mapping[str, Any]) -> date | datetime:
    return stamps.moment(_mandatory(told, "X_date_due", "endtime"), ZONE, "due date of a loan")


def _amount(told: Mapping[str, Any]) -> str | None:
    """The amount of a fee under its own key, else the only value that looks like one."""
    found = [str(value) for value in told.values() if AMOUNT.fullmatch(str(value))]
    return str(told["amount"]) if told.get("amount") else found[0] if len(found) == 1 else None


def _author(told: Mapping[str, Any]) -> str | None:
    names = told.get("X_author")
    first = names[0] if isinstance(names, list) and names else names
    return shown(ROLE.sub("", page.text(first))) or None if isinstance(first, str) else None


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise LayoutChanged(f"no {what}")
    return value


def _list(value: Any, what: str) -> list[Any]:
    """A list, which PHP writes as an object where its numbers have gaps."""
    if isinstance(value, dict) and all(each.isdecimal() for each in value):
        return list(value.values())
    if not isinstance(value, list):
        raise LayoutChanged(f"no list of {what}")
    return value


def _mandatory(told: Mapping[str, Any], *names: str) -> str:
    """The first of these that says something. Raises LayoutChanged."""
    found = next((words for name in names if (words := page.text(str(told.get(name, ""))))), None)
    if found is None:
        raise LayoutChanged(f"no {names[0]}")
    return found


def _count(value: Any) -> int | None:
    return int(value) if re.fullmatch(r"\d{1,4}", str(value)) else None


def _words(value: Any) -> list[str]:
    """The texts in a list of notes, whether these are texts or objects that hold some."""
    rows = value if isinstance(value, list) else []
    texts = [list(each.values()) if isinstance(each, dict) else [each] for each in rows]
    words = [[page.text(each) for each in row if isinstance(each, str) and not each.isdecimal()] for row in texts]
    return [", ".join(each) for each in words if any(each)]
