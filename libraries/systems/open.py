"""OCLC OPEN (BIBLIOTHECAplus), a portal of DotNetNuke: the account is one page with a tab for each list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged, LoginFailed
from libraries.forms import address, leave, submit
from libraries.listing import Fees, Listing, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.page import cls
from libraries.parts import open_rows as rows
from libraries.parts.open import Tabs
from libraries.refusals import CHANGE_PIN, judged
from libraries.site import Site
from libraries.web import Web
from libraries.words import FROZEN, NEW_PIN, WRONG_LOGIN

ACCOUNT = "//*[contains(@id, 'tpnlLoans') or contains(@id, 'grdViewLoans')]"
LOGIN_FORM = "//form[.//input[contains(@name, 'txtUsername')]]"
FIELD = ".//input[contains(@name, '{name}')]"
BUTTON = ".//*[contains(@id, 'cmdLogin') or contains(@name, 'cmdLogin')]"
POST_BACK = re.compile(r"(?:__doPostBack\(|PostBackOptions\()\s*['\"]([^'\"]+)['\"]")
STYLE = "translate(@style, ' ', '')"
HIDDEN = f"ancestor-or-self::*[contains({STYLE}, 'display:none')]"
REFUSAL = f"//*[{cls('dnnFormValidationSummary', 'dnnFormError')}][normalize-space()][not({HIDDEN})]"
WARNING = (
    f"//*[contains(@class, 'dnnFormWarning') or contains(@class, 'ExtensionMessage')][normalize-space()][not({HIDDEN})]"
)
LOGOFF = "//a[contains(translate(@href, 'LOGF', 'logf'), 'ctl/logoff')]"


@dataclass(frozen=True, kw_only=True)
class Open:
    """An OPEN portal."""

    name: ClassVar[str] = "OCLC OPEN (BIBLIOTHECAplus)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Ausweisnummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    account: str = option("Mein-Konto", "path of the page with the patron's account, below the site's address")
    refuses_silently: bool = option(False, "whether the site refuses a login by its form alone, without a word")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the page of the account, and logs out."""
        tree = self._log_in(web, login)
        try:
            return self.parse_account(tree)
        finally:
            away = page.maybe(tree, LOGOFF)
            leave(web, self._here("/ctl/Logoff") if away is None else address(tree, away.get("href", "")))

    def _here(self, more: str = "") -> str:
        return self.site.url(self.account.rstrip("/") + more)

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = page.one(web.get(self._here()).html(), LOGIN_FORM, "login form")
        filled, button = _filled(form, login)
        tree = submit(web, form, filled, button=button).html()
        seen = self.parse_login(tree) if page.maybe(tree, LOGIN_FORM) is not None else None
        if page.maybe(tree, ACCOUNT) is None and (seen is None or seen.state is LoginState.LOGIN_PAGE):
            # A success may lead to the home page, which says nothing of the account and may have a login form too.
            tree = web.get(self._here()).html()
            seen = self.parse_login(tree)
        if seen is not None and seen.state is LoginState.LOGIN_PAGE and self.refuses_silently:
            raise LoginFailed("The library shows its login form again: its way of refusing a login.")
        (seen or LoginSeen(LoginState.IN)).admit()
        return tree

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the account's lists or the link to log off; refused by the summary of the form."""
        if page.maybe(tree, ACCOUNT) is not None:
            return LoginSeen(LoginState.IN)
        form = page.maybe(tree, LOGIN_FORM)
        if form is None and page.maybe(tree, LOGOFF) is None:
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.IN) if form is None else _at_the_form(tree)

    def parse_account(self, tree: HtmlElement) -> AccountSnapshot:
        """The whole account: the page holds all of its tabs."""
        tabs = Tabs(page.finished(tree))
        card = self._card(tree, tabs)
        told = rows.fees(self.site, tabs) if rows.tells_fees(tabs) else None
        return snapshot(card, loans=rows.loans(self.site, tabs), holds=rows.holds(self.site, tabs), fees=told)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry and name from the tab of personal data, and the library's warnings."""
        return self._card(tree, Tabs(tree))

    def _card(self, tree: HtmlElement, tabs: Tabs) -> AccountSnapshot:
        if not tabs:
            raise LayoutChanged("no account on the page")
        warnings = [page.text(each) for each in page.every(tree, WARNING)]
        return AccountSnapshot(
            card_expires=self.site.expiry(tabs.datum("LblMembershipValidUntilData")),
            patron_name=tabs.datum("LblNameData") or None,
            blocked=next((each for each in warnings if FROZEN.search(each)), None),
            messages=tuple(warnings),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The library's own items, those from other libraries, and e-media."""
        return rows.loans(self.site, Tabs(tree))

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """Reservations that wait, those ready to be picked up, and those of e-media."""
        return rows.holds(self.site, Tabs(tree))

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The open fees. The balance is the patron's: a debt is negative. Raises LayoutChanged if they miss the sum."""
        return rows.fees(self.site, Tabs(tree))


def _filled(form: HtmlElement, login: Login) -> tuple[dict[str, str], dict[str, str]]:
    """The fields of the login form by their long names, and its button: a real one, or a link that sends the form."""
    number, pin = (page.one(form, FIELD.format(name=name), name) for name in ("txtUsername", "txtPassword"))
    filled = {number.get("name", ""): login.number, pin.get("name", ""): login.pin}
    buttons = page.every(form, BUTTON)
    for each in buttons:
        if found := POST_BACK.search(each.get("href", "") + each.get("onclick", "")):
            return filled | {"__EVENTTARGET": found[1]}, {}
    named = next((each for each in buttons if each.get("name")), None)
    if named is None:
        raise LayoutChanged("no button to log in")
    return filled, {named.get("name", ""): named.get("value", "")}


def _at_the_form(tree: HtmlElement) -> LoginSeen:
    """What the form says. A warning may be for everybody, unless it is about a login or a card."""
    warned = page.text(page.maybe(tree, WARNING))
    telling = any(each.search(warned) for each in (WRONG_LOGIN, FROZEN, NEW_PIN, CHANGE_PIN))
    words = page.text(page.maybe(tree, REFUSAL)) or (warned if telling else "")
    return judged(words) if words else LoginSeen(LoginState.LOGIN_PAGE)
