"""iOPAC (di.exe by IBTC), of small German town libraries: one request, one page with all that is on the card."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from urllib.parse import urlencode

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged, SiteFailing
from libraries.forms import address, leave, send_in, submit, values
from libraries.listing import Listing, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import lines_shown
from libraries.options import option
from libraries.page import cls
from libraries.parts.iopac import HOLDS, Sheet, hold, listing, loan, sheet_of
from libraries.refusals import judged, telling
from libraries.site import Site
from libraries.web import Web

LOGIN_FORM = "//form[.//input[@name='sleKndNr'] and .//input[@name='slePw']]"
ACCOUNT = (
    "//a[@name='AUS' or @name='RES'] | //*[starts-with(@id, 'ReaderAccount') or starts-with(@class, 'ReaderAccount')]"
)
WAY_OUT = "//form[.//input[@name='mode' and @value='35']]"
HEAD = f"//h1 | //*[{cls('HTMLInfo_Head')}]"
WORDS = f"//*[{cls('HTMLInfo_Text')}][normalize-space()] | //th[normalize-space()]"
BALANCE = re.compile(r"(?:kontostand|konto|saldo)\b[^\d\u2212-]{0,20}([-\u2212]?\s*\d[\d.,]*)", re.IGNORECASE)
EXPIRY = re.compile(r"gültig|läuft|ablauf|abgelaufen", re.IGNORECASE)
BARRED = re.compile(r"gesperrt|abgelaufen", re.IGNORECASE)
IN = re.compile(r"kontostand|leser-?\s*n(?:r|ummer)|ausgeliehene", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class IOpac:
    """An iOPAC. Its address is what stands before /cgi-bin/di.exe."""

    name: ClassVar[str] = "iOPAC (di.exe)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Lesernummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    door: str = option("", "path of the page with the login form, where that form has fields of its own")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, which leads to the page with all that is on the card, and logs out."""
        account = self._log_in(web, login)
        try:
            return self.parse_account(account)
        finally:
            form = page.maybe(account, WAY_OUT)
            if form is not None:
                leave(web, f"{address(form, form.get('action', ''))}?{urlencode(values(form))}")

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        filled = {"sleKndNr": login.number, "slePw": login.pin}
        if self.door:
            form = page.one(web.get(self.site.url(self.door)).html(), LOGIN_FORM, "login form")
            account = submit(web, form, filled).html()
        else:
            known = {**filled, "pshLogin": "Login"}
            account = send_in("iso-8859-1", web, self.site.url("cgi-bin/di.exe"), known).html()
        self.parse_login(account).admit()
        return account

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the account's own parts; refused by a headline that says so. Raises SiteFailing for its own faults."""
        head = " ".join(page.text(each) for each in page.every(tree, HEAD))
        if "fehlgeschlagen" in head.casefold() or "failed" in head.casefold():
            said = " ".join(page.text(each) for each in page.every(tree, WORDS))
            return judged(said or head)
        if page.maybe(tree, ACCOUNT) is not None or any(IN.search(each) for each in sheet_of(tree).facts):
            return LoginSeen(LoginState.IN)
        told = telling(lines_shown(tree))
        if told or page.maybe(tree, LOGIN_FORM) is not None:
            return judged(told) if told else LoginSeen(LoginState.LOGIN_PAGE)
        if "RUNTIME ERROR" in page.text(tree).upper():
            raise SiteFailing("the library's server reports an error of its own")
        raise LayoutChanged("neither the account nor the login form")

    def parse_account(self, tree: HtmlElement) -> AccountSnapshot:
        """All that is on the card. Where the page has not a word on reservations, it tells nothing of them."""
        sheet = sheet_of(page.finished(tree))
        tells = any(each.what == "holds" for each in sheet.parts) or any(map(HOLDS.search, sheet.facts))
        holds = listing(sheet, "holds", partial(hold, self.site)) if tells else None
        return snapshot(self._card(sheet), loans=listing(sheet, "loans", partial(loan, self.site)), holds=holds)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry, balance and what bars the card. A balance below nothing is what the patron owes."""
        return self._card(sheet_of(page.finished(tree)))

    def _card(self, sheet: Sheet) -> AccountSnapshot:
        facts = sheet.facts
        if not facts:
            raise LayoutChanged("no word on the card")
        expiry = next((day for each in facts if EXPIRY.search(each) and (day := self.site.expiry(each))), None)
        balance = next(filter(None, map(BALANCE.search, facts)), None)
        amount = self.site.money(balance[1], "balance") if balance else None
        barred = sheet.expired or next((each for each in facts if BARRED.search(each)), None)
        return AccountSnapshot(
            card_expires=expiry,
            fees_total=None if amount is None else max(-amount, amount - amount),
            blocked=barred,
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan."""
        return listing(sheet_of(page.finished(tree)), "loans", partial(loan, self.site))

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The reserved items."""
        return listing(sheet_of(page.finished(tree)), "holds", partial(hold, self.site))
