"""OCLC's SISIS-SunRise InfoGuide, known as WebOPAC, of many German cities and universities."""

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

# The numbers of the tabs; 2 to 5 are parts of the first.
TABS = {"loaned": "1", "ordered": "6", "requested": "7", "fees": "8"}


@dataclass(frozen=True, kw_only=True)
class Sisis:
    """An InfoGuide WebOPAC. Its address ends in the application's folder, as /webOPACClient."""

    name: ClassVar[str] = "OCLC SISIS-SunRise InfoGuide (WebOPAC)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzernummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    start: str = option("", "what the address of the start page ends in where it chooses a library, as ?Login=wo_city")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads loans, orders, reservations and fees to the last page, and logs out."""
        web.get(self.site.url(f"start.do{self.start}"))
        notice = door.log_in(web, login, self.site.url("userAccount.do?methodToCall=show&type=1"), {})
        try:
            return door.account(web, self.site, {name: self._tab(number) for name, number in TABS.items()}, notice)
        finally:
            leave(web, self.site.url("login.do?methodToCall=logout"))

    def _tab(self, number: str) -> str:
        return self.site.url(f"userAccount.do?methodToCall=showAccount&typ={number}")

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the link to log out, or by a notice to be read first; refused by the marked words at the form."""
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
