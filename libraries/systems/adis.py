"""a|S|tec's aDIS/BMS, of large German cities and universities: an overview, and from there list after list."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.astec import steps
from libraries.astec.items import Item, items
from libraries.astec.overview import KINDS, Entry, counts, entries, headed
from libraries.errors import LayoutChanged
from libraries.forms import submit
from libraries.listing import Listing, apart, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import says_none
from libraries.options import option
from libraries.refusals import judged
from libraries.site import Site
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN, IN_TRANSIT, NOT_READY, hold_state

NUMBERS = ("L#AUSW_1", "L#AUSW", "IDENT_1", "LMATNR_1", "$$LAUSW_1")
NUMBER_FIELD = f".//input[@name][{' or '.join(f'@id={each!r} or @fld={each!r}' for each in NUMBERS)}]"
PIN_FIELD = ".//input[@type='password' and @name]"
SIGN_IN = re.compile(r"anmeld|login|sign in", re.IGNORECASE)
MESSAGE = (
    "//h1[ancestor::*[contains(@class, 'message') or contains(@class, 'msgpage')]]"
    " | //div[contains(@class, 'alert')] | //p[contains(@class, 'alert')]"
)
SIGNED_IN = re.compile(r"(?:sind|jetzt|erfolgreich) angemeldet|(?:are|now) (?:logged|signed) in", re.IGNORECASE)
WRONG_FIELD = "//input[contains(@class, 'errstate')]"

FACTS = "//tr[count(th | td) = 2]"
OWED = re.compile(r"gebühr|fees?\b|charges", re.IGNORECASE)
DATE = re.compile(r"\d\d?\.\d\d?\.\d{2,4}")
PATRON = re.compile(r"konto für (?:herrn |frau )?(.+)", re.IGNORECASE)

WORDS = {
    "branch": ("bibliothek", "zweigstelle", "ausgabe", "abholort", "standort", "library", "location"),
    "title": ("titel", "title"),
    "hint": ("hinweis", "vorgemerkt", "bestellt", "bemerkung", "status", "vermerk", "note"),
    "call_number": ("signatur", "call n"),
    "barcode": ("barcode", "mediennummer", "mediennr", "buchnummer"),
    "author": ("verfasser", "autor", "author"),
    "format": ("medienart", "medientyp", "media type"),
}
LOANS = {"day": ("fällig", "frist", "rückgabe", "bis", "datum", "due", "return")} | WORDS
HOLDS = {"day": ("bis", "abholen", "until", "expires")} | WORDS
MORE = re.compile(r"weitere (?:treffer|titel|einträge)|nächste seite|more (?:hits|titles)", re.IGNORECASE)
RENEWED = re.compile(r"(\d+)\s*(?:mal|x)?\s*(?:verlänger|renew)", re.IGNORECASE)
NOT_RENEWABLE = re.compile(r"nicht (?:mehr )?verlänger|verlängerung(?:en)? (?:ist )?nicht|not renew", re.IGNORECASE)
RENEWABLE = re.compile(r"\bverlängerbar|verlängerung möglich|renewable", re.IGNORECASE)
UNTIL = re.compile(r"\bbis\D{0,12}(\d.*)", re.IGNORECASE)
POSITION = re.compile(r"(?:position|rang|platz)\D{0,5}(\d+)(?:\s*(?:von|of|/)\s*(\d+))?", re.IGNORECASE)

Found = TypeVar("Found", Loan, Hold)


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
        if page.maybe(door, f".{PIN_FIELD}") is None:
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
            here = steps.press(web, here, MORE)
            return read(here)

        return replace(follow(read(here), turn, what), stated=entry.stated), here

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the site's word or the way out; refused by its message, or by the fields that it marks as wrong."""
        words = page.text(page.maybe(tree, MESSAGE))
        if SIGNED_IN.search(words):
            return LoginSeen(LoginState.IN, words)
        asks = page.maybe(tree, f".{PIN_FIELD}") is not None
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
        facts = [(page.text(row[0]), page.text(row[1])) for row in page.every(tree, FACTS)]
        if not lists and not facts:
            raise LayoutChanged("no overview of the account")
        owed = [value for label, value in facts if OWED.search(label) and not DATE.search(value)]
        messages = tuple(words for each in page.every(tree, MESSAGE) if (words := page.text(each)))
        names = (PATRON.search(page.text(each)) for each in page.every(tree, "//p"))
        return AccountSnapshot(
            card_expires=next((self.site.expiry(value) for label, value in facts if EXPIRES.search(label)), None),
            fees_total=next((amount for amount in map(self.site.maybe_money, owed) if amount is not None), None),
            blocked=next((each for each in messages if FROZEN.search(each)), None),
            messages=messages,
            patron_name=next((found[1] for found in names if found), None),
            counts=counts(lists),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the items on loan."""
        if headed(tree) in {"ready", "asked"}:
            raise LayoutChanged("the page is not that of the loans")
        return _listing(tree, "loans", LOANS, partial(_loan, self.site))

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of what was asked for, or of what lies ready: the page's headline says which."""
        return self._holds(tree, headed(tree))

    def _holds(self, tree: HtmlElement, kind: str) -> Listing[Hold]:
        if headed(tree) == "loans":
            raise LayoutChanged("the page is not that of the holds")
        return _listing(tree, "holds", HOLDS, partial(_hold, self.site, kind))


def _together(lists: list[Listing[Any]]) -> Listing[Any]:
    stated = [each.stated for each in lists if each.stated is not None]
    return Listing(apart(row for each in lists for row in each.rows), sum(stated) if stated else None)


def _listing(
    tree: HtmlElement, what: str, words: Mapping[str, tuple[str, ...]], read: Callable[[Item], Found]
) -> Listing[Found]:
    """The rows of the tables that have titles. Raises LayoutChanged for an unproven list."""
    found = [read(item) for item in items(page.finished(tree), what, words)]
    if not found and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    # A page has no address of its own: what tells it from the next is the session's count of requests.
    return Listing(tuple(found), more=None if steps.button(tree, MORE) is None else steps.count(tree))


def _loan(site: Site, item: Item) -> Loan:
    due, due_text = site.due(item.day)
    renewed = RENEWED.search(item.hint)
    renewable = False if NOT_RENEWABLE.search(item.hint) else True if RENEWABLE.search(item.hint) else None
    return Loan(
        id=item.barcode or f"{item.title} {due or due_text}",
        title=item.title,
        author=item.author,
        due=due,
        due_text=due_text,
        renewable=renewable,
        renewals=int(renewed[1]) if renewed else None,
        why_not_renewable=item.hint if renewable is False else None,
        format=item.format,
        branch=item.branch,
        call_number=item.call_number,
        notes=item.hint or None if renewable is not False else None,
    )


def _hold(site: Site, kind: str, item: Item) -> Hold:
    state, place, lasts = _state(kind, item.hint), POSITION.search(item.hint), UNTIL.search(item.hint)
    until = site.maybe_day(item.day or (lasts[1] if lasts else ""))
    return Hold(
        id=item.barcode or item.title,
        title=item.title,
        author=item.author,
        state=state,
        position=int(place[1]) if place else None,
        queue=int(place[2]) if place and place[2] else None,
        pickup=item.branch,
        pickup_by=until if state is HoldState.READY else None,
        expires=None if state is HoldState.READY else until,
        format=item.format,
        notes=item.hint or None,
    )


def _state(kind: str, hint: str) -> HoldState:
    """By the list that it stands in, unless the hint knows better."""
    if IN_TRANSIT.search(hint):
        return HoldState.IN_TRANSIT
    if kind == "ready" or KINDS["ready"].search(hint):
        return HoldState.WAITING if NOT_READY.search(hint) else HoldState.READY
    return HoldState.WAITING if kind == "asked" else hold_state(hint)
