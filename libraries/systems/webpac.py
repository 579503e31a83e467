"""Innovative's WebPAC, the classic catalogue of Millennium and Sierra."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Fee, Hold, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, base, leave, settle, submit
from libraries.listing import Fees, Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.page import cls
from libraries.parts.webpac import MENU, counts, list_rows, prove_none
from libraries.parts.webpac_rows import hold, loan
from libraries.refusals import at_the_form
from libraries.site import Site
from libraries.web import Web

ACCOUNT = f"//*[{cls('patNameAddress', 'patInfo')}]"
NOTICES = f"//h3[preceding::*[{cls('loggedInMessage')}] and following::*[{cls('patNameAddress')}]]"
LOGIN_FORM = "//form[.//input[@name='code']]"
NEW_PIN = "//form[.//input[@name='pin1'] or .//*[@id='ipssonewpin']]"
REFUSAL = f"//*[{cls('errors', 'error')}][normalize-space()]"
EXPIRY = re.compile(r"(?:\bEXP\b|EXPIR\w*|CADUC\w*|VALID UNTIL)(?:[ .]*(?:DATE|ON|LE))?[ .:]*(.*)", re.IGNORECASE)

FINE = "patFuncFinesDetailAmt"
FINES = f"//tr[{cls('patFuncFinesEntryTitle', 'patFuncFinesEntryDetail', 'patFuncFinesDetailDate')}]"


@dataclass(frozen=True, kw_only=True)
class WebPac:
    """A WebPAC, by its scope: libraries that share one catalogue differ in it."""

    name: ClassVar[str] = "Innovative WebPAC (Millennium, Sierra classic)"
    labels: ClassVar[Mapping[str, str]] = {"name": "First and last name", "number": "Library card number", "pin": "PIN"}
    read = staticmethod(page.html)

    site: Site
    scope: str = option("1", "number of the library's scope, as in /patroninfo~S3/")
    central_login: bool = option(True, "whether patrons sign in at /iii/cas/login rather than at /patroninfo itself")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the landing page, loans, holds and fines, and logs out."""
        landing = self._log_in(web, login)
        try:
            return self._account(web, landing)
        finally:
            leave(web, self.site.url(f"/logout~S{self.scope}?"))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = page.one(web.get(self._door()).html(), LOGIN_FORM, "login form")
        given = {"name": login.name or "", "code": login.number, "pin": login.pin}
        present = {each.get("name") for each in page.every(form, ".//input")}
        asked = {name: text for name, text in given.items() if name in present}
        seen, landing = settle(web, submit(web, form, asked), self.parse_login)
        seen.admit()
        return landing

    def _door(self) -> str:
        account = f"/patroninfo~S{self.scope}/"
        if not self.central_login:
            return self.site.url(account)
        back = self.site.url(f"{account}j_acegi_cas_security_check")
        return self.site.url(f"/iii/cas/login?service={back}&lang=eng&scope={self.scope}")

    def _account(self, web: Web, landing: HtmlElement) -> AccountSnapshot:
        home = _home(landing)
        owes = page.maybe(landing, MENU.format(list="overdues")) is not None
        return snapshot(
            self.parse_card(landing),
            loans=self.parse_loans(web.get(f"{home}/items").html()),
            holds=self.parse_holds(web.get(f"{home}/holds").html()),
            fees=self.parse_fees(web.get(f"{home}/overdues").html()) if owes else None,
        )

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the patron's block; refused by the words above the form."""
        if page.maybe(tree, ACCOUNT) is not None:
            return LoginSeen(LoginState.IN)
        if page.maybe(tree, NEW_PIN) is not None:
            return LoginSeen(LoginState.MUST_ACT, "The library asks for a new PIN.")
        if page.maybe(tree, LOGIN_FORM) is None:
            raise LayoutChanged("neither the account nor the login form")
        return at_the_form(tree, REFUSAL)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Name, expiry and counts from the patron's block and the links beside it."""
        block = page.one(page.finished(tree), ACCOUNT, "patron's block")
        owed = page.text(page.maybe(tree, MENU.format(list="overdues")))
        return AccountSnapshot(
            card_expires=self.site.expiry(_expiry(page.lines(block))),
            patron_name=next(iter(page.lines(block)), None),
            fees_total=self.site.maybe_money(owed),
            counts=counts(tree),
            messages=_notices(tree),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items checked out."""
        rows, stated = list_rows(tree, "loans")
        start = base(tree)
        return Listing(apart(loan(self.site, row, start) for row in rows), stated).checked("loans")

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The requests."""
        rows, stated = list_rows(tree, "holds")
        start = base(tree)
        return Listing(apart(hold(self.site, row, start) for row in rows), stated).checked("holds")

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The fines and bills, title rows and detail rows in turn. Raises LayoutChanged if they miss the total."""
        fees, title = list[Fee](), ""
        for row in page.every(tree, FINES):
            page.whole(next(row.iterancestors("table"), row), "fines")
            if "patFuncFinesEntryTitle" in row.get("class", ""):
                title = page.text(row)
            elif page.marked(row, FINE) is not None:
                fees.append(self._fee(row, title))
        if not fees:
            prove_none(tree, "fees")
        total = self.site.maybe_money(page.text(page.marked(tree, "patFuncFinesTotalAmt")))
        if total is not None and total != sum(each.amount for each in fees):
            raise LayoutChanged("the fines do not add up to the total")
        return Fees(tuple(fees), total=total)

    def _fee(self, row: HtmlElement, title: str) -> Fee:
        kind = page.text(page.marked(row, "patFuncFinesDetailType"))
        amount = self.site.money(page.text(page.marked(row, FINE)), "fine's amount")
        return Fee(amount=amount, reason=": ".join(filter(None, (kind, title))) or None, currency=self.site.currency)


def _home(landing: HtmlElement) -> str:
    """The address below which this patron's lists are."""
    links = page.every(landing, "//a[contains(@href, '/patroninfo')]")
    for place in (*(address(landing, each.get("href", "")) for each in links), landing.base_url or ""):
        if found := re.match(r"(https?://[^?#]*/patroninfo(?:~S\d+)?/\d+)/", place):
            return found[1]
    raise LayoutChanged("no link to the patron's lists")


def _expiry(lines: list[str]) -> str:
    """What stands behind the label of the expiry, in its line or, where that ends, in the next; "" without one."""
    told = (found[1] or after for line, after in pairwise([*lines, ""]) if (found := EXPIRY.search(line)))
    return next(told, "")


def _notices(tree: HtmlElement) -> tuple[str, ...]:
    """Headlines between the greeting and the patron's block: the library's own messages."""
    return tuple(filter(None, map(page.text, page.every(tree, NOTICES))))
