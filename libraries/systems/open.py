"""OCLC OPEN (BIBLIOTHECAplus), a portal of DotNetNuke: the account is one page with a tab for each list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged, LoginFailed
from libraries.forms import address, leave, link, submit
from libraries.listing import Fees, Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.page import cls
from libraries.parts.open import Row, Tabs
from libraries.site import Site
from libraries.web import Web
from libraries.words import FROZEN, WRONG_LOGIN

ACCOUNT = "//*[contains(@id, 'tpnlLoans') or contains(@id, 'grdViewLoans')]"
LOGIN_FORM = "//form[.//input[contains(@name, 'txtUsername')]]"
FIELD = ".//input[contains(@name, '{name}')]"
BUTTON = ".//*[contains(@id, 'cmdLogin') or contains(@name, 'cmdLogin')]"
POST_BACK = re.compile(r"(?:__doPostBack\(|PostBackOptions\()\s*['\"]([^'\"]+)['\"]")
MONEY = re.compile(r"[-\u2212]?\d+[.,]\d\d\s*(?:€|[A-Z]{3})?")
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
        return snapshot(card, loans=self._loans(tabs), holds=self._holds(tabs), fees=self._fees(tabs))

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
        return self._loans(Tabs(tree))

    def _loans(self, tabs: Tabs) -> Listing[Loan]:
        own, stated = tabs.rows("grdViewLoans", "loans"), tabs.flag("Loans")
        if own is None and stated != 0:
            raise LayoutChanged("no table of the loans")
        remote, lent = tabs.rows("grdViewRemoteLoans", "loans") or [], tabs.rows("ekzloans", "loans") or []
        found = apart(
            [*(self._loan(row) for row in [*(own or []), *remote]), *(self._loan(row, digital=True) for row in lent)]
        )
        unread = (tabs.flag("Ekz") or 0) - len(lent) - len(tabs.rows("ekzreservations", "holds") or [])
        total = None if stated is None else stated + len(remote) + len(lent) + max(unread, 0)
        return Listing(found, total).checked("loans")

    def _loan(self, row: Row, *, digital: bool = False) -> Loan:
        due, due_text = self.site.due(row.said("due"))
        renewable, why = _extension(row)
        return Loan(
            id=_copy(row) or row.record or f"{row.title} {due or due_text}",
            title=row.title,
            author=row.said("author") or None,
            due=due,
            due_text=due_text,
            renewable=renewable,
            why_not_renewable=why,
            format="Onleihe" if digital else row.said("format") or None,
            digital=digital or None,
            branch=row.said("branch") or None,
            url=link(row.named["title"]),
        )

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """Reservations that wait, those ready to be picked up, and those of e-media."""
        return self._holds(Tabs(tree))

    def _holds(self, tabs: Tabs) -> Listing[Hold]:
        waiting, ready = (tabs.rows(each, "holds") for each in ("grdViewReservations", "grdViewReadyForPickups"))
        stated = tabs.flag("Reservations")
        if stated is None and (waiting is None or ready is None):
            raise LayoutChanged("no table of the reservations")
        remote = tabs.rows("grdViewRemoteReadyForPickups", "holds") or []
        digital = tabs.rows("ekzreservations", "holds") or []
        asked = [self._hold(row, HoldState.WAITING) for row in waiting or []]
        there = [self._hold(row, HoldState.READY) for row in [*(ready or []), *remote]]
        late = [self._hold(row, HoldState.WAITING, digital=True) for row in digital]
        total = None if stated is None else stated + len(remote) + len(digital)
        return Listing(apart([*asked, *there, *late]), total).checked("holds")

    def _hold(self, row: Row, state: HoldState, *, digital: bool = False) -> Hold:
        until = self.site.maybe_day(row.said("due"))
        return Hold(
            id=row.record or row.title,
            title=row.title,
            state=state,
            author=row.said("author") or None,
            pickup=row.said("branch") or None,
            pickup_by=until if state is HoldState.READY else None,
            expires=until if state is HoldState.WAITING else None,
            format="Onleihe" if digital else row.said("format") or None,
            url=link(row.named["title"]),
        )

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The open fees. The balance is the patron's: a debt is negative. Raises LayoutChanged if they miss the sum."""
        return self._fees(Tabs(tree))

    def _fees(self, tabs: Tabs) -> Fees:
        found = tuple(self._fee(row) for row in tabs.rows("grdViewFees", "fees") or [])
        balance = self.site.maybe_money(tabs.datum("lblTotalSaldoData"))
        open_fees = self.site.maybe_money(tabs.datum("lblFeeTotalData"))
        stated = balance if open_fees is None else open_fees
        if stated is None or abs(stated) != sum(each.amount for each in found):
            raise LayoutChanged("the fees do not add up to their sum")
        return Fees(found, total=max(-balance, Decimal(0)) if balance is not None else abs(stated))

    def _fee(self, row: Row) -> Fee:
        amount = row.said("amount") or next((each for each in reversed(row.texts) if MONEY.fullmatch(each)), "")
        other = [words for words in row.texts if words not in {amount, row.said("date")}]
        return Fee(
            amount=abs(self.site.money(amount, "fee's amount")),
            reason=": ".join(each for each in other if re.search(r"[^\W\d_]", each)) or None,
            currency=self.site.currency,
            date=self.site.maybe_day(row.said("date")),
        )


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


def _copy(row: Row) -> str | None:
    """The number of the copy, by which it is renewed."""
    fields = (each for each in row.node.iter("input") if "CopyId" in each.get("name", ""))
    return next((each.get("value") for each in fields if each.get("value")), None)


def _extension(row: Row) -> tuple[bool | None, str | None]:
    """Whether the item can be renewed, and why not. Both words are there, and a script shows the one that holds."""
    blocks = {each.get("class", ""): each for each in row.node.iter("div") if "xtendable" in each.get("class", "")}
    shown = {name for name, each in blocks.items() if "display:none" not in each.get("style", "").replace(" ", "")}
    can, cannot = "extendable" in shown, "unExtendable" in shown
    if can or not cannot:
        return (None if can == cannot else True), None
    why = (each for each in blocks["unExtendable"].iter("span") if "ImageNotExtendable" in each.get("class", ""))
    return False, next((words for each in why if (words := page.text(each))), None)


def _at_the_form(tree: HtmlElement) -> LoginSeen:
    said = page.text(page.maybe(tree, REFUSAL))
    warned = page.text(page.maybe(tree, WARNING))
    words = said or (warned if WRONG_LOGIN.search(warned) or FROZEN.search(warned) else "")
    if not words:
        return LoginSeen(LoginState.LOGIN_PAGE)
    must_act = FROZEN.search(words) and not WRONG_LOGIN.search(words)
    return LoginSeen(LoginState.MUST_ACT if must_act else LoginState.REFUSED, words)
