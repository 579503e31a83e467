"""Zones (APS_ZONES of Archimed, Geac and Infor), the catalogue of Cologne and others: each item a block of labels."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, link, settle, submit
from libraries.listing import Listing, apart, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import lines_shown, says_none
from libraries.numbers import number_in
from libraries.options import option
from libraries.page import cls
from libraries.refusals import judged, telling
from libraries.site import Site
from libraries.titles import shown
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN, UNTIL, hold_state

LOGIN_FORM = "//form[.//input[@name='BRWR' and not(@type='hidden')] and .//input[@name='PIN']]"
FACTS = "//tr[td[contains(@class, 'AccountSummaryC') or contains(@class, 'AccountDetailField')]]"
REFUSAL = (
    f"//*[contains(@class, 'rror') or {cls('warning', 'alert')} or @color='red' or contains(@id, 'LoginError')]"
    "[normalize-space()][not(.//input)][not(ancestor-or-self::*[contains(@style, 'none') or @hidden])]"
)
LIST = f"//table[@id='BrowseList' or {cls('browseList')}]"
NEXT = "//a[@href][contains(@class, 'pageNavLink') or ancestor::td[contains(@class, 'PageNavCell')]]"

MENU = {"loans": "MyLoans", "holds": "MyReservations"}
COUNTER = {"loans": "ShowLoans", "holds": "ShowReservations"}
COUNTED = {
    "loans": re.compile(r"entlieh|ausgelieh|ausleih|loan|check(?:ed )?outs?|prêt|emprunt", re.IGNORECASE),
    "holds": re.compile(r"vormerk|reserv|réserv|\bholds?\b", re.IGNORECASE),
    "fees": re.compile(r"kontostand|gebühr|balance|owed|charges?|fines?|solde|amende", re.IGNORECASE),
}
LANGUAGES = {"de": "GER", "fr": "FRE", "nl": "DUT", "en": "ENG"}
LABELS = {  # the label without its spaces, hyphens and line breaks; the first that fits
    "title": re.compile("^(?:haupt)?titel|^title|^titre"),
    "author": re.compile("verfasser|autor|author|auteur"),
    "id": re.compile("vormerk(?:ungs)?n|reservationn|réservationn|n°réserv"),
    "barcode": re.compile("mediennummer|mediennr|barcode|itemn|exemplarn|codebarre|codeàbarre"),
    "taken": re.compile("ausleihdatum|ausgeliehenam|vorgemerktam|loandate|issuedate|reservedon|dated['’]?emprunt"),
    "branch": re.compile("ausgeliehenin|zweigstelle|loanedat|issuedat|issuedfrom|branch|empruntéà"),
    "due": re.compile("fällig(?:keit|am|$)|rückgabe|leihfrist|due(?:date|back|$)|retour|échéance|inlever|terug"),
    "renewals": re.compile("anz(?:ahl)?\\.?(?:der)?verl|verlängerungen|renewals|renewed|prolongations"),
    "format": re.compile("publikationsform|medienart|medientyp|format|material|typededocument"),
    "call_number": re.compile("signatur|shelfmark|callnumber|^cote"),
    "pickup": re.compile("liefernan|lieferort|abholort|deliver|pickupat|pickuplocation|collectfrom|retirerà"),
    "pickup_by": re.compile("abholenbis|bereitbis|collectby|availableuntil|pickupby"),
    "expires": re.compile("gültigbis|verfällt|ablauf|expir|validuntil|notneededafter"),
    "position": re.compile("position|rang|warteliste|queue"),
    "status": re.compile("status|statut|zustand"),
}
NOBODY = re.compile(r"kein (?:autor|verfasser)|no author|(?:pas d'|sans )auteur", re.IGNORECASE)
RENEW = re.compile(r"\brenewItem\(")
NO_RENEW = re.compile(r"CannotRenewLoan\(\s*'[^']*'\s*,\s*'((?:[^'\\]|\\.)*)'")
FORWARD = re.compile(r"nächst|\bnext\b|suivant|volgende", re.IGNORECASE)
CANCELLED = re.compile(r"gelöscht|storniert|cancelled|deleted|annulée?|supprimée?", re.IGNORECASE)
SQUEEZED = re.compile(r"[\s:\u00ad-]+")

Cells = dict[str, HtmlElement]
Found = TypeVar("Found", Loan, Hold)


@dataclass(frozen=True, kw_only=True)
class Zones:
    """A Zones catalogue. Its address is what stands before /APS_ZONES, as https://…/alswww2.dll."""

    name: ClassVar[str] = "Zones (APS_ZONES)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Ausweisnummer", "pin": "Geheimnummer (PIN)"}
    read = staticmethod(page.html)

    site: Site
    style: str = option("Portal3", "the `Style` that the library's own links name")

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
        if _counts(overview).get(what) == 0:
            return Listing(stated=0)
        ways = (page.maybe(overview, f"//a[contains(@href, '={each[what]}')]") for each in (COUNTER, MENU))
        way = next((address(overview, each.get("href", "")) for each in ways if each is not None), None)
        first = read(web.get(_mended(way or self._address(MENU[what]))).html())
        whole = follow(first, lambda url: read(web.get(url).html()), what)
        return replace(whole, rows=apart(whole.rows))

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the overview's counters; refused by marked words, or a line that speaks of a wrong or barred card."""
        if page.maybe(tree, FACTS) is not None:
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
        facts = _facts(page.finished(tree))
        if not facts:
            raise LayoutChanged("no overview of the account")
        owed = next((said for name, _, said in facts if COUNTED["fees"].search(name)), "")
        expiry = next((said for name, _, said in facts if EXPIRES.search(name)), "")
        barred = [f"{name}: {said}" for name, _, said in facts if FROZEN.search(said) or "gesperrt" in name.casefold()]
        return AccountSnapshot(
            fees_total=self.site.maybe_money(owed),
            card_expires=self.site.expiry(expiry),
            blocked=next(iter(barred), None),
            counts=_counts(tree),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the items on loan."""
        blocks = _blocks(tree, "loans")
        return Listing(tuple(self._loan(cells) for _, cells in blocks), more=_next(tree))

    def _loan(self, cells: Cells) -> Loan:
        said = _said(cells)
        title = _title(said)
        lines = page.lines(page.cell(cells, "due"))
        due, due_text = self.site.due(next((line for line in lines if self.site.maybe_day(line)), (*lines, "")[0]))
        renewable, why = _renewable(cells["due"])
        return Loan(
            id=said.get("barcode") or f"{title} {due or due_text}",
            title=title,
            author=_author(said),
            due=due,
            due_text=due_text,
            renewable=renewable,
            renewals=number_in(said.get("renewals")),
            why_not_renewable=why,
            format=said.get("format"),
            branch=said.get("branch"),
            call_number=said.get("call_number"),
            url=link(cells["title"]),
        )

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of the items asked for, without those that were cancelled and are only still shown."""
        return self._live_holds(tree, [])

    def _live_holds(self, tree: HtmlElement, gone: list[int]) -> Listing[Hold]:
        """The same; how many are left out is noted in `gone`."""
        every = [self._hold(item, _said(cells)) for item, cells in _blocks(tree, "holds")]
        live = tuple(each for each in every if not CANCELLED.search(each.notes or ""))
        gone.append(len(every) - len(live))
        return Listing(live, more=_next(tree))

    def _hold(self, item: str, said: Mapping[str, str]) -> Hold:
        title, status = _title(said), said.get("status", "")
        state = hold_state(status)
        until = said.get("pickup_by") or (status if UNTIL.search(status) else "")
        return Hold(
            id=said.get("id") or item or title,
            title=title,
            author=_author(said),
            state=state,
            position=number_in(said.get("position")),
            pickup=said.get("pickup"),
            pickup_by=self.site.maybe_day(until) if state is HoldState.READY else None,
            expires=self.site.maybe_day(said.get("expires", "")),
            format=said.get("format"),
            notes=status or None,
        )


def _facts(tree: HtmlElement) -> list[tuple[str, str, str]]:
    """Each line of the overview: its name, where it leads, and what it says."""
    found = []
    for row in page.every(tree, FACTS):
        name, *rest = row.iterchildren("td")
        value = next((cell for cell in rest if "Value" in cell.get("class", "")), next(iter(rest), name))
        way = next((each.get("href", "") for each in name.iter("a")), "")
        found.append((page.text(name), way, next(iter(page.lines(value)), "")))
    return found


def _counts(tree: HtmlElement) -> dict[str, int]:
    """How many loans and holds there are; where lines tell of parts of them, the greatest counts."""
    counts = dict[str, int]()
    for name, way, said in _facts(tree):
        for what in COUNTER:
            if said.isdecimal() and (f"={COUNTER[what]}" in way or COUNTED[what].search(name)):
                counts[what] = max(counts.get(what, 0), int(said))
    return counts


def _settled(card: AccountSnapshot, read: int, gone: int) -> AccountSnapshot:
    """The card whose count of holds leaves out the cancelled ones, if it had counted them."""
    if card.counts.get("holds") != read + gone:
        return card
    return replace(card, counts={**card.counts, "holds": read})


def _mended(url: str) -> str:
    """The site's own links put a second question mark where an ampersand belongs."""
    before, _, query = url.partition("?")
    return f"{before}?{query.replace('?', '&')}"


def _blocks(tree: HtmlElement, what: str) -> list[tuple[str, Cells]]:
    """Each item's number in the page and its cells by name. Raises LayoutChanged for an unproven list."""
    found = list[tuple[str, Cells]]()
    for table in page.every(page.finished(tree), LIST):
        for row in page.table_rows(table, what):
            block = next((cell for cell in row if "BrowseItemDetailsCell" in cell.get("class", "")), None)
            if block is not None and ("Loan" in block.get("class", "")) == (what == "loans"):
                found.append((block.get("id", "").removeprefix("item_"), _cells(block)))
            elif page.text(row):
                raise LayoutChanged(f"a row among the {what} that is none")
    if not found and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return found


def _cells(block: HtmlElement) -> Cells:
    """The values of a block by the name of the label before each; the due date's cell says itself that it is."""
    cells: Cells = {}
    name = None
    for cell in block.iter("td"):
        kind = cell.get("class", "")
        if "FieldNameCell" in kind:
            label = SQUEEZED.sub("", page.text(cell)).casefold()
            name = next((each for each, words in LABELS.items() if words.search(label)), None)
        elif "FieldDataCell" in kind:
            own = "due" if cell.get("id", "").startswith("returnDate_") else name
            if own:
                cells.setdefault(own, cell)
    return cells


def _said(cells: Cells) -> dict[str, str]:
    return {name: words for name, cell in cells.items() if (words := page.text(cell))}


def _title(said: Mapping[str, str]) -> str:
    title = shown(said.get("title", ""))
    if not title:
        raise LayoutChanged("no title in a row")
    return title


def _author(said: Mapping[str, str]) -> str | None:
    author = shown(said.get("author", ""))
    return None if not author or NOBODY.fullmatch(author) else author


def _renewable(cell: HtmlElement) -> tuple[bool | None, str | None]:
    """By the button beside the due date: whether it renews, or tells why not."""
    for each in cell.iter("a"):
        href = each.get("href", "")
        if RENEW.search(href):
            return True, None
        if "CannotRenew" in href or "CannotRenewLink" in each.get("class", ""):
            reason = NO_RENEW.search(href)
            return False, page.fold(reason[1].replace("\\", "")) if reason else None
    return None, None


def _next(tree: HtmlElement) -> str | None:
    """Where the list goes on, by the link that says so in its title or its words."""
    for each in page.every(tree, NEXT):
        if FORWARD.search(each.get("title", "") + page.text(each)):
            return _mended(address(tree, each.get("href", "")))
    return None
