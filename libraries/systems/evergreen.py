"""Evergreen, through its OpenSRF gateway."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import md5
from typing import Any, ClassVar

from libraries import page, stamps
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged
from libraries.fields import as_object, yes
from libraries.forms import parting
from libraries.listing import Fees, Listing, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.opensrf import Gateway, Order, field, one, parse_order, result, told
from libraries.parts import evergreen as rows
from libraries.parts import evergreen_calls as calls
from libraries.site import Site
from libraries.web import Web

NEEDED = ("au", "circ", "ahr", "mvr", "mbts")
CLASSES = (*NEEDED, "ahtc", "acp", "mus", "aou")
REFUSALS = {"LOGIN_FAILED", "ACTOR_USER_NOT_FOUND", "ACTOR_CARD_NOT_FOUND"}


@dataclass(frozen=True, kw_only=True)
class Evergreen:
    """An Evergreen server that lets patrons use its gateway."""

    name: ClassVar[str] = "Evergreen (OpenSRF gateway)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Library card number or user name", "pin": "PIN or password"}
    read = staticmethod(page.json)

    site: Site

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Asks the server for the order of its fields, logs in, asks for each list and each row, and logs out."""
        ask = Gateway(web, self.site.url("/osrf-gateway-v1"), self._order(web))
        token = self._log_in(ask, login)
        try:
            return self._account(ask, token)
        finally:
            with parting(web):
                ask("open-ils.auth.session.delete", token)

    def _order(self, web: Web) -> Order:
        wanted = "&".join(f"class={each}" for each in CLASSES)
        return parse_order(web.get(self.site.url(f"/reports/fm_IDL.xml?{wanted}")).xml(), NEEDED)

    def _log_in(self, ask: Gateway, login: Login) -> str:
        who = {"barcode" if login.number[:1].isdecimal() else "username": login.number}
        seed = ask("open-ils.auth.authenticate.init", login.number)
        if not isinstance(seed, str) or not seed.isascii():
            raise LayoutChanged("no seed for the password")
        secret = _md5(seed + _md5(login.pin))
        answer = ask.raw("open-ils.auth.authenticate.complete", {"type": "opac", **who, "password": secret})
        self.parse_login(answer).admit()
        return str(_event(answer)["payload"]["authtoken"])

    def _account(self, ask: Gateway, token: str) -> AccountSnapshot:
        patron = as_object(ask("open-ils.auth.session.retrieve", token), "patron")
        number = field(patron, "id", "patron")
        return snapshot(
            self.parse_card(patron),
            loans=self.parse_loans([*calls.loans(ask, token, number)]),
            holds=self.parse_holds([*calls.holds(ask, token, number)]),
            fees=self.parse_fees(ask("open-ils.actor.user.transactions.have_charge.fleshed", token, number)),
            counts=calls.counts(ask, token, number),
        )

    def parse_login(self, answer: Any) -> LoginSeen:
        """In by a session's token; refused by the event LOGIN_FAILED; the patron acts on PATRON_… events."""
        event = _event(answer)
        if isinstance(event, str):
            return LoginSeen(LoginState.LOGIN_PAGE)
        code, words = str(as_object(event, "event").get("textcode")), page.fold(str(event.get("desc") or ""))
        if code in REFUSALS:
            return LoginSeen(LoginState.REFUSED, words)
        if code.startswith("PATRON_"):
            return LoginSeen(LoginState.MUST_ACT, words)
        if code == "NO_SESSION":
            return LoginSeen(LoginState.LOGIN_PAGE)
        session = result(event, "login").get("payload")
        if code != "SUCCESS" or not as_object(session, "session").get("authtoken"):
            raise LayoutChanged("neither a session nor a refusal")
        return LoginSeen(LoginState.IN)

    def parse_card(self, answer: Any) -> AccountSnapshot:
        """Expiry, name and whether the patron is barred."""
        patron = as_object(told(answer), "patron")
        names = (page.fold(str(patron.get(each) or "")) for each in ("first_given_name", "family_name"))
        return AccountSnapshot(
            card_expires=stamps.maybe_day(self.site, field(patron, "expire_date", "patron"), "expiry"),
            patron_name=" ".join(filter(None, names)) or None,
            blocked="Barred" if yes(patron.get("barred")) else None,
        )

    def parse_loans(self, answer: Any) -> Listing[Loan]:
        """Loans, each with its record; of the lists of their numbers only that these are empty."""
        numbers = told(answer)
        if isinstance(numbers, dict) and set(numbers) >= calls.ALWAYS:
            return Listing[Loan](stated=sum(map(len, calls.numbered(numbers).values()))).checked("loans")
        return Listing(tuple(rows.loan(self.site, each) for each in rows.listed(answer, "loans")))

    def parse_holds(self, answer: Any) -> Listing[Hold]:
        """Holds, each with its record and its queue."""
        return Listing(tuple(rows.hold(self.site, each) for each in rows.listed(answer, "holds")))

    def parse_fees(self, answer: Any) -> Fees:
        """The bills with a balance. Evergreen gives each its own, so their sum is what is owed."""
        fees = [rows.fee(self.site, each) for each in rows.listed(answer, "bills")]
        return Fees(tuple(each for each in fees if each.amount), total=sum((f.amount for f in fees), Decimal("0.00")))


def _event(answer: Any) -> Any:
    """What was answered to a login: one event, or a list that begins with it."""
    found = one(answer)
    return found[0] if isinstance(found, list) and found else found


def _md5(text: str) -> str:
    """The hash with which Evergreen has a password sent, not one that protects it."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()
