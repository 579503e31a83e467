"""Zones (APS_ZONES of Archimed, Geac and Infor), the catalogue of Cologne and others: each item a block of labels."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, base, leave, settle, submit
from libraries.listing import Listing, apart, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import lines_shown
from libraries.options import option
from libraries.page import cls
from libraries.parts import zones, zones_overview
from libraries.refusals import judged, telling
from libraries.site import Site
from libraries.web import Web
from libraries.words import FROZEN

LOGIN_FORM = "//form[.//input[@name='BRWR' and not(@type='hidden')] and .//input[@name='PIN']]"
REFUSAL = (
    f"//*[contains(@class, 'rror') or {cls('warning', 'alert')} or @color='red' or contains(@id, 'LoginError')]"
    "[normalize-space()][not(.//input)][not(ancestor-or-self::*[contains(@style, 'none') or @hidden])]"
)
NEXT = "/descendant::a[@href][contains(@class, 'pageNavLink') or ancestor::td[contains(@class, 'PageNavCell')]]"

MENU = {"loans": "MyLoans", "holds": "MyReservations"}
LANGUAGES = {"de": "GER", "fr": "FRE", "nl": "DUT", "en": "ENG"}
FORWARD = re.compile(r"nächst|\bnext\b|suivant|volgende|PageDown|^>+$", re.IGNORECASE)
CANCELLED = re.compile(r"gelöscht|storniert|cancell?ed|deleted|annulée?|supprimée?|geannuleerd", re.IGNORECASE)
NO = re.compile(r"\s*(?:nein|no|non|nee)\b", re.IGNORECASE)

Found = TypeVar("Found", Loan, Hold)


@dataclass(frozen=True, kw_only=True)
class Zones:
    """A Zones catalogue. Its address is what stands before /APS_ZONES, as https://…/alswww2.dll."""

    name: ClassVar[str] = "Zones (APS_ZONES)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Ausweisnummer", "pin": "Geheimnummer (PIN)"}
    read = staticmethod(page.html)

    site: Site
    style: str = option("Portal3", "the `Style` that the library's own links name")

    def __post_init__(self) -> None:
        """Zones writes the day first in English, too."""
        object.__setattr__(self, "site", replace(self.site, dates=self.site.dates or "dmy"))

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the overview, loans and holds to the last page, and logs out."""
        overview = self._log_in(web, login)
        try:
            card = self.parse_card(overview)
            loans = self._whole(web, overview, "loans", self.parse_loans)
            gone: list[int] = []
            holds = self._whole(web, overview, "holds", lambda tree: self._live_holds(tree, gone))
            return snapshot(_settled(card, len(holds.rows), sum(gone)), loans=loans, holds=holds)
        finally:
            leave(web, self._address("endSession&q=QuickSearch"))

    def _address(self, function: str) -> str:
        language = LANGUAGES.get(self.site.language.split("-")[0].lower(), "ENG")
        shared = f"Style={self.style}&SubStyle=&Lang={language}&ResponseEncoding=utf-8"
        return self.site.url(f"APS_ZONES?fn={function}&{shared}")

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = page.one(web.get(self._address("MyZone")).html(), LOGIN_FORM, "login form")
        seen, landing = settle(web, submit(web, form, {"BRWR": login.number, "PIN": login.pin}), self.parse_login)
        seen.admit()
        return landing

    def _whole(
        self, web: Web, overview: HtmlElement, what: str, read: Callable[[HtmlElement], Listing[Found]]
    ) -> Listing[Found]:
        """The list to its last page. Where the overview counts none of it, that is the site's own word."""
        if zones_overview.counts(overview).get(what) == 0:
            return Listing(stated=0)
        names = (zones_overview.COUNTER[what], MENU[what])
        ways = (page.maybe(overview, f"//a[contains(@href, '={each}')]") for each in names)
        way = next((address(overview, each.get("href", "")) for each in ways if each is not None), None)
        first = read(web.get(_mended(way or self._address(MENU[what]))).html())
        whole = follow(first, lambda url: read(web.get(url).html()), what)
        return replace(whole, rows=apart(whole.rows))

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the overview's counters; refused by marked words, or a line that speaks of a wrong or barred card."""
        if page.maybe(tree, zones_overview.FACTS) is not None:
            return LoginSeen(LoginState.IN)
        form = page.maybe(tree, LOGIN_FORM)
        words = page.text(page.maybe(tree, REFUSAL)) or telling(lines_shown(tree))
        if words:
            return judged(words)
        if form is None:
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.LOGIN_PAGE)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """The overview: how many loans and holds there are, the sum owed, the card's expiry."""
        facts = zones_overview.facts(page.finished(tree))
        if not facts:
            raise LayoutChanged("no overview of the account")
        told = [(name, said) for name, _, said in facts if FROZEN.search(said) or "gesperrt" in name.casefold()]
        barred = [f"{name}: {said}" for name, said in told if not NO.match(said)]
        return AccountSnapshot(
            fees_total=zones_overview.owed(self.site, facts),
            card_expires=zones_overview.expires(self.site, facts),
            blocked=next(iter(barred), None),
            counts=zones_overview.counts(tree),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the items on loan."""
        start, blocks = base(tree), zones.blocks(tree, "loans")
        return Listing(tuple(zones.loan(self.site, cells, start) for _, cells in blocks), more=_next(tree))

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of the items asked for, without those that were cancelled and are only still shown."""
        return self._live_holds(tree, [])

    def _live_holds(self, tree: HtmlElement, gone: list[int]) -> Listing[Hold]:
        """The same; how many are left out is noted in `gone`."""
        every = [zones.hold(self.site, item, cells) for item, cells in zones.blocks(tree, "holds")]
        live = tuple(each for each in every if not CANCELLED.search(each.notes or ""))
        gone.append(len(every) - len(live))
        return Listing(live, more=_next(tree))


def _settled(card: AccountSnapshot, read: int, gone: int) -> AccountSnapshot:
    """The card whose count of holds leaves out the cancelled ones, if it had counted them."""
    if card.counts.get("holds") != read + gone:
        return card
    return replace(card, counts={**card.counts, "holds": read})


def _mended(url: str) -> str:
    """The site's own links put a second question mark where an ampersand belongs."""
    before, _, query = url.partition("?")
    return f"{before}?{query.replace('?', '&')}"


def _next(tree: HtmlElement) -> str | None:
    """Where the list goes on, by the link that says so in its title, words or picture, or in what it does."""
    for each in page.every(tree, NEXT):
        pictures = (picture.get("alt", "") for picture in each.iter("img"))
        if any(map(FORWARD.search, (each.get("title", ""), page.text(each), each.get("href", ""), *pictures))):
            return _mended(address(tree, each.get("href", "")))
    return None
