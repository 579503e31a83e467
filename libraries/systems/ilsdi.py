"""ILS-DI, an XML interface of Koha and of French library systems: the dialects of Koha, Nanook and BiblixNet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import quote

from lxml import etree

from libraries import page
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged, SiteRefusedUs, SiteUnavailable
from libraries.listing import Fees, Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.site import Site
from libraries.web import Web
from libraries.words import hold_state

Element = etree._Element

SERVER_ERROR = re.compile(rb"<title>[^<]*(?:HTTP Status|Apache Tomcat|Error report)", re.IGNORECASE)
LISTS = {"loans": "loan", "holds": "hold", "fines": "fine"}
BESIDES = {"attributes", "messages", "guarantor", "guarantors", "contact", "addresses", "address"}
REFUSED = {"PatronNotFound", "AuthenticationFailed", "InvalidCredentials", "WrongPassword"}
NOT_FOR_US = {"NotAllowed", "NotAuthorized"}
BLOCKED = {"PatronBlocked", "PatronExpired", "PasswordExpired", "PatronDisabled"}
FOUND = {"W": HoldState.READY, "T": HoldState.IN_TRANSIT, "P": HoldState.WAITING}


def read_xml(body: bytes) -> Element:
    """The answer. Raises SiteUnavailable for the error page of the server in front, LayoutChanged for other pages."""
    if SERVER_ERROR.search(body):
        raise SiteUnavailable("the library's server shows an error page")
    return page.xml(body)


@dataclass(frozen=True, kw_only=True)
class IlsDi:
    """An ILS-DI service. It has no session: the credentials are checked once, then the patron's id suffices."""

    name: ClassVar[str] = "ILS-DI (Koha, Nanook, BiblixNet)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Card number or user name", "pin": "Password"}
    read = staticmethod(read_xml)

    site: Site
    path: str = option("/cgi-bin/koha/ilsdi.pl", "where the service is")
    in_path: bool = option(False, "whether parameters are parts of the path, as Nanook wants them")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Has the credentials checked, then asks for the patron's loans, holds and charges."""
        answer = self._ask(web, "AuthenticatePatron", {"username": login.number, "password": login.pin})
        self.parse_login(answer).admit()
        told = _fields(answer)
        patron = told.get("id") or told.get("patronid") or ""
        # Koha writes show_loans, the others showLoans; each leaves the other's name alone.
        names = ("show_loans", "showLoans", "show_holds", "showHolds", "show_fines", "showFines")
        shown = {"patron_id": patron, "patronId": patron, **dict.fromkeys(names, "1"), "show_contact": "0"}
        return self.parse_account(self._ask(web, "GetPatronInfo", shown))

    def _ask(self, web: Web, service: str, params: Mapping[str, str]) -> Element:
        asked = {"service": service, **params}
        if not self.in_path:
            return self.read(web.get(self.site.url(self.path), params=asked).body)
        parts = "/".join(f"{name}/{quote(value, safe='')}" for name, value in asked.items() if "_" not in name)
        return self.read(web.get(self.site.url(f"{self.path.rstrip('/')}/{parts}")).body)

    def parse_login(self, tree: Element) -> LoginSeen:
        """In by the patron's id; refused by the service's code for it. Raises SiteRefusedUs if we may not ask."""
        told = _fields(tree)
        code = told.get("code") or told.get("error")
        words = told.get("message") or code or ""
        if code in NOT_FOR_US:
            raise SiteRefusedUs("the service answers to other addresses only")
        if code in REFUSED or code in BLOCKED:
            return LoginSeen(LoginState.REFUSED if code in REFUSED else LoginState.MUST_ACT, words)
        if code or not any(told.get(each) for each in ("id", "patronid", "borrowernumber")):
            raise LayoutChanged("an answer without the patron's id")
        return LoginSeen(LoginState.IN)

    def parse_account(self, tree: Element) -> AccountSnapshot:
        """The patron's loans, holds and charges, and what the answer says of the card."""
        self.parse_login(tree).admit()
        _know_all(tree)
        card = self.parse_card(tree)
        return snapshot(
            loans=self.parse_loans(tree),
            holds=self.parse_holds(tree),
            fees=self.parse_fees(tree) if tree.find("fines") is not None or card.fees_total == 0 else None,
            fees_total=card.fees_total,
            card_expires=card.card_expires,
            blocked=card.blocked,
            patron_name=card.patron_name,
        )

    def parse_card(self, tree: Element) -> AccountSnapshot:
        """Expiry, blocks, name and what is owed."""
        told = _fields(tree)
        expires = told.get("dateexpiry") or told.get("enddate") or told.get("expirydate")
        return AccountSnapshot(
            card_expires=self.site.expiry(expires) if expires else None,
            fees_total=_total(told),
            blocked=self._blocked(told),
            patron_name=" ".join(filter(None, (told.get("firstname"), told.get("surname") or told.get("lastname"))))
            or None,
        )

    def _blocked(self, told: Mapping[str, str]) -> str | None:
        """Koha's own marks: a day until which the patron is debarred, or 1."""
        debarred = told.get("debarred", "")
        until = self.site.maybe_day(debarred)
        if debarred == "1" or (until is not None and until >= self.site.today):
            return told.get("debarredcomment") or "debarred"
        marks = [name for name in ("lost", "gonenoaddress") if told.get(name) == "1"]
        return ", ".join(marks) or None

    def parse_loans(self, tree: Element) -> Listing[Loan]:
        """The loans. Where there are none, some dialects leave out their list; see `_rows`."""
        return Listing(apart(self._loan(_fields(each)) for each in _rows(tree, "loans"))).checked("loans")

    def _loan(self, told: dict[str, str]) -> Loan:
        title = _mandatory(told, "title in a loan", "title")
        due, due_text = self.site.due(_mandatory(told, "due date in a loan", "datedue", "duedate"))
        renewals = told.get("renewals", "")
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
        )

    def parse_holds(self, tree: Element) -> Listing[Hold]:
        """The holds. Where there are none, some dialects leave out their list; see `_rows`."""
        return Listing(apart(self._hold(each) for each in _rows(tree, "holds"))).checked("holds")

    def _hold(self, row: Element) -> Hold:
        told = _fields(row)
        record = _first(told, "bibid", "biblionumber", "itemid", "itemnumber", "barcode")
        title = told.get("title") or record
        if not title:
            raise LayoutChanged("no title in a hold")
        state = _state(told)
        position = told.get("priority", "")
        expires = self._day(told, "expirationdate")
        return Hold(
            id=record or title,
            title=title,
            author=told.get("author"),
            state=state,
            position=int(position) if state is HoldState.WAITING and position.isdecimal() and int(position) else None,
            pickup=_first(told, "locationlabel", "branchname", "pickuplocation", "branchcode"),
            pickup_by=expires if state is HoldState.READY else None,
            expires=expires,
            suspended_until=self._day(told, "suspenduntil") if state is HoldState.SUSPENDED else None,
        )

    def _day(self, told: Mapping[str, str], name: str) -> date | None:
        return self.site.maybe_day(told[name]) if name in told else None

    def parse_fees(self, tree: Element) -> Fees:
        """The charges that are not settled. Raises LayoutChanged if they miss the balance, where that is told."""
        fees = [self._fee(_fields(each)) for each in _rows(tree, "fines")]
        told = _fields(tree)
        if "amountoutstanding" in told and _total(told) != sum(each.amount for each in fees):
            raise LayoutChanged("the charges do not add up to the balance")
        return Fees(tuple(each for each in fees if each.amount), total=_total(told))

    def _fee(self, told: dict[str, str]) -> Fee:
        amount = self.site.money(_mandatory(told, "amount of a charge", "amountoutstanding"), "amount of a charge")
        reason = _first(told, "description", "accounttype", "debittypecode")
        return Fee(amount=amount, reason=reason, currency=self.site.currency, date=self._day(told, "date"))


def _fields(element: Element) -> dict[str, str]:
    """The texts below `element` by tag, in small letters without underscores, so that all dialects look alike."""
    texts = {_name(each): page.fold(each.text or "") for each in element if not len(each)}
    return {name: text for name, text in texts.items() if text}


def _name(element: Any) -> str:
    return str(etree.QName(element).localname).replace("_", "").lower()


def _first(told: Mapping[str, str], *names: str) -> str | None:
    return next((told[name] for name in names if name in told), None)


def _mandatory(told: Mapping[str, str], what: str, *names: str) -> str:
    found = _first(told, *names)
    if found is None:
        raise LayoutChanged(f"no {what}")
    return found


def _know_all(tree: Element) -> None:
    """Raises LayoutChanged for a list that we do not know: it may be one that was renamed."""
    unknown = {_name(each) for each in tree if len(each)} - set(LISTS) - BESIDES
    if unknown:
        raise LayoutChanged(f"lists that are not known: {', '.join(sorted(unknown))}")


def _rows(tree: Element, what: str) -> list[Element]:
    """The rows of a list. We ask for all lists, and a document of XML is whole, so one that is left out is empty.

    Koha alone leaves out all of them; elsewhere that would mean that the service did not understand us.
    """
    found = [each for each in tree if _name(each) == what]
    understood = any(_name(each) in LISTS for each in tree) or "borrowernumber" in _fields(tree)
    if not found and not understood:
        raise LayoutChanged(f"no list of {what}")
    rows = [row for each in found for row in each]
    if len(found) > 1 or any(_name(row) != LISTS[what] for row in rows):
        raise LayoutChanged(f"the list of {what} is not one that is known")
    return rows


def _total(told: Mapping[str, str]) -> Decimal | None:
    """What is owed in all, as Koha writes it: in digits with a point."""
    text = _first(told, "amountoutstanding", "charges") or ""
    return Decimal(text).quantize(Decimal("0.01")) if re.fullmatch(r"-?\d+(?:\.\d+)?", text) else None


def _state(told: Mapping[str, str]) -> HoldState:
    """By Koha's code, by Nanook's mark, by BiblixNet's words; a place in the queue means waiting."""
    if told.get("suspend") == "1":
        return HoldState.SUSPENDED
    if told.get("found") in FOUND:
        return FOUND[told["found"]]
    if told.get("available") == "1":
        return HoldState.READY
    said = hold_state(_first(told, "state", "status") or "")
    queued = told.get("priority", "0") != "0" or told.get("available") == "0"
    return HoldState.WAITING if said is HoldState.UNKNOWN and queued else said
