"""AlliedTech's NetBiblio WebOPAC (AlCoda), of Swiss libraries: grids that put several fields into a cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import charges, page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import leave, settle, submit
from libraries.listing import Fees, Listing, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.page import cls
from libraries.parts.netbiblio import LINKS, box_of, counted, hold, listing, loan, owed, rows_of
from libraries.refusals import judged, telling
from libraries.site import Site
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN

LOGIN_FORM = "//form[.//input[@name='Username'] and .//input[@name='Password']]"
LOGOUT = "//a[contains(@href, 'account/logout')]"
OVERVIEW = f"//div[{cls('wo-com-account-overview')}]"
ALERT = f"//div[{cls('alert')}][not({cls('alert-success')})][normalize-space()]"
LABELS = f"//*[{cls('wo-list-label')}]"
CONTENT = f"following-sibling::*[{cls('wo-list-content')}][1]"
SUBSCRIPTION = re.compile(
    r"(?:abb?o|mitglied|subscription|ausweis|karte).*\b(?:ende?|fine?|bis|until)\b", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class NetBiblio:
    """A NetBiblio WebOPAC. Its address ends in the application's folder, as /WebOPAC."""

    name: ClassVar[str] = "AlliedTech NetBiblio WebOPAC (AlCoda)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzername oder Ausweisnummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the overview, loans, reservations, orders and fees to the last page, and logs out."""
        self._log_in(web, login)
        try:
            return self._account(web)
        finally:
            leave(web, self.site.url("account/logout"))

    def _log_in(self, web: Web, login: Login) -> None:
        form = page.one(web.get(self.site.url("account/login")).html(), LOGIN_FORM, "login form")
        filled = {"Username": login.number, "Password": login.pin}
        seen, _ = settle(web, submit(web, form, filled), self.parse_login)
        seen.admit()

    def _account(self, web: Web) -> AccountSnapshot:
        card = self.parse_card(web.get(self.site.url("account")).html())
        first = self.parse_loans(web.get(self.site.url("account/circulations")).html())
        loans = follow(first, lambda url: self.parse_loans(web.get(url).html()), "loans")
        asked = [self._holds(web, name) for name in ("reservations", "orders")]
        stated = [each.stated for each in asked if each.stated is not None]
        holds = Listing(tuple(row for each in asked for row in each.rows), sum(stated) if stated else None)
        return snapshot(card, loans=loans, holds=holds, fees=self._fees(web, card))

    def _holds(self, web: Web, name: str) -> Listing[Hold]:
        first = self.parse_holds(web.get(self.site.url(f"account/{name}")).html())
        return follow(first, lambda url: self.parse_holds(web.get(url).html()), "holds")

    def _fees(self, web: Web, card: AccountSnapshot) -> Fees:
        if card.fees_total == 0:
            return Fees(total=card.fees_total)
        first = self.parse_fees(web.get(self.site.url("account/fees")).html())
        every = follow(first, lambda url: self.parse_fees(web.get(url).html()), "fees")
        return replace(charges.added_up(every.rows, first.total), stated=every.stated)

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the link to log out; refused by the alert at the form."""
        if page.maybe(tree, LOGOUT) is not None or page.maybe(tree, OVERVIEW) is not None:
            return LoginSeen(LoginState.IN)
        if page.maybe(tree, LOGIN_FORM) is None:
            raise LayoutChanged("neither the account nor the login form")
        alerts = {each: page.own_text(each) or page.text(each) for each in page.every(tree, ALERT)}
        words = next((said for each, said in alerts.items() if not _is_news(each, said)), "")
        return judged(words) if words else LoginSeen(LoginState.LOGIN_PAGE)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Counts and sum owed from the menu that every account page has; expiry and alerts from the overview."""
        if page.maybe(page.finished(tree), LOGOUT) is None and page.maybe(tree, OVERVIEW) is None:
            raise LayoutChanged("no menu of the account")
        alerts = [page.text(each) for each in page.every(tree, ALERT)]
        ends = [each for each in page.every(tree, LABELS) if _is_expiry(page.text(each))]
        told = (page.text(page.maybe(each, CONTENT)) for each in ends)
        links = page.every(tree, LINKS)
        counts = {name: counted(links, name) for name in ("circulations", "reservations", "orders")}
        holds = [count for count in (counts["reservations"], counts["orders"]) if count is not None]
        loans = {} if counts["circulations"] is None else {"loans": counts["circulations"]}
        return AccountSnapshot(
            card_expires=next((day for words in told if (day := self.site.expiry(words))), None),
            fees_total=self.site.maybe_money(owed(tree)),
            blocked=next((each for each in alerts if FROZEN.search(each)), None),
            messages=tuple(alerts),
            counts=loans | ({"holds": sum(holds)} if holds else {}),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the loans."""
        box = box_of(tree, "loans", {"circulations"})
        return listing(tree, box, [loan(self.site, *row) for row in rows_of(box, "loans")], "loans")

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of the reservations, or of the orders."""
        box = box_of(tree, "holds", {"reservations", "orders"})
        words = page.text(page.maybe(box.node, ".//h1")) if box.kind == "orders" else "reserved, waiting"
        return listing(tree, box, [hold(self.site, words, *row) for row in rows_of(box, "holds")], "holds")

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """One page of the fees. Raises LayoutChanged where a page with all of them misses the sum in the menu."""
        box = box_of(tree, "fees", {"fees"})
        found = [fee for table in box.grids for fee in charges.in_table(self.site, table)]
        told = listing(tree, box, found, "fees")
        total = self.site.maybe_money(owed(tree))
        if told.more is None and told.stated in {None, len(found)}:
            charges.added_up(found, total)
        return Fees(told.rows, told.stated, told.more, total)


def _is_news(alert: HtmlElement, said: str) -> bool:
    """Whether the alert is of no one's login: opening hours, say."""
    return "alert-info" in alert.get("class", "").split() and not telling([said])


def _is_expiry(label: str) -> bool:
    return bool(SUBSCRIPTION.search(label) or EXPIRES.search(label))
