"""PAIA, the Patrons Account Information API of the GBV and of other German library systems."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import quote

from libraries import page, stamps
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan, Login
from libraries.answer import Answer
from libraries.errors import CheckError, LayoutChanged, SiteFailing, SiteRefusedUs
from libraries.listing import Fees, Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.refusals import judged
from libraries.site import Site
from libraries.titles import title_first
from libraries.web import Web

SCOPE = "read_patron read_fees read_items"
ERRORS = (400, 401, 403, 404, 422, 501)  # PAIA says what is wrong in the body
WRONG_LOGIN = {"access_denied", "invalid_grant", "invalid_credentials"}
NOT_OFFERED = {"insufficient_scope", "not_implemented"}
TROUBLE = {"service_unavailable", "internal_error", "bad_gateway", "gateway_timeout"}

NO_RELATION, RESERVED, ORDERED, HELD, PROVIDED, REJECTED = range(6)
STATES = {
    RESERVED: HoldState.WAITING,
    ORDERED: HoldState.WAITING,
    PROVIDED: HoldState.READY,
    REJECTED: HoldState.UNKNOWN,
}
BLOCKS = {
    1: "inactive",
    2: "inactive because account expired",
    3: "inactive because of outstanding fees",
    4: "inactive because account expired and outstanding fees",
}
DOCUMENT = {
    *("status", "item", "edition", "requested", "about", "label", "queue", "renewals", "reminder", "starttime"),
    *("endtime", "duedate", "canrenew", "cancancel", "error", "storage", "storageid", "condition"),
}
YEAR = re.compile(r"\s*\([^()]*\d{2,4}[^()]*\)$")
NEVER = 9999
AMOUNT = re.compile(r"([-\u2212]?\d+(?:[.,]\d+)?)(?:\s+([A-Z]{3}))?")


@dataclass(frozen=True, kw_only=True)
class Paia:
    """A PAIA server; `base_url` is what stands before /auth and /core."""

    name: ClassVar[str] = "PAIA (Patrons Account Information API)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Library card number", "pin": "Password"}
    read = staticmethod(page.json)

    site: Site
    time_zone: str = option("Europe/Berlin", "the library's time zone, for dates that are sent in another")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Gets a token, reads patron, items and fees with it, and gives it back."""
        given = {"username": login.number, "password": login.pin, "grant_type": "password", "scope": SCOPE}
        answer = web.post(self.site.url("auth/login"), given, headers={"Accept": "application/json"}, expect=ERRORS)
        token = _json(answer)
        self.parse_login(token).admit()
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token['access_token']}"}
        patron = _mandatory(token, "patron")
        try:
            return self._account(web, f"core/{quote(patron, safe='')}", headers)
        finally:
            last = web.last
            with suppress(CheckError):
                web.post(self.site.url("auth/logout"), {"patron": patron}, headers=headers)
            web.last = last

    def _account(self, web: Web, patron: str, headers: Mapping[str, str]) -> AccountSnapshot:
        def told(path: str) -> Any:
            return _offered(_json(web.get(self.site.url(path), headers=headers, expect=ERRORS)))

        card, items, fees = told(patron), told(f"{patron}/items"), told(f"{patron}/fees")
        return snapshot(
            self.parse_card(card) if card is not None else None,
            loans=self.parse_loans(items) if items is not None else None,
            holds=self.parse_holds(items) if items is not None else None,
            fees=self.parse_fees(fees) if fees is not None else None,
        )

    def parse_login(self, value: Any) -> LoginSeen:
        """In by the token; refused by PAIA's own error."""
        told = _object(value)
        if told.get("access_token"):
            return LoginSeen(LoginState.IN)
        if told.get("error") in WRONG_LOGIN:
            words = page.text(str(told.get("error_description") or told["error"]))
            seen = judged(words)
            return seen if seen.state is LoginState.MUST_ACT else LoginSeen(LoginState.REFUSED, words)
        _without_error(told)
        raise LayoutChanged("neither a token nor a word of refusal")

    def parse_card(self, value: Any) -> AccountSnapshot:
        """Name, expiry, and whether the account is active."""
        told = _without_error(_object(value))
        name, expires, note = page.text(_mandatory(told, "name")), told.get("expires"), page.text(told.get("note"))
        day = stamps.day(str(expires), self.time_zone, "expiry") if expires else None
        status = _number(told.get("status"), "status of the account")
        return AccountSnapshot(
            patron_name=name,
            card_expires=day if day and day.year < NEVER else None,
            blocked=BLOCKS.get(status),
            messages=tuple(each for each in (note, _local_status(status)) if each),
        )

    def parse_account(self, value: Any) -> AccountSnapshot:
        """The items: loans and holds."""
        return snapshot(loans=self.parse_loans(value), holds=self.parse_holds(value))

    def parse_loans(self, value: Any) -> Listing[Loan]:
        """The documents held by the patron."""
        return Listing(apart(self._loan(each) for status, each in _documents(value) if status == HELD))

    def _loan(self, told: Mapping[str, Any]) -> Loan:
        title, author = _titled(told)
        ends = _either(told, "endtime", "duedate")
        due = stamps.moment(ends, self.time_zone, "due date of a loan") if ends else None
        renewable, error = told.get("canrenew"), page.text(told.get("error")) or None
        return Loan(
            id=_id(told),
            title=title,
            author=author,
            due=due,
            due_text=None if due else "held",
            renewable=renewable if isinstance(renewable, bool) else None,
            renewals=_count(told.get("renewals")),
            why_not_renewable=error if renewable is False else None,
            branch=page.text(told.get("storage")) or None,
            call_number=page.text(told.get("label")) or None,
            notes=error if renewable is not False else None,
        )

    def parse_holds(self, value: Any) -> Listing[Hold]:
        """The documents reserved, ordered, provided or rejected."""
        found = [(status, each) for status, each in _documents(value) if status in STATES]
        return Listing(apart(self._hold(status, each) for status, each in found))

    def _hold(self, status: int, told: Mapping[str, Any]) -> Hold:
        title, author = _titled(told)
        ends = page.text(told.get("endtime")) if status == PROVIDED else None
        return Hold(
            id=_id(told),
            title=title,
            author=author,
            state=STATES[status],
            pickup=page.text(told.get("storage")) or None,
            pickup_by=stamps.day(ends, self.time_zone, "last day of a hold") if ends else None,
            notes=page.text(told.get("error")) or ("rejected" if status == REJECTED else None),
        )

    def parse_fees(self, value: Any) -> Fees:
        """The fees; where the server states no total, it is their sum."""
        told = _without_error(_object(value))
        rows = tuple(self._fee(_object(each)) for each in _list(told, "fee"))
        total = _amount(told["amount"])[0] if told.get("amount") else sum((each.amount for each in rows), Decimal(0))
        return Fees(rows, total=total)

    def _fee(self, told: Mapping[str, Any]) -> Fee:
        amount, currency = _amount(_mandatory(told, "amount"))
        reason = ": ".join(words for name in ("feetype", "about") if (words := page.text(told.get(name))))
        since = told.get("date")
        return Fee(
            amount=amount,
            reason=reason or None,
            currency=currency or self.site.currency,
            date=stamps.day(str(since), self.time_zone, "date of a fee") if since else None,
        )


def _local_status(status: int) -> str | None:
    """A status beyond those that PAIA defines: what it means, only the library knows."""
    return f"account status {status}" if status > max(BLOCKS) else None


def _json(answer: Answer) -> Any:
    """The value. Raises SiteRefusedUs where a refusal is not one of PAIA's."""
    try:
        return answer.json()
    except LayoutChanged:
        answer.accepted(())
        raise


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise LayoutChanged("not one of PAIA's answers")
    return value


def _offered(value: Any) -> Any:
    """The answer, or None where this server, or this patron's rights, do not offer it."""
    return None if _object(value).get("error") in NOT_OFFERED else _without_error(value)


def _without_error(told: dict[str, Any]) -> dict[str, Any]:
    error = told.get("error")
    if error in TROUBLE:
        raise SiteFailing("the PAIA server says that it cannot answer now")
    if error == "rate_limit_exceeded":
        raise SiteRefusedUs("the PAIA server says that it was asked too often")
    if error is not None:
        raise LayoutChanged("the PAIA server answers with an error that is not expected here")
    return told


def _mandatory(told: Mapping[str, Any], name: str) -> str:
    if told.get(name) in (None, ""):
        raise LayoutChanged(f"no {name}")
    return str(told[name])


def _list(told: Mapping[str, Any], name: str) -> list[Any]:
    if not isinstance(told.get(name), list):
        raise LayoutChanged(f"no list {name}")
    return list(told[name])


def _documents(value: Any) -> list[tuple[int, dict[str, Any]]]:
    """Each document with its status. Raises LayoutChanged for a status that PAIA does not know."""
    found = [_object(each) for each in _list(_without_error(_object(value)), "doc")]
    documents = [(_number(each.get("status"), "status of a document"), each) for each in found]
    if any(status not in {NO_RELATION, HELD, *STATES} for status, _ in documents):
        raise LayoutChanged("a document with a status that is not known")
    return documents


def _number(value: Any, name: str) -> int:
    if not re.fullmatch(r"\d{1,4}", str(value)):
        raise LayoutChanged(f"no {name}")
    return int(value)


def _count(value: Any) -> int | None:
    return int(value) if re.fullmatch(r"\d{1,4}", str(value)) else None


def _amount(text: Any) -> tuple[Decimal, str | None]:
    found = AMOUNT.fullmatch(page.text(str(text)))
    if not found:
        raise LayoutChanged("no amount in a fee")
    return Decimal(found[1].replace("\u2212", "-").replace(",", ".")), found[2]


def _either(told: Mapping[str, Any], *names: str) -> str | None:
    """The first of these that is there. All are optional in PAIA: one is missed only beside a key that is strange."""
    found = next((page.text(str(told[name])) for name in names if told.get(name)), None)
    if found is None and set(told) - DOCUMENT and not any(name in told for name in names):
        raise LayoutChanged(f"no {names[0]} in a document, but something else")
    return found


def _id(told: Mapping[str, Any]) -> str:
    found = _either(told, "item") or _either(told, "edition", "label")
    return found or _mandatory(told, "about")


def _titled(told: Mapping[str, Any]) -> tuple[str, str | None]:
    """Title and author, from "Title / Author (Year)"; the shelf mark where there is no title."""
    about = _either(told, "about")
    if not about:
        return _either(told, "label") or _id(told), None
    title, author = title_first(about)
    return title.removesuffix(" /"), YEAR.sub("", author or "") or None
