"""iOPAC (di.exe by IBTC), of small German town libraries: one request, one page with all that is on the card."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeVar
from urllib.parse import urlencode

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged, SiteFailing
from libraries.forms import address, leave, send_in, submit, values
from libraries.labels import joined
from libraries.listing import Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import line_says_none, lines_shown, says_none
from libraries.numbers import number_in
from libraries.options import option
from libraries.page import cls
from libraries.refusals import judged, telling
from libraries.site import Site
from libraries.tables import Cells
from libraries.titles import shown
from libraries.web import Web
from libraries.words import hold_state

LOGIN_FORM = "//form[.//input[@name='sleKndNr'] and .//input[@name='slePw']]"
ACCOUNT = (
    "//a[@name='AUS' or @name='RES'] | //*[starts-with(@id, 'ReaderAccount') or starts-with(@class, 'ReaderAccount')]"
)
WAY_OUT = "//form[.//input[@name='mode' and @value='35']]"
HEAD = f"//h1 | //*[{cls('HTMLInfo_Head')}]"
WORDS = f"//*[{cls('HTMLInfo_Text')}][normalize-space()] | //th[normalize-space()]"
HEADINGS = {"h2", "h3", "h4", "h5"}
LOANS = re.compile(r"ausleih|ausgelieh|entlieh|loan", re.IGNORECASE)
HOLDS = re.compile(r"reserv|vormerk|vorgemerkt|vorbestell", re.IGNORECASE)
ANCHORS = {"AUS": "loans", "RES": "holds"}

COLUMNS = {  # in this order: "Auswahl verlängern" is the button, "Verlängerungen" and "Verl." the number
    "select": ("auswahl", "verlängern", "storn", "lösch"),
    "barcode": ("mediennr", "mediennum", "medien-nr", "medien-num", "barcode", "buchungs"),
    "title": ("titel", "title"),
    "author": ("verfasser", "autor", "author", "interpret"),
    "renewals": ("verl", "renewals"),
    "taken": ("reserviert am", "reserviert seit", "vorgemerkt am", "ausgeliehen am", "ausleihdatum", "entliehen am"),
    "ready": ("bereit", "abhol", "verfügbar", "voraus", "ready"),
    "due": ("rückgabe", "zurück", "fällig", "frist", "leihende", "ausgeliehen bis", "entliehen bis", "due", "return"),
    "position": ("platz", "position", "rang"),
    "branch": ("zweigstelle", "bibliothek", "bücherei", "standort", "filiale"),
    "call_number": ("signatur",),
    "format": ("medium", "medien", "typ", "media"),
}
COUNT = r"(\d+|keine?n?)\s+(?:{0})\w*\s+medi|(\d+|keine?n?)\s+medi\w+\s+(?:sind\s+)?(?:{0})"
COUNTS = {
    "loans": re.compile(COUNT.format("ausgeliehen|entliehen"), re.IGNORECASE),
    "holds": re.compile(COUNT.format("reserviert|vorgemerkt|vorbestellt"), re.IGNORECASE),
}
BALANCE = re.compile(r"(?:kontostand|konto|saldo)\b[^\d\u2212-]{0,20}([-\u2212]?\s*\d[\d.,]*)", re.IGNORECASE)
EXPIRY = re.compile(r"gültig|läuft|ablauf|abgelaufen", re.IGNORECASE)
BARRED = re.compile(r"gesperrt|abgelaufen", re.IGNORECASE)
IN = re.compile(r"kontostand|leser-?\s*n(?:r|ummer)|ausgeliehene", re.IGNORECASE)
ITEM = re.compile(r"[?&]mednr=([^&;]+)", re.IGNORECASE)
NO_ROW = re.compile(r"keine (?:daten|medien|reserv|ausleih|vormerk)", re.IGNORECASE)
DAY = re.compile(r"[\d.]{6,10}")
LETTERS = re.compile(r"[^\W\d_]{3}")
SINCE = re.compile(r"\bseit\b|\bam\b|\bab\b", re.IGNORECASE)
YES = re.compile(r"ja\b", re.IGNORECASE)
UP_TO = re.compile(r"\bbis\b|\buntil\b|frist", re.IGNORECASE)

Found = TypeVar("Found", Loan, Hold)


class Part(NamedTuple):
    """One list of the page: which one, the words over each column, which column holds what, its rows."""

    what: str
    heads: Mapping[str, str]
    places: Mapping[str, int]
    rows: list[HtmlElement]


class Sheet(NamedTuple):
    """The page: the lines of its headings, its own mark of an expired card, the lists in its tables, and the whole."""

    facts: list[str]
    expired: str
    parts: list[Part]
    tree: HtmlElement


@dataclass(frozen=True, kw_only=True)
class IOpac:
    """An iOPAC. Its address is what stands before /cgi-bin/di.exe."""

    name: ClassVar[str] = "iOPAC (di.exe)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Lesernummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    door: str = option("", "path of the page with the login form, where that form has fields of its own")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, which leads to the page with all that is on the card, and logs out."""
        account = self._log_in(web, login)
        try:
            return self.parse_account(account)
        finally:
            form = page.maybe(account, WAY_OUT)
            if form is not None:
                leave(web, f"{address(form, form.get('action', ''))}?{urlencode(values(form))}")

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        filled = {"sleKndNr": login.number, "slePw": login.pin}
        if self.door:
            form = page.one(web.get(self.site.url(self.door)).html(), LOGIN_FORM, "login form")
            account = submit(web, form, filled).html()
        else:
            known = {**filled, "pshLogin": "Login"}
            account = send_in("iso-8859-1", web, self.site.url("cgi-bin/di.exe"), known).html()
        self.parse_login(account).admit()
        return account

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the account's own parts; refused by a headline that says so. Raises SiteFailing for its own faults."""
        head = " ".join(page.text(each) for each in page.every(tree, HEAD))
        if "fehlgeschlagen" in head.casefold() or "failed" in head.casefold():
            said = " ".join(page.text(each) for each in page.every(tree, WORDS))
            return judged(said or head)
        if page.maybe(tree, ACCOUNT) is not None or any(IN.search(each) for each in _sheet(tree).facts):
            return LoginSeen(LoginState.IN)
        told = telling(lines_shown(tree))
        if told or page.maybe(tree, LOGIN_FORM) is not None:
            return judged(told) if told else LoginSeen(LoginState.LOGIN_PAGE)
        if "RUNTIME ERROR" in page.text(tree).upper():
            raise SiteFailing("the library's server reports an error of its own")
        raise LayoutChanged("neither the account nor the login form")

    def parse_account(self, tree: HtmlElement) -> AccountSnapshot:
        """All that is on the card. Where the page has not a word on reservations, it tells nothing of them."""
        sheet = _sheet(page.finished(tree))
        tells = any(each.what == "holds" for each in sheet.parts) or any(map(HOLDS.search, sheet.facts))
        holds = _listing(sheet, "holds", self._hold) if tells else None
        return snapshot(self._card(sheet), loans=_listing(sheet, "loans", self._loan), holds=holds)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry, balance and what bars the card. A balance below nothing is what the patron owes."""
        return self._card(_sheet(page.finished(tree)))

    def _card(self, sheet: Sheet) -> AccountSnapshot:
        facts = sheet.facts
        if not facts:
            raise LayoutChanged("no word on the card")
        expiry = next((day for each in facts if EXPIRY.search(each) and (day := self.site.expiry(each))), None)
        balance = next(filter(None, map(BALANCE.search, facts)), None)
        amount = self.site.money(balance[1], "balance") if balance else None
        barred = sheet.expired or next((each for each in facts if BARRED.search(each)), None)
        return AccountSnapshot(
            card_expires=expiry,
            fees_total=None if amount is None else max(-amount, amount - amount),
            blocked=barred,
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan."""
        return _listing(_sheet(page.finished(tree)), "loans", self._loan)

    def _loan(self, _: Part, row: HtmlElement, cells: Cells) -> Loan:
        said = _said(cells)
        title = _title(said)
        due, due_text = self.site.due(said.get("due") or "")
        item, renewable, why = _renewal(row)
        beside = DAY.sub("", said.get("due") or "", count=1).strip() if due else ""
        return Loan(
            id=said.get("barcode") or item or f"{title} {due or due_text}",
            title=title,
            author=shown(said.get("author") or "") or None,
            due=due,
            due_text=due_text,
            renewable=renewable,
            renewals=number_in(said.get("renewals")),
            why_not_renewable=why,
            format=said.get("format"),
            branch=said.get("branch"),
            call_number=said.get("call_number"),
            notes=beside or None,
        )

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The reserved items."""
        return _listing(_sheet(page.finished(tree)), "holds", self._hold)

    def _hold(self, part: Part, row: HtmlElement, cells: Cells) -> Hold:
        said = _said(cells)
        title = _title(said)
        column = "ready" if "ready" in cells else "due"
        head, words = part.heads.get(column, ""), said.get(column) or ""
        state = self._state(head, words) if column in cells else HoldState.UNKNOWN
        kept = state is HoldState.READY and UP_TO.search(f"{head} {words}") is not None
        return Hold(
            id=said.get("barcode") or _renewal(row)[0] or title,
            title=title,
            author=shown(said.get("author") or "") or None,
            state=state,
            position=number_in(said.get("position")),
            pickup=said.get("branch"),
            pickup_by=self.site.maybe_day(words) if kept else None,
            format=said.get("format"),
            notes=f"{head}: {words}" if words else None,
        )

    def _state(self, head: str, words: str) -> HoldState:
        """By the column that says when an item is there: nothing in it means that it is there already."""
        if LETTERS.search(words) and not YES.match(words):
            return hold_state(words)
        day = self.site.maybe_day(words)
        future = day is not None and day > self.site.today
        there = YES.match(words) or (day and (UP_TO.search(head) or (SINCE.search(head) and not future)))
        if not words or (there and hold_state(head) is HoldState.READY):
            return HoldState.READY
        return HoldState.WAITING if future else HoldState.UNKNOWN


def _listing(sheet: Sheet, what: str, read: Callable[[Part, HtmlElement, Cells], Found]) -> Listing[Found]:
    """The rows of that list, with the count in the headline. Raises LayoutChanged for an unproven list."""
    mine = [part for part in sheet.parts if part.what == what]
    rows = [read(part, row, page.cells(row, {}, part.places)) for part in mine for row in part.rows]
    counts = [found[1] or found[2] for each in sheet.facts for found in COUNTS[what].finditer(each)]
    stated = max((number_in(each) or 0 for each in counts), default=None)
    words = (line_says_none(each, what) for each in sheet.facts)
    if not rows and stated is None and not (any(words) or says_none(sheet.tree, what)):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return Listing(apart(rows), stated).checked(what)


def _sheet(tree: HtmlElement) -> Sheet:
    """The page in one walk. Which list a table is, the anchor or heading above it says, else its columns."""
    facts, parts, above, expired = list[str](), list[Part](), "", ""
    for each in tree.iter("a", "h2", "h3", "h4", "h5", "div", "p", "span", "table"):
        own = each.get("id", each.get("class", "")).startswith("ReaderAccount")
        if each.tag == "table":
            parts += _parts(each, above)
        elif each.tag == "a":
            above = ANCHORS.get(each.get("name", ""), above)
        elif own or each.tag in HEADINGS:
            lines = page.lines(each) if each.tag in HEADINGS or next(each.iter("table"), None) is None else []
            above = _kind(each.get("id", "") if own else lines[0] if len(lines) == 1 else "") or above
            facts += lines
            expired = expired or (" ".join(lines) if "expired" in each.get("class", "") else "")
    return Sheet([*joined(facts)], expired, parts, tree)


def _kind(words: str) -> str:
    return "loans" if LOANS.search(words) else "holds" if HOLDS.search(words) else ""


def _parts(table: HtmlElement, above: str) -> list[Part]:
    """The table as a list, if its header has a column for titles; one that only arranges others is none."""
    header = next(table.iter("tr"), None)
    if header is None or "tit" not in page.text(header).casefold() or next(header.iter("table"), None) is not None:
        return []
    places = page.columns(header, COLUMNS)
    if "title" not in places:
        return []
    what = above or ("loans" if "due" in places and "ready" not in places else "holds")
    heads = {name: page.text(page.at(header, place)) for name, place in places.items()} if what == "holds" else {}
    return [Part(what, heads, places, _rows(table, header, what))]


def _rows(table: HtmlElement, header: HtmlElement, what: str) -> list[HtmlElement]:
    """The rows that stand for items: all but the header and a word that there are none."""
    rows = [row for row in page.table_rows(table, what) if row is not header and page.text(row)]
    return [row for row in rows if not (len(row) < 3 and NO_ROW.search(page.text(row)))]


def _said(cells: Cells) -> dict[str, str | None]:
    return {name: page.text(cell) or None for name, cell in cells.items() if name != "select"}


def _title(said: Mapping[str, str | None]) -> str:
    title = shown(said.get("title") or "")
    if not title:
        raise LayoutChanged("no title in a row")
    return title


def _renewal(row: HtmlElement) -> tuple[str | None, bool | None, str | None]:
    """The item's number, whether it can be renewed and why not: by the row's box, or its link in older versions."""
    box, why, link = None, "", None
    for each in row.iter("input", "label", "a"):
        if each.tag == "a":
            link = link or ITEM.search(each.get("href", ""))
        else:
            why = why or page.fold(each.get("title", ""))
            box = each if each.get("type", "").lower() == "checkbox" else box
    if box is None:
        return (link[1], True, None) if link else (None, None, None)
    shut = box.get("disabled") is not None
    return box.get("value", "").strip(" ;") or None, not shut, why or None if shut else None
