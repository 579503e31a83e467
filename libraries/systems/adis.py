"""a|S|tec's aDIS/BMS, of large German cities and universities: an overview, and from there list after list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.astec import rows, steps
from libraries.astec.messages import SIGNED_IN, about_login, messages_of
from libraries.astec.overview import Entry, counted, entries, facts_of, headed, owed, patron
from libraries.errors import LayoutChanged
from libraries.forms import submit
from libraries.listing import Listing, apart, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.refusals import judged
from libraries.site import Site
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN

NUMBERS = ("L#AUSW_1", "L#AUSW", "IDENT_1", "LMATNR_1", "$$LAUSW_1")
NUMBER_FIELD = f".//input[@name][{' or '.join(f'@id={each!r} or @fld={each!r}' for each in NUMBERS)}]"
PIN_FIELD = ".//input[@type='password' and @name]"
SIGN_IN = re.compile(r"anmeld|login|sign in", re.IGNORECASE)
WRONG_FIELD = "//input[contains(@class, 'errstate')]"


@dataclass(frozen=True, kw_only=True)
class Adis:
    """An aDIS web OPAC. Its address is the application's folder, as /aDISWeb."""

    name: ClassVar[str] = "aDIS/BMS (a|S|tec)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Ausweisnummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    start: str = option("service=direct/0/Home/$DirectLink&sp=SOPAC", "what follows app? in the start page's address")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the overview and each of its lists, coming back in between, and logs out."""
        overview = self._log_in(web, login)
        try:
            return self._account(web, overview)
        finally:
            steps.sign_out(web, overview)

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        door = web.get(self.site.url(f"app?{self.start}")).html()
        if page.maybe(door, PIN_FIELD) is None:
            door = steps.open_account(web, door)
        form = steps.form(door)
        number, pin = (page.one(form, path, "login field").get("name", "") for path in (NUMBER_FIELD, PIN_FIELD))
        landing = steps.press(web, door, SIGN_IN, {number: login.number, pin: login.pin})
        seen = self.parse_login(landing)
        seen.admit()
        if SIGNED_IN.search(seen.words):
            landing = submit(web, steps.form(landing), {}).html()
        return landing if entries(landing) else steps.open_account(web, landing)

    def _account(self, web: Web, overview: HtmlElement) -> AccountSnapshot:
        card, here = self.parse_card(overview), overview
        lists: dict[str, list[Listing[Any]]] = {"loans": [], "holds": []}
        for entry in entries(overview):
            what = "loans" if entry.kind == "loans" else "holds"
            listing: Listing[Any] = Listing((), 0)
            if entry.link is not None:
                here = here if here is overview else steps.back(web, here)
                listing, here = self._walk(web, here, entry, what)
            lists[what].append(listing)
        if not lists["loans"]:
            raise LayoutChanged("no word of loans in the overview")
        return snapshot(
            card, loans=_together(lists["loans"]), holds=_together(lists["holds"]) if lists["holds"] else None
        )

    def _walk(self, web: Web, overview: HtmlElement, entry: Entry, what: str) -> tuple[Listing[Any], HtmlElement]:
        """One list to its last page, and that page, from which alone the way goes on."""
        link = next((each.link for each in entries(overview) if each.words == entry.words), None)
        if link is None:
            raise LayoutChanged("the overview has lost one of its lists")
        read = self.parse_loans if what == "loans" else partial(self._holds, kind=entry.kind)
        here = web.get(link).html()

        def turn(_: str) -> Listing[Any]:
            nonlocal here
            here = steps.press(web, here, rows.MORE)
            return read(here)

        every = follow(read(here), turn, what)
        counts = [each for each in (every.stated, entry.stated) if each is not None]
        return replace(every, stated=max(counts, default=None)), here

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the site's word or the way out; refused by its message, or by the fields that it marks as wrong."""
        words = about_login(tree)
        if SIGNED_IN.search(words):
            return LoginSeen(LoginState.IN, words)
        asks = page.maybe(tree, PIN_FIELD) is not None
        if not asks and (steps.out(tree) or entries(tree)):
            return LoginSeen(LoginState.IN)
        if words:
            return judged(words)
        if not asks:
            raise LayoutChanged("neither the account nor the login form")
        if page.maybe(tree, WRONG_FIELD) is not None:
            return LoginSeen(LoginState.REFUSED, "The library marks the number or the password as wrong.")
        return LoginSeen(LoginState.LOGIN_PAGE)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """The overview: how many each list has, what is owed, the expiry, the library's messages."""
        lists = entries(page.finished(tree))
        facts = facts_of(tree)
        if not lists and not facts:
            raise LayoutChanged("no overview of the account")
        messages = messages_of(tree)
        return AccountSnapshot(
            card_expires=next((self.site.expiry(value) for label, value in facts if EXPIRES.search(label)), None),
            fees_total=owed(self.site, facts),
            blocked=next((each for each in messages if FROZEN.search(each)), None),
            messages=messages,
            patron_name=patron(tree),
            counts=counted(lists),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the items on loan."""
        if headed(tree) in {"ready", "asked"}:
            raise LayoutChanged("the page is not that of the loans")
        return rows.listing(tree, "loans", rows.LOANS, partial(rows.loan, self.site))

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of what was asked for, or of what lies ready: the page's headline says which."""
        return self._holds(tree, headed(tree))

    def _holds(self, tree: HtmlElement, kind: str) -> Listing[Hold]:
        if headed(tree) == "loans":
            raise LayoutChanged("the page is not that of the holds")
        return rows.listing(tree, "holds", rows.HOLDS, partial(rows.hold, self.site, kind))


def _together(lists: list[Listing[Any]]) -> Listing[Any]:
    stated = [each.stated for each in lists if each.stated is not None]
    return Listing(apart(row for each in lists for row in each.rows), sum(stated) if stated else None)
