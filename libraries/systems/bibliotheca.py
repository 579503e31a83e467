"""OCLC BIBLIOTHECA's web OPAC (index.asp), of many German towns: one page with all that is on the card."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, submit
from libraries.frames import within_frames
from libraries.listing import Listing, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.parts.bibliotheca import listing, says_none, shows_holds, tables_of
from libraries.parts.bibliotheca_facts import dated, dated_by, expires, facts_of, owed
from libraries.parts.bibliotheca_rows import hold, loan
from libraries.parts.bibliotheca_sheet import sheet_of
from libraries.refusals import judged
from libraries.site import Site
from libraries.web import Web
from libraries.words import FROZEN

LOGIN_FORM = "//form[.//input[@name='AUSWEIS'] and .//input[@name='PWD']]"
NEW_PASSWORD = "//form[.//input[@type='password'][2] or count(.//input[@type='password']) > 1]"
IS_MESSAGE = "@class[contains(., 'kontomeldung')]"
MESSAGE = f"//{IS_MESSAGE}/parent::*[normalize-space()][not(.//*/{IS_MESSAGE} or .//input)]"
OF_ITEMS = re.compile(r"frist|vorbestell|sitzung|loan|reserv|session", re.IGNORECASE)
LOGOUT = "//a[contains(@href, 'target=logoff')]"


@dataclass(frozen=True, kw_only=True)
class Bibliotheca:
    """A BIBLIOTHECA web OPAC. Its address is the folder that index.asp lies in."""

    name: ClassVar[str] = "OCLC BIBLIOTHECA (web OPAC, index.asp)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Ausweisnummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    db: str = option("", "the library's `db` parameter, where several share a server")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, which leads to the page with all that is on the card, and logs out."""
        account = self._log_in(web, login)
        way_out = page.maybe(account, LOGOUT)
        try:
            return self.parse_account(account)
        finally:
            usual = self.site.url("index.asp?kontofenster=true&target=logoff")
            leave(web, usual if way_out is None else address(account, way_out.get("href", "")))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        shared = f"&db={self.db}" if self.db else ""
        door = within_frames(web, web.get(self.site.url(f"index.asp?kontofenster=start{shared}")), LOGIN_FORM)
        form = page.one(door, LOGIN_FORM, "login form")
        asked = page.maybe(form, ".//*[@name='vkontodb']")
        filled = {"AUSWEIS": login.number, "PWD": login.pin}
        filled |= {"vkontodb": self.db} if self.db and asked is not None else {}
        landing = within_frames(web, submit(web, form, filled), f"{MESSAGE} | {LOGOUT}")
        self.parse_login(landing).admit()
        return landing

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the account's way out, or by its loans where that is in another frame; refused by the site's answer."""
        words = page.text(page.maybe(tree, MESSAGE))
        if page.maybe(tree, LOGOUT) is not None and (sheet_of(tree).headers or says_none(tree, "loans")):
            return LoginSeen(LoginState.IN)
        if words:
            return judged(words)
        if page.maybe(tree, LOGIN_FORM) is not None:
            return LoginSeen(LoginState.LOGIN_PAGE)
        if page.maybe(tree, NEW_PASSWORD) is not None:
            return LoginSeen(LoginState.MUST_ACT, "The library asks for a new password.")
        if page.maybe(tree, LOGOUT) is None and not any(each.what == "loans" for each in tables_of(tree)):
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.IN)

    def parse_account(self, tree: HtmlElement) -> AccountSnapshot:
        """All that is on the card. Where a library leaves out the part on holds, it tells nothing of them."""
        lists, facts = tables_of(tree), facts_of(tree)
        site = dated(self.site, facts)
        return snapshot(
            self._card(tree, facts),
            loans=listing(tree, lists, "loans", partial(loan, site)),
            holds=listing(tree, lists, "holds", partial(hold, site)) if shows_holds(tree, lists) else None,
        )

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry, the sum owed and the site's own messages."""
        return self._card(tree, facts_of(tree))

    def _card(self, tree: HtmlElement, facts: list[str]) -> AccountSnapshot:
        messages = tuple(map(page.text, page.every(tree, MESSAGE)))
        return AccountSnapshot(
            card_expires=expires(self.site, facts),
            fees_total=owed(self.site, facts),
            blocked=next((each for each in messages if FROZEN.search(each) and not OF_ITEMS.search(each)), None),
            messages=messages,
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan; where the page lists e-books too, those as well."""
        return listing(tree, tables_of(tree), "loans", partial(loan, dated_by(self.site, tree)))

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The items asked for."""
        return listing(tree, tables_of(tree), "holds", partial(hold, dated_by(self.site, tree)))
