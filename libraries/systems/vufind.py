"""VuFind's account pages: the classic "MyResearch" of any version, in whatever theme and language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Fee, Hold, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import leave, settle, submit
from libraries.listing import Fees, Listing, apart, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.page import cls
from libraries.parts import vufind as lists
from libraries.refusals import in_any_language
from libraries.site import Site
from libraries.tables import is_date
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN

LOGIN_FORM = "//form[.//input[@name='password'] and .//input[@name='username']]"
LOGGED_IN = f"//a[contains(@href, '/MyResearch/Logout')][not(ancestor-or-self::*[{cls('hidden')}])]"
REFUSAL = f".//*[{cls('flash-message', 'alert-danger', 'alert-error')}][normalize-space()][not(ancestor::form)]"
FLASH = f"//*[{cls('flash-message', 'account-blocks')}][normalize-space()]"
MENU = "//a[contains(@href, '/MyResearch/{list}')]"


@dataclass(frozen=True, kw_only=True)
class VuFind:
    """A VuFind site that shows its patrons their library account."""

    name: ClassVar[str] = "VuFind"
    labels: ClassVar[Mapping[str, str]] = {"number": "User name or card number", "pin": "Password"}
    read = staticmethod(page.html)

    site: Site
    target: str = option("", "value of the library in the login form's drop-down, where there is one")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the loans and holds page by page, fines and profile, and logs out."""
        self._log_in(web, login)
        try:
            return self._account(web)
        finally:
            leave(web, self._at("Logout"))

    def _log_in(self, web: Web, login: Login) -> None:
        form = page.one(web.get(self._at("Home")).html(), LOGIN_FORM, "login form")
        filled = {"username": login.number, "password": login.pin}
        choice = page.maybe(form, ".//select[@name='target' or @name='library_select']")
        if self.target and choice is not None:
            filled[choice.get("name", "")] = self.target
        seen, _ = settle(web, submit(web, form, filled), self.parse_login)
        seen.admit()

    def _account(self, web: Web) -> AccountSnapshot:
        first = web.get(self._at("CheckedOut")).html()
        loans = follow(self.parse_loans(first), lambda link: self.parse_loans(web.get(link).html()), "loans")
        holds = self._requests(web, "Holds")
        further = [
            self._requests(web, each)
            for each in ("StorageRetrievalRequests", "ILLRequests")
            if page.every(first, MENU.format(list=each))
        ]
        profile = self.parse_card(web.get(self._at("Profile")).html())
        return snapshot(
            loans=loans,
            holds=Listing(apart(row for part in (holds, *further) for row in part.rows), _sum(holds, *further)),
            fees=self.parse_fees(web.get(self._at("Fines")).html()),
            card_expires=profile.card_expires,
            blocked=profile.blocked,
            messages=profile.messages,
        )

    def _requests(self, web: Web, where: str) -> Listing[Hold]:
        first = web.get(self._at(where)).html()
        holds = follow(self.parse_holds(first), lambda link: self.parse_holds(web.get(link).html()), "holds")
        return holds if where == "Holds" else Listing(holds.rows, lists.counted(lists.divided(first), where))

    def _at(self, where: str) -> str:
        return self.site.url(f"MyResearch/{where}")

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the way out that is shown and no form; refused by the words beside the form."""
        if page.maybe(tree, LOGIN_FORM) is not None:
            return in_any_language(tree, REFUSAL)
        if page.maybe(tree, LOGGED_IN) is None:
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.IN)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """The card's expiry, from the profile or beside another page; blocks and messages."""
        page.finished(tree)
        lines = page.every(tree, "//tr | //li[not(.//li)][not(ancestor-or-self::*[starts-with(@id, 'record')])]")
        told = (words for each in lines if EXPIRES.search(words := page.text(each)) and len(words) < 80)
        flashes = [page.text(each) for each in page.every(tree, FLASH)]
        return AccountSnapshot(
            card_expires=next((day for words in told if (day := self.site.expiry(words))), None),
            blocked=next((words for words in flashes if FROZEN.search(words)), None),
            messages=tuple(words for words in flashes if not FROZEN.search(words)),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the loans."""
        return lists.loans(self.site, tree)

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of the holds, or of another kind of requests."""
        return lists.holds(self.site, tree)

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The fines: what is left of each in the last column, and the total in the last line."""
        main = lists.main_of(tree, lists.divided(tree), "fees")
        table = page.maybe(main, ".//table[.//tr[count(th|td) > 1]]")
        if table is None:
            lists.prove_empty(main, "fees")
            return Fees()
        lines = page.every(page.whole(table, "fees"), ".//tr[td or parent::tfoot][th or td]")
        total = self.site.money(page.text(lines[-1][-1]) if lines else "", "total of the fines")
        fees = tuple(self._fee(each) for each in lines[:-1])
        if not fees or sum(each.amount for each in fees) != total:
            raise LayoutChanged("the fines do not add up to the total")
        return Fees(tuple(each for each in fees if each.amount), total=total)

    def _fee(self, line: HtmlElement) -> Fee:
        *cells, left = (page.text(each) for each in line)
        days = [each for each in cells if is_date(each)]
        words = [
            each
            for each in cells
            if each and not is_date(each) and not re.fullmatch(r"[^\d]{0,5}[\d.,]+[^\d]{0,5}", each)
        ]
        return Fee(
            amount=self.site.money(left, "balance of a fine"),
            reason=": ".join(words) or None,
            currency=self.site.currency,
            date=self.site.maybe_day(days[-1]) if days else None,
        )


def _sum(*lists: Listing[Hold]) -> int | None:
    stated = [each.stated for each in lists if each.stated is not None]
    return sum(stated) if stated else None
