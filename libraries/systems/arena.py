"""Axiell Arena: a Liferay portal with Wicket portlets, in Sweden, Finland, Norway, Britain, Germany and elsewhere."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import charges, page, wicket
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.answer import Answer
from libraries.errors import LayoutChanged
from libraries.forms import address, base, leave, settle, submit
from libraries.labels import labelled
from libraries.listing import Fees, Listing, apart, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import says_none
from libraries.options import option
from libraries.page import cls
from libraries.parts.arena import BESIDES, listing
from libraries.parts.arena_rows import hold, loan
from libraries.refusals import judged
from libraries.site import Site
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN

LOGIN_FORM = "//form[.//input[@type='password'][contains(@name, 'assword')]][.//input[contains(@name, 'sername')]]"
LOGOUT = f"//a[{cls('arena-logout-link')} or contains(@href, 'lnkLogout')]"
MENU = f"//*[{cls('arena-patron-list', 'arena-patron-info')}]"
BARE = "//body[not(.//*[starts-with(@id, 'p_p_id_')])]"
PORTLETS = {"login": "patronLogin", "loans": "loansWicket", "holds": "reservationsWicket", "fees": "debts"}
PAGES = {"loans": "loans", "holds": "reservations", "fees": "debts", "card": "profile"}
FEEDBACK = ".//*[starts-with(@class, 'feedbackPanel')][not(*[starts-with(@class, 'feedbackPanel')])][normalize-space()]"

LOANS = f"descendant::table[@id='loansTable' or {cls('arena-renewal-table')}]"
RECORDS = (f".//*[{cls('arena-record-container', 'arena-library-record')}]", f".//*[{cls('arena-record')}]")
OWED = f"//*[{cls('arena-patron-debts')}]//*[{cls('arena-value')}]"
DEBT = f".//*[{cls('arena-charges-total-debt')}]"

EXPIRY = EXPIRES.pattern + "|gueltig"


@dataclass(frozen=True, kw_only=True)
class Arena:
    """An Arena portal. Its address may end in the portal's folder, as /web/arena."""

    name: ClassVar[str] = "Axiell Arena"
    labels: ClassVar[Mapping[str, str]] = {"number": "Library card number", "pin": "PIN"}
    read = staticmethod(wicket.html)

    site: Site
    start: str = option("welcome", "page that shows the login form, as welcome, start or protected/my-account/overview")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads loans, reservations, debts and the profile, and logs out."""
        landing = self._log_in(web, login)
        try:
            return self._account(web, landing)
        finally:
            door = page.maybe(landing, LOGOUT)
            leave(web, self.site.url("/c/portal/logout") if door is None else address(door, door.get("href", "")))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = page.one(self._open(web, self.site.url(self.start), "login"), LOGIN_FORM, "login form")
        names = [each.get("name", "") for each in page.every(form, ".//input[@name][not(@type='hidden')]")]
        user, secret = (next((each for each in names if mark in each), None) for mark in ("sername", "assword"))
        if user is None or secret is None:
            raise LayoutChanged("a login form without its fields")
        seen, landing = settle(web, submit(web, form, {user: login.number, secret: login.pin}), self.parse_login)
        seen.admit()
        return landing

    def _open(self, web: Web, url: str, what: str) -> HtmlElement:
        """The page with a portlet, or the portlet alone where the page leaves it to be loaded by script."""
        tree = _tree(web.get(url))
        there = _portlet(tree, PORTLETS[what])
        later = wicket.refreshed_at(tree, PORTLETS[what]) if there is None or not page.text(there) else None
        return _tree(web.get(later)) if later else tree

    def _place(self, landing: HtmlElement, what: str) -> str:
        name = PAGES[what]
        menu = f"//*[{cls(f'arena-patron-{name}')}]//a[@href] | //a[contains(@href, '/protected/{name}')]"
        found = page.maybe(landing, f"{menu} | //a[contains(@href, '/protected/my-account/overview')]")
        return self.site.url(f"protected/{name}") if found is None else address(found, found.get("href", ""))

    def _account(self, web: Web, landing: HtmlElement) -> AccountSnapshot:
        card = self.parse_card(landing)
        first = self.parse_loans(self._open(web, self._place(landing, "loans"), "loans"))
        loans = follow(first, lambda url: self.parse_loans(_tree(web.get(url))), "loans")
        first_hold = self.parse_holds(self._open(web, self._place(landing, "holds"), "holds"))
        holds = follow(first_hold, lambda url: self.parse_holds(_tree(web.get(url))), "holds")
        return snapshot(
            replace(card, card_expires=self._expiry(web, landing)),
            loans=replace(loans, rows=apart(loans.rows)),
            holds=replace(holds, rows=apart(holds.rows)),
            fees=Fees(total=card.fees_total) if card.fees_total == 0 else self._fees(web, landing),
        )

    def _fees(self, web: Web, landing: HtmlElement) -> Fees:
        return self.parse_fees(self._open(web, self._place(landing, "fees"), "fees"))

    def _expiry(self, web: Web, landing: HtmlElement) -> date | None:
        """The card's expiry from the profile, whose first panel may be loaded by script."""
        with suppress(LayoutChanged):
            profile = _tree(web.get(self._place(landing, "card"), expect=(403, 404)))
            panels = wicket.asked_by_scripts(profile, "personalInfoPanel")
            for tree in (profile, *(_tree(web.get(each)) for each in panels[:1])):
                if found := self.parse_card(tree).card_expires:
                    return found
        return None

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the link to log out; refused by the feedback in the login portlet."""
        if page.maybe(tree, LOGOUT) is not None or page.maybe(tree, MENU) is not None:
            return LoginSeen(LoginState.IN)
        form = page.maybe(tree, LOGIN_FORM)
        if form is None:
            raise LayoutChanged("neither the account nor the login form")
        words = " ".join(page.text(each) for each in page.every(_box(tree, "login"), FEEDBACK))
        return judged(words) if words else LoginSeen(LoginState.LOGIN_PAGE)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """What the menu beside every list says, or the profile."""
        profile = page.maybe(tree, "//*[starts-with(@id, 'p_p_id_arenaAccount')]")
        profile = page.maybe(tree, f"{BARE}[.//*[contains(@class, 'arena-profile')]]") if profile is None else profile
        if page.maybe(page.finished(tree), MENU) is None and profile is None:
            raise LayoutChanged("neither the patron's menu nor the profile")
        told = () if profile is None else labelled(page.lines(profile), EXPIRY)
        notices = [page.text(each) for each in page.every(tree, f"{MENU}{FEEDBACK[1:]}")]
        return AccountSnapshot(
            card_expires=next((day for words in told if (day := self.site.expiry(words))), None),
            fees_total=self.site.maybe_money(page.text(page.maybe(tree, OWED))),
            blocked=next((each for each in notices if FROZEN.search(each)), None),
            messages=tuple(notices),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the loans."""
        box, start = _box(tree, "loans"), base(tree)
        rows = [row for table in page.every(box, LOANS) for row in page.table_rows(table, "loans")]
        return listing(tree, box, {row: loan(self.site, row, start) for row in rows}, "loans")

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of the reservations."""
        box, start = _box(tree, "holds"), base(tree)
        found = next((rows for path in RECORDS if (rows := page.every(box, path))), [])
        rows = [row for row in found if not any(each in found for each in row.iterancestors())]
        holds = {row: hold(self.site, page.whole(row, "holds"), start) for row in rows}
        return listing(tree, box, holds, "holds")

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The debts. Raises LayoutChanged where they do not add up to the total."""
        box = _box(tree, "fees")
        stated = (page.text(each) for each in (*page.every(box, DEBT), *page.every(tree, OWED)))
        total = next((amount for words in stated if (amount := self.site.maybe_money(words)) is not None), None)
        found = [fee for table in page.every(box, ".//table") for fee in charges.in_table(self.site, table)]
        if not found and total != 0 and not says_none(box, "fees", BESIDES):
            raise LayoutChanged("no fees, and no word that there are none")
        return charges.added_up(found, total)


def _tree(answer: Answer) -> HtmlElement:
    return wicket.html(answer.body, charset=answer.charset, url=answer.url)


def _box(tree: HtmlElement, what: str) -> HtmlElement:
    """The portlet, to its end; or all there is where an answer brings a portlet's content alone."""
    box = _portlet(tree, PORTLETS[what])
    return page.one(tree, BARE, f"portlet of the {what}") if box is None else page.whole(box, what)


def _portlet(tree: HtmlElement, name: str) -> HtmlElement | None:
    """The block of a portlet. One by one, since it is among the first blocks, and an XPath would look at all."""
    for each in (block for root in (tree, *tree.itersiblings()) for block in root.iter("div")):
        given = each.get("id", "")
        if given.startswith("p_p_id_") and (f"_{name}" in given or f"portlet-{name}" in each.get("class", "")):
            return each
    return None
