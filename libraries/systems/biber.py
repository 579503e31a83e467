"""BiBer 1992 (BIBDIA's WebOPAC, "opac" and "opax"), of German towns: each request carries the credentials."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import send_in
from libraries.listing import Listing, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.page import cls
from libraries.parts.biber import FORMS, counts_in, expiry_in, facts_of, hold, listing, loan
from libraries.refusals import judged
from libraries.site import Site
from libraries.web import Web

LOGIN_FORM = "//form[.//input[@name='BENUTZER' and not(@type='hidden')] and .//input[@name='PASSWORD']]"
FAILED = "//title | //h1 | //h2 | //h3"
RED = f"//*[@color='red' or @color='#FF0000' or @color='#ff0000' or {cls('p02b')}][normalize-space()][not(.//table)]"
MESSAGE = "//table[normalize-space()][not(.//table)]"
BARRED = re.compile(r"gesperrt|abgelaufen", re.IGNORECASE)
OWED = re.compile(
    r"(?:(?:\w*gebühr\w*|entgelte?\w*|offen\w*|saldo|kontostand)\W*){0,2}(?:€|EUR)?\s*-?\d[\d.]{0,6}[.,]\d\d"
    r"\s*(?:€|EURO?|\W)?",
    re.IGNORECASE,
)
ERROR = re.compile(r"fehler|error", re.IGNORECASE)
WRONG = re.compile(r"no html file set|bibdia server konnte den auftrag nicht|fehler in der ausf", re.IGNORECASE)
NO_KEY = re.compile(r"no such key", re.IGNORECASE)
PROMOTION = re.compile(r"rund um die uhr|download", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Biber:
    """A BiBer WebOPAC. Its address is the folder that user.C lies in, as https://…/opax."""

    name: ClassVar[str] = "BiBer 1992 (BIBDIA WebOPAC)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Ausweisnummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    suffix: Literal["C", "S"] = option("C", "S where the server answers 'no such key' to user.C")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Asks for the loans, then for the holds. There is no session to end."""
        first = self._ask(web, login, "medk")
        self.parse_login(first).admit()
        second = self._ask(web, login, "vorm")
        self.parse_login(second).admit()
        return snapshot(self.parse_card(first), loans=self.parse_loans(first), holds=self.parse_holds(second))

    def _ask(self, web: Web, login: Login, function: str) -> HtmlElement:
        fields = {"FUNC": function, "LANG": "de", "BENUTZER": login.number, "PASSWORD": login.pin}
        return send_in("iso-8859-1", web, self.site.url(f"user.{self.suffix}"), fields).html()

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the account's form or its head; refused by a page that calls itself an error."""
        facts = facts_of(tree)
        if any(page.maybe(tree, form) is not None for form in FORMS.values()) or counts_in(facts) or expiry_in(facts):
            return LoginSeen(LoginState.IN)
        words = _refusal(tree)
        if NO_KEY.search(words):
            raise LayoutChanged("the server knows no such page: does the option suffix fit?")
        if WRONG.search(words):
            return LoginSeen(LoginState.REFUSED, words)
        if words:
            return judged(words)
        if page.maybe(tree, LOGIN_FORM) is not None:
            return LoginSeen(LoginState.LOGIN_PAGE)
        raise LayoutChanged("neither the account nor a word against the login")

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """The account's head, which is on every page: counts, expiry, the sum owed where the library shows it."""
        facts = facts_of(page.finished(tree))
        expiry, counts = expiry_in(facts), counts_in(facts)
        if not expiry and not counts:
            raise LayoutChanged("no head of the account")
        owed = self.site.maybe_money(next((each for each in facts if OWED.fullmatch(each)), ""))
        return AccountSnapshot(
            card_expires=self.site.expiry(expiry),
            fees_total=None if owed is None else abs(owed),  # some write what is owed as a balance below nothing
            blocked=next((each for each in facts if BARRED.search(each)), None),
            counts=counts,
        )

    def parse_fees(self, tree: HtmlElement) -> AccountSnapshot:
        """The sum owed, in the account's head; what it is made of, the site does not tell."""
        return self.parse_card(tree)

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan."""
        return listing(tree, "loans", partial(loan, self.site))

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The items asked for."""
        return listing(tree, "holds", partial(hold, self.site))


def _refusal(tree: HtmlElement) -> str:
    """The message of a page whose title or heading says that it is an error; else what stands in red."""
    heads = [page.text(each) for each in page.every(tree, FAILED)]
    if any(ERROR.search(each) for each in heads):
        message = page.text(page.maybe(tree, MESSAGE))
        return message or next(each for each in reversed(heads) if ERROR.search(each))
    red = (page.text(each) for each in page.every(tree, RED))
    return next((each for each in red if not PROMOTION.search(each)), "") or _bare(tree)


def _bare(tree: HtmlElement) -> str:
    """The known words of the server itself, which come without a page around them."""
    words = page.text(tree)
    return words if WRONG.search(words) or NO_KEY.search(words) else ""
