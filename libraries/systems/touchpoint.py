"""OCLC TouchPoint, the successor of SISIS InfoGuide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.forms import leave
from libraries.listing import Fees, Listing
from libraries.login import LoginSeen
from libraries.options import option
from libraries.site import Site
from libraries.sunrise import card, door, lists
from libraries.web import Web

KINDS = ("loaned", "ordered", "requested", "fees")


@dataclass(frozen=True, kw_only=True)
class TouchPoint:
    """A TouchPoint catalogue. Its address ends in the application's folder, as /TouchPoint or /metaopac."""

    name: ClassVar[str] = "OCLC TouchPoint"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzernummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    chosen: str = option("", "a choice in the login form, where it asks for one, as its field=value")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads loans, orders, reservations and fees to the last page, and logs out."""
        field, _, value = self.chosen.partition("=")
        notice = door.log_in(web, login, self.site.url("login.do"), {field: value} if field else {})
        try:
            return door.account(web, self.site, {kind: self._list(kind) for kind in KINDS}, notice)
        finally:
            leave(web, self.site.url("login.do?methodToCall=logout"))

    def _list(self, kind: str) -> str:
        return self.site.url(f"userAccount.do?methodToCall=showAccount&accountTyp={kind}")

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the link to log out, or by a notice to be read first; refused by the alert at the form."""
        return door.seen(tree)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Counts, sum owed, expiry and the library's notices, which are on every page of the account."""
        return card.card(self.site, tree)

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the items on loan."""
        return lists.loans(self.site, tree)

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of the orders (Bestellungen) or of the reservations (Vormerkungen)."""
        return lists.holds(self.site, tree)

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The fees, which must add up to the sum in their tab."""
        return card.fees(self.site, tree)
