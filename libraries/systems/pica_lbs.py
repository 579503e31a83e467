"""OCLC's PICA LBS4 with its newer account pages (LBS_WEB), of libraries in GBV, HeBIS and others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, settle, submit
from libraries.listing import Fees, Listing, apart, snapshot, together
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.page import cls
from libraries.parts import pica, pica_lbs
from libraries.refusals import judged
from libraries.site import Site
from libraries.web import Web
from libraries.words import FROZEN

LOGIN_FORM = "//form[.//input[@type='password']]"
LOGOUT = "//a[contains(@href, 'logout')]"
COLOUR = "translate(concat(@color, @style), 'ABCDEF ', 'abcdef')"
REDS = " or ".join(f"contains({COLOUR}, '{each}')" for each in ("red", "#f00", "#ff00"))
RED = f"self::*[self::font or self::span][{REDS}]"
REFUSAL = f"//*[{cls('error', 'errormessage', 'alertmessage')} or {RED}][normalize-space()]"


@dataclass(frozen=True, kw_only=True)
class PicaLbs:
    """An LBS with LBS_WEB. Its address is that of the loan server, as https://lbs.example.org."""

    name: ClassVar[str] = "PICA LBS4, newer account (LBS_WEB)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzernummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    start: str = option("", "what the address of the login ends in where it names a library, as ?USR=1000&BES=3")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, which shows the patron's data, reads loans, reservations and requests, and logs out."""
        landing = self._log_in(web, login)
        try:
            return self._account(web, self.parse_card(landing))
        finally:
            door = page.maybe(landing, LOGOUT)
            leave(web, self._at("../j_spring_security_logout") if door is None else address(door, door.get("href", "")))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = page.one(web.get(self._at(f"borrower.htm{self.start}")).html(), LOGIN_FORM, "login form")
        names = [each.get("name", "") for each in page.every(form, ".//input[@type='text' or @type='password']")]
        user = next((each for each in names if "user" in each.lower()), "j_username")
        secret = next((each for each in names if "pass" in each.lower()), "j_password")
        seen, _ = settle(web, submit(web, form, {user: login.number, secret: login.pin}), self.parse_login)
        seen.admit()
        return web.get(self._at("borrower.htm")).html()

    def _at(self, name: str) -> str:
        return self.site.url(f"LBS_WEB/borrower/{name}")

    def _account(self, web: Web, card: AccountSnapshot) -> AccountSnapshot:
        loans = self.parse_loans(web.get(self._at("loans.htm")).html())
        holds = self.parse_holds(web.get(self._at("reservations.htm")).html())
        asked = web.get(self._at("requests.htm"), expect=(404,))
        if asked.status == 200 and pica_lbs.offers(pica_lbs.sheet(asked.html()), "requests"):
            holds = together(holds, self.parse_holds(asked.html()))
        return snapshot(
            card,
            loans=replace(loans, rows=apart(loans.rows)),
            holds=replace(holds, rows=apart(holds.rows)),
            # The site tells what is owed in all; its list of costs is not read.
            fees=Fees(total=card.fees_total) if card.fees_total == 0 else None,
        )

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the link to log out, unless the password must be changed; refused by the words in red at the form."""
        inside, form = page.maybe(tree, LOGOUT) is not None, page.maybe(tree, LOGIN_FORM)
        if form is None and not inside:
            raise LayoutChanged("neither the account nor the login form")
        words = page.text(page.maybe(tree, REFUSAL)) if form is not None else ""
        seen = judged(words) if words else LoginSeen(LoginState.LOGIN_PAGE)
        return LoginSeen(LoginState.IN) if inside and seen.state is not LoginState.MUST_ACT else seen

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """What is owed and until when the card is valid, from the patron's data; warnings beside them."""
        if page.maybe(page.finished(tree), LOGOUT) is None:
            raise LayoutChanged("no account")
        sheet = pica_lbs.sheet(tree)
        pairs = [] if sheet.lists else pica_lbs.pairs(sheet)
        told = {name: said for label, said in reversed(pairs) if (name := pica.named(label))}
        if not told:
            raise LayoutChanged("no data of the patron")
        warnings = [page.text(each) for each in page.every(tree, REFUSAL)]
        owed = pica.owed(self.site, pairs)
        if owed is None and pica_lbs.tab_says_none(sheet, "fees"):
            owed = Decimal("0.00")
        return AccountSnapshot(
            card_expires=self.site.expiry(told.get("expires", "")),
            fees_total=owed,
            blocked=next((each for each in warnings if FROZEN.search(each)), None),
            messages=tuple(warnings),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan."""
        choices = (each for each in tree.iter("input") if each.get("name") == "selection")
        chosen = next((each for each in choices if each.get("checked") is not None), None)
        if chosen is not None and chosen.get("value") != "ALL":
            raise LayoutChanged("the page shows a part of the loans only")
        sheet = pica_lbs.sheet(tree)
        rows = pica_lbs.rows(sheet, "loans", {"loans"})
        return Listing(tuple(pica.loan(self.site, row) for row in rows), pica_lbs.stated(sheet)).checked("loans")

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The reservations, or the requests for items from the stacks, which do not say how they stand."""
        sheet = pica_lbs.sheet(tree)
        otherwise = HoldState.WAITING if pica_lbs.shown(sheet) == "reservations" else HoldState.UNKNOWN
        rows = pica_lbs.rows(sheet, "holds", {"reservations", "requests"})
        holds = tuple(pica.hold(self.site, row, otherwise) for row in rows)
        return Listing(holds, pica_lbs.stated(sheet)).checked("holds")
