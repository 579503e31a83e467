"""ILS-DI, an XML interface of Koha and of French library systems: the dialects of Koha, Nanook and BiblixNet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from urllib.parse import quote

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged, SiteRefusedUs, SiteUnavailable
from libraries.fields import count
from libraries.listing import Fees, Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.parts import ilsdi
from libraries.parts.ilsdi import Element
from libraries.refusals import speaking
from libraries.site import Site
from libraries.web import Web

SERVER_ERROR = re.compile(rb"<title>[^<]*(?:HTTP Status|Apache Tomcat|Error report)", re.IGNORECASE)
REFUSED = {"PatronNotFound", "AuthenticationFailed", "InvalidCredentials", "WrongPassword"}
NOT_FOR_US = {"NotAllowed", "NotAuthorized"}
BLOCKED = {"PatronBlocked", "PatronExpired", "PasswordExpired", "PatronDisabled"}
BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")  # of a code
OF_PATRON = re.compile(  # what an error must be about, if it is a refusal in words that are not known
    r"\b(?:user|patron|borrower|reader|login|auth\w*|credentials?|password|lecteur|abonné|adhérent|usager|emprunteur"
    r"|identifiant|mot de passe)",
    re.IGNORECASE,
)
OURS = re.compile("parameter", re.IGNORECASE)  # what we asked was wrong


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
        told = ilsdi.fields(answer)
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
        told = ilsdi.fields(tree)
        code = told.get("code") or told.get("error")
        words = told.get("message") or code or ""
        if code in NOT_FOR_US:
            raise SiteRefusedUs("the service answers to other addresses only")
        if code in REFUSED or code in BLOCKED:
            return LoginSeen(LoginState.REFUSED if code in REFUSED else LoginState.MUST_ACT, words)
        said = f"{BETWEEN_WORDS.sub(' ', code or '')}. {words}"
        if code and not OURS.search(said) and (seen := speaking(said)):
            return LoginSeen(seen.state, words)
        if code and not OURS.search(said) and OF_PATRON.search(said):
            return LoginSeen(LoginState.REFUSED, words)
        if code or all(told.get(each, "0") == "0" for each in ("id", "patronid", "borrowernumber")):
            raise LayoutChanged("an answer without the patron's id")
        return LoginSeen(LoginState.IN)

    def parse_account(self, tree: Element) -> AccountSnapshot:
        """The patron's loans, holds and charges, and what the answer says of the card."""
        self.parse_login(tree).admit()
        card = self.parse_card(tree)
        fees = self.parse_fees(tree) if tree.find("{*}fines") is not None or card.fees_total == 0 else None
        return snapshot(card, loans=self.parse_loans(tree), holds=self.parse_holds(tree), fees=fees)

    def parse_card(self, tree: Element) -> AccountSnapshot:
        """Expiry, blocks, name, a note to the patron, and what is owed."""
        told = ilsdi.fields(tree)
        expires = told.get("dateexpiry") or told.get("enddate") or told.get("expirydate")
        names = (told.get("firstname"), told.get("surname") or told.get("lastname"))
        return AccountSnapshot(
            card_expires=self.site.expiry(expires) if expires else None,
            fees_total=ilsdi.total(self.site, told),
            blocked=self._blocked(told),
            messages=(told["opacnote"],) if "opacnote" in told else (),
            patron_name=" ".join(filter(None, names)) or None,
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
        """The loans, counted by newer Koha. Where there are none, some dialects leave out their list."""
        found = apart(ilsdi.loan(self.site, each) for each in ilsdi.rows(tree, "loans"))
        return Listing(found, count(ilsdi.fields(tree).get("totalloans"))).checked("loans")

    def parse_holds(self, tree: Element) -> Listing[Hold]:
        """The holds. Where there are none, some dialects leave out their list."""
        return Listing(apart(ilsdi.hold(self.site, each) for each in ilsdi.rows(tree, "holds")))

    def parse_fees(self, tree: Element) -> Fees:
        """The charges that are not settled. Raises LayoutChanged if they miss the balance, where that is told.

        Koha's `charges` are only those that keep a patron from borrowing, and no payments made ahead.
        """
        rows = (ilsdi.fee(self.site, each) for each in ilsdi.rows(tree, "fines"))
        fees = tuple(each for each in rows if each.amount)
        told = ilsdi.fields(tree)
        total, owed = ilsdi.total(self.site, told), sum((each.amount for each in fees), Decimal(0))
        if (total and not fees) or ("amountoutstanding" in told and total != owed):
            raise LayoutChanged("the charges do not add up to the balance")
        return Fees(fees, total=None if total is None else max(total, owed))
