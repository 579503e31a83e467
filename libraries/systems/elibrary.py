"""SirsiDynix e-Library (iBistro, iLink): one page with all that is on the card, its cells named by HTML comments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.answer import Answer
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, onward, submit
from libraries.labels import labelled
from libraries.listing import Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.page import cls
from libraries.parts.elibrary import list_rows, tables
from libraries.parts.elibrary_cells import named
from libraries.parts.elibrary_rows import hold, loans
from libraries.refusals import at_the_form, lines_shown
from libraries.site import Site
from libraries.web import Web
from libraries.words import FROZEN

MONTH_FIRST = {"en", "en-us"}
LOGIN_FORM = "//form[.//input[@name='user_id'] and .//input[@name='password']]"
REFUSAL = f"//*[{cls('error', 'errors', 'errormsg', 'alert_red')}][normalize-space()]"
REFUSED = re.compile(
    r"^(?:(?:login|sign.?on) failed|invalid (?:login|user|pin|barcode)|wrong (?:pin|user)|user not found"
    r"|user (?:id|pin)\b.*\b(?:invalid|not found|not match)|.*(?:\bconnexion .*échou|échec de la connexion)"
    r"|(?:nip|numéro d'usager) (?:invalide|incorrect)).*",
    re.IGNORECASE,
)
BARRED = re.compile(
    r"^(?:your |this )?(?:library )?(?:user|account|card|privileges?)(?: (?:is|are|has|have|been)\b){0,3}[: ]+"
    r"(?:expired|barred|blocked|suspended|delinquent)\b(?!\?)",
    re.IGNORECASE,
)
OWN_TROUBLE = re.compile(r"unable to connect|server|service .*unavailable|temporar|try again later", re.IGNORECASE)
STANDING = re.compile(f"{FROZEN.pattern}|delinquent", re.IGNORECASE)
REVIEW = re.compile(
    r"review my account|user status|my account|my record|mon (?:compte|dossier)|mi cuenta", re.IGNORECASE
)
LOGOUT = "//a[contains(translate(@href, 'LOGUT', 'logut'), 'logout')]"

PRIVILEGES = r"privil[eè]ges? expire|card expire|account expire"
OWED = "you owe|(?:amount|total|fines) owed|total fines|vous devez"
MOST_NAMES = 30
COMMENT = re.compile(rb"<!--\s*([A-Za-z][A-Za-z .]{1,23}[A-Za-z.])\s*-->")


def read(body: bytes, url: str | None = None, charset: str | None = None) -> HtmlElement:
    """The page, with a mark in place of each comment that names a cell: `<!-- Due Date -->`. Raises LayoutChanged."""
    return page.html(_marked(body), url=url, charset=charset)


def _marked(body: bytes) -> bytes:
    """The page with its marks: there are few names, each in every row, and to replace one everywhere takes no time."""
    found, names = COMMENT.search(body), 0
    while found is not None and names < MOST_NAMES:
        body = body.replace(found[0], _mark(found))
        found, names = COMMENT.search(body, found.start()), names + 1
    return body if found is None else COMMENT.sub(_mark, body)


def _mark(found: re.Match[bytes]) -> bytes:
    """The mark of a cell, with what the cell holds: to tell it once is quicker than in each row."""
    return b'<param title="%s">' % named(found[1].decode()).encode()


@dataclass(frozen=True, kw_only=True)
class ELibrary:
    """An e-Library. Dates begin with the day unless `dates` says otherwise or the language is American English."""

    name: ClassVar[str] = "SirsiDynix e-Library (iBistro, iLink)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Library card number", "pin": "PIN"}
    read = staticmethod(read)

    site: Site
    entry: str = option("/uhtbin/cgisirsi/x/0/0/49/", "the path at which a session begins")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the page with all that is on the card, and logs out."""
        home = self._log_in(web, login)
        way_out = page.maybe(home, LOGOUT)
        try:
            return self._account(web, home)
        finally:
            leave(web, self.site.url("/uhtbin/logout") if way_out is None else address(home, way_out.get("href", "")))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        tree = _tree(web.get(self.site.url(self.entry)))
        if page.maybe(tree, LOGIN_FORM) is None:
            tree = _tree(web.get(onward(tree) or _review(tree) or self.site.url(self.entry)))
        form = page.one(tree, f"({LOGIN_FORM})[1]", "login form")
        home = _tree(submit(web, form, {"user_id": login.number, "password": login.pin}))
        self.parse_login(home).admit()
        return home

    def _account(self, web: Web, home: HtmlElement) -> AccountSnapshot:
        """All that is on the card, on the page that the login led to or on the one that it links to."""
        ahead = _review(home)
        try:
            return self.parse_account(home)
        except LayoutChanged:
            if ahead is None:
                raise
        return self.parse_account(_tree(web.get(ahead)))

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by a way out or by the account itself; refused by the site's words, with its form or without."""
        said = lines_shown(tree)
        refused = next((line for line in said if REFUSED.match(line)), None)
        if refused is not None:
            return LoginSeen(LoginState.MUST_ACT if FROZEN.search(refused) else LoginState.REFUSED, refused)
        inside = page.maybe(tree, LOGOUT) is not None
        barred = None if inside else next((line for line in said if BARRED.match(line)), None)
        if barred is not None:
            return LoginSeen(LoginState.MUST_ACT, barred)
        if page.maybe(tree, LOGIN_FORM) is not None:
            seen = at_the_form(tree, REFUSAL)
            return LoginSeen(LoginState.LOGIN_PAGE) if OWN_TROUBLE.search(seen.words) else seen
        if not inside and not tables(tree, "loans"):
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.IN)

    def parse_account(self, tree: HtmlElement) -> AccountSnapshot:
        """The page that reviews the account: loans, holds and what it says of the card."""
        return snapshot(self.parse_card(tree), loans=self.parse_loans(tree), holds=self.parse_holds(tree))

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry, status and what is owed, where the page tells."""
        said = page.lines(page.finished(tree))
        days = (self._dated.expiry(each) for each in (*labelled(said, PRIVILEGES), *labelled(_colons(said), "expir")))
        states = (each for each in labelled(said, "status|statut") if STANDING.search(each))
        owed = (self.site.maybe_money(each) for each in labelled(said, OWED))
        return AccountSnapshot(
            card_expires=next(filter(None, days), None),
            blocked=next(states, None),
            fees_total=next((each for each in owed if each is not None), None),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items checked out."""
        rows, stated = list_rows(tree, "loans")
        return Listing(apart(loans(self._dated, rows)), stated).checked("loans")

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The requests."""
        rows, stated = list_rows(tree, "holds")
        return Listing(apart(hold(self._dated, row) for row in rows), stated).checked("holds")

    @cached_property
    def _dated(self) -> Site:
        """The site with its order of dates: these servers write the day first, in Canadian English too."""
        if self.site.dates or self.site.language.lower() in MONTH_FIRST:
            return self.site
        return replace(self.site, dates="dmy")


def _tree(answer: Answer) -> HtmlElement:
    return read(answer.body, answer.url, answer.charset)


def _colons(lines: list[str]) -> list[str]:
    """The lines in which a label and its value stand together: what is alone may be the head of a column."""
    return [each for each in lines if re.search(r":\s*\S", each)]


def _review(tree: HtmlElement) -> str | None:
    """Where the page links to that reviews the account."""
    links = (each for each in page.every(tree, "//a[@href]") if REVIEW.search(page.text(each)))
    return next((address(tree, each.get("href", "")) for each in links), None)
