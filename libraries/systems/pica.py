"""OCLC's PICA OPC4 with its older account pages (USERINFO), of libraries in GBV, HeBIS and the Netherlands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlencode

from lxml.html import HtmlElement

from libraries import charges, page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.answer import Answer
from libraries.errors import LayoutChanged
from libraries.forms import address, settle, submit
from libraries.listing import Fees, Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import says_none
from libraries.options import option
from libraries.page import cls
from libraries.parts import pica, pica_opc
from libraries.refusals import judged
from libraries.site import Site
from libraries.web import Web
from libraries.words import FROZEN

LANGUAGES = {"de": "DU", "en": "EN", "nl": "NE", "fr": "FR"}
# A form to change the password has the field as well, and the token of one who is in.
LOGIN_FORM = "//form[.//input[@name='BOR_PW'] and not(.//input[@name='BOR_PW_ENC'])]"
# What the form of the login holds beside number and password, for sites that do not show it at its address.
KNOWN_USER = {"ACT": "UI_DATA", "HOST_NAME": "", "HOST_PORT": "", "HOST_SCRIPT": "", "LOGIN": "KNOWNUSER"}
TOKEN = "//input[@name='BOR_PW_ENC'][@value]"
TAB = "//a[contains(@href, 'ACT={act}')][contains(@href, 'BOR_PW_ENC=')]"
WARNING = f".//*[{cls('alert', 'error')}][normalize-space()]"
PRICE = re.compile(r"\d[.,]\d\d(?!\d|[.,/-]\d)")


@dataclass(frozen=True, kw_only=True)
class Pica:
    """An OPC4 catalogue. Its address is that of the loan server; it keeps no session, so there is no logout."""

    name: ClassVar[str] = "PICA OPC4, older account (USERINFO)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzernummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    database: str = option("1", "number of the database, as in /DB=2.1/")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, which shows the patron's data, and reads loans, reservations and costs."""
        landing = self._log_in(web, login)
        card = self.parse_card(landing)
        loans = self.parse_loans(web.get(self._place(landing, "UI_LOL")).html())
        holds = self.parse_holds(web.get(self._place(landing, "UI_LOR")).html())
        return snapshot(
            card,
            loans=replace(loans, rows=apart(loans.rows)),
            holds=replace(holds, rows=apart(holds.rows)),
            fees=self.parse_fees(web.get(self._place(landing, "UI_LOC")).html()),
        )

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = page.maybe(web.get(self._door()).html(), LOGIN_FORM)
        filled = {"BOR_U": login.number, "BOR_PW": login.pin}
        answer = self._ask(web, filled) if form is None else submit(web, form, filled)
        seen, landing = settle(web, answer, self.parse_login)
        seen.admit()
        return landing

    def _ask(self, web: Web, filled: Mapping[str, str]) -> Answer:
        return web.post(self._door(), data=KNOWN_USER | {"STATUS": "HML_OK", **filled})

    def _door(self) -> str:
        language = LANGUAGES.get(self.site.language.lower().split("-")[0], "DU")
        return self.site.url(f"/loan/DB={self.database}/LNG={language}/USERINFO")

    def _place(self, landing: HtmlElement, act: str) -> str:
        """Where a list is: the link on the page, else the address of the login with the token of the page."""
        link = page.maybe(landing, TAB.format(act=act))
        if link is not None:
            return address(link, link.get("href", ""))
        token = {each: page.maybe(landing, f"//input[@name='{each}']") for each in ("BOR_U", "BOR_PW_ENC")}
        sent = {name: field.get("value", "") for name, field in token.items() if field is not None}
        return f"{self._door()}?{urlencode({'ACT': act, **sent})}"

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the token that goes with every link; refused by the words in the page's content."""
        form = page.maybe(tree, LOGIN_FORM)
        inside = page.maybe(tree, TOKEN) is not None or page.maybe(tree, TAB.format(act="UI_")) is not None
        if inside and form is None:
            return LoginSeen(LoginState.IN)
        words = " ".join(page.text(each) for each in page.every(pica_opc.content(tree), WARNING))
        if words and (form is not None or page.maybe(tree, pica_opc.CONTENT) is not None):
            return judged(words)
        if form is None:
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.LOGIN_PAGE)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry and sum owed from the patron's data, and the warnings beside them."""
        if self.parse_login(page.finished(tree)).state is not LoginState.IN:
            raise LayoutChanged("no account")
        pairs = [] if pica_opc.sheet(tree).kind else pica_opc.pairs(tree)
        if not pairs:
            raise LayoutChanged("no data of the patron")
        warnings = [page.text(each) for each in page.every(pica_opc.content(tree), WARNING)]
        days = (self.site.expiry(pica.dotted(said)) for label, said in pairs if pica.named(label) == "expires")
        return AccountSnapshot(
            card_expires=next(filter(None, days), None),
            fees_total=pica.owed(self.site, pairs),
            blocked=next((each for each in warnings if FROZEN.search(each)), None),
            messages=tuple(warnings),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan."""
        rows = pica_opc.rows(pica_opc.sheet(tree), "loans", "loans")
        return Listing(tuple(pica.loan(self.site, row) for row in rows))

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The reservations, which mostly do not say how they stand."""
        rows = pica_opc.rows(pica_opc.sheet(tree), "holds", "reservations")
        return Listing(tuple(pica.hold(self.site, row, HoldState.WAITING) for row in rows))

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The costs. Raises LayoutChanged where they do not add up to the sum below them."""
        sheet = pica_opc.sheet(page.finished(tree))
        content = page.whole(sheet.content, "fees")
        found, total = charges.summed_up(self.site, filter(_is_priced, pica_opc.lines(sheet, "fees")))
        if not found and not says_none(content, "fees"):
            raise LayoutChanged("no fees, and no word that there are none")
        return charges.added_up(found, total)


def _is_priced(line: HtmlElement) -> bool:
    """Whether the line has a cell with an amount of money. Raises LayoutChanged for one that hides its amount."""
    said = [page.text(cell) for cell in line if next(cell.iter("table"), None) is None]
    if any(map(charges.is_money, said)):
        return True
    if len(list(filter(None, said))) > 1 and any(map(PRICE.search, said)):
        raise LayoutChanged("a line among the fees without an amount of its own")
    return False
