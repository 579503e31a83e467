"""datronic's WinBIAP web OPAC (ASP.NET), of many German towns: a page a list, its fields named by their ids."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import leave, settle, submit
from libraries.listing import Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.parts.winbiap import MENU, hold, in_menu, items_of, loan
from libraries.refusals import judged
from libraries.site import Site
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN

NUMBER_FIELD = "input[contains(@id, 'TextBoxLoginName') or contains(@id, 'TextBoxUsername')]"
PIN_FIELD = "input[contains(@id, 'TextBoxLoginPassword') or contains(@id, 'TextBoxPassword')]"
LOGIN_FORM = f"//form[.//{NUMBER_FIELD} and .//{PIN_FIELD}]"
BUTTON = ".//input[contains(@id, 'ButtonLogin') and @name] | .//button[contains(@id, 'ButtonLogin') and @name]"
REFUSAL = "//*[contains(@id, 'oginMessage')][normalize-space()]"
NEW_PASSWORD = "//*[contains(@id, 'DefaultPasswordWarning')][normalize-space()]"
LOGOUT = "//a[contains(@href, 'logout.aspx')]"
HIDDEN = "ancestor-or-self::*[contains(@style, 'none') or contains(@class, 'modal') or contains(@class, 'navbar')]"
NOTICE = f"//*[contains(@class, 'alert')][normalize-space()][not({HIDDEN})]"
ON_THE_CARD = re.compile(r"ausweis|karte|mitglied|leser|benutz|card|konto", re.IGNORECASE)
OPEN_FEES = re.compile(r"gebühr|offen|ausstehend|schuld", re.IGNORECASE)

NO_DEBT = re.compile(r"ausgeglichen|guthaben|\bkeine\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class WinBiap:
    """A WinBIAP web OPAC. Its address is the folder that `user` lies in."""

    name: ClassVar[str] = "WinBIAP (datronic)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Lesernummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the start page, the loans and the holds, and logs out."""
        start = self._log_in(web, login)
        try:
            return snapshot(
                self.parse_card(start),
                loans=self.parse_loans(web.get(self.site.url("user/borrow.aspx")).html()),
                holds=self.parse_holds(web.get(self.site.url("user/reservations.aspx")).html()),
            )
        finally:
            leave(web, self.site.url("user/logout.aspx"))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = page.one(web.get(self.site.url("user/login.aspx")).html(), LOGIN_FORM, "login form")
        number, pin = (page.every(form, f".//{each}")[0].get("name", "") for each in (NUMBER_FIELD, PIN_FIELD))
        pressed = page.maybe(form, BUTTON)
        button = None if pressed is None else {pressed.get("name", ""): pressed.get("value", "")}
        answer = submit(web, form, {number: login.number, pin: login.pin}, button=button)
        seen, start = settle(web, answer, self.parse_login)
        seen.admit()
        return start

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the way out, unless the site wants a new password first; refused by the words above the form."""
        warning = page.maybe(tree, NEW_PASSWORD)
        if warning is not None:
            return LoginSeen(LoginState.MUST_ACT, page.text(warning))
        form = page.maybe(tree, LOGIN_FORM)
        words = page.text(page.maybe(tree, REFUSAL))
        if words and (form is not None or page.maybe(tree, LOGOUT) is None):
            return judged(words)
        if form is not None:
            return LoginSeen(LoginState.LOGIN_PAGE)
        if page.maybe(tree, LOGOUT) is None:
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.IN)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """What is owed, the expiry, the library's notices, and the counts in the menu."""
        facts = page.lines(page.finished(tree))
        dated = (each for each in facts if EXPIRES.search(each) and ON_THE_CARD.search(each))
        expiry = next((each for each in dated if self.site.expiry(each)), "")
        notices = tuple(page.text(each) for each in page.every(tree, NOTICE))
        parts = page.around(tree, ())
        counts = {what: count for what in MENU if (count := in_menu(parts, what)) is not None}
        return AccountSnapshot(
            fees_total=_owed(self.site, page.text(page.maybe(tree, "//*[contains(@id, 'LabelCharges')]"))),
            card_expires=self.site.expiry(expiry),
            blocked=next((each for each in notices if FROZEN.search(each)), None),
            messages=notices,
            counts=counts,
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan, those that can be renewed and the others."""
        items, stated = items_of(tree, "loans")
        boxes = any("box" in each.fields for each in items)
        return Listing(apart(loan(self.site, each, boxes) for each in items), stated).checked("loans")

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The items asked for."""
        items, stated = items_of(tree, "holds")
        return Listing(apart(hold(self.site, each) for each in items), stated).checked("holds")


def _owed(site: Site, balance: str) -> Decimal | None:
    """What is owed: a negative balance is the patron's debt, so are open fees; of another positive one nobody knows."""
    amount, none = site.maybe_money(balance), NO_DEBT.search(balance)
    if amount is None or (none and amount >= 0):
        return Decimal(0) if none else None
    return -amount if amount <= 0 else amount if OPEN_FEES.search(balance) else None
