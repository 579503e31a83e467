"""OCLC's PICA LBS4 with its newer account pages (LBS_WEB), of libraries in GBV, HeBIS and others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar, NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, settle, submit
from libraries.listing import Fees, Listing, apart, gapless, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import line_says_none, says_none
from libraries.options import option
from libraries.page import cls
from libraries.refusals import judged
from libraries.site import Site
from libraries.titles import title_first
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN, hold_state

LOGIN_FORM = "//form[.//input[@type='password']]"
LOGOUT = "//a[contains(@href, 'logout')]"
REFUSAL = f"//*[{cls('error', 'errormessage', 'alertmessage')} or (self::font and @color='red')][normalize-space()]"
TABS = f"//a[{cls('tab0', 'tab1', 'tab2')}]"
SHOWN = f"//a[{cls('tab1')}]/@href"
LISTS = f"//table[{cls('resultset')}]"
STRAY = f"//td[contains(@class, 'rec_')][not(ancestor::table[{cls('resultset')}])]"
CHOSEN = "//input[@name='selection'][@checked]"

LABELS = {
    "expires": EXPIRES.pattern + r"|endet am|end date|einddatum",
    "made": r"(?:vormerk|reserv|bestell|order|request)\w* ?(?:datum|date|am)|date of",
    "due": r"leihfrist|ausgeliehen bis|fristende|return ?date|due|rückgabe|date de retour|vervaldatum|inlever",
    "renewals": r"verlängerung|renewals|prolongation|verlenging",
    "reminders": r"mahn|remind|rappel",
    "pickup_by": r"abhol\w* bis|bereit bis|available until|collect by|pick ?up by",
    "branch": r"theke|counter|destination|ausleihort|abholort|comptoir|balie",
    "call_number": r"signatur|shelf ?mark|\bcote\b|call number",
    "queue": r"vormerkung|number of reserv|nombre de rés|aantal reserv",
    "status": r"status|derzeit|statut",
    "owed": r"gesamtbetrag|total costs|kosten|total des frais",
    "title": r"^tit",
    "author": r"verfasser|autor|author|auteur",
}
NAMES = {name: re.compile(words, re.IGNORECASE) for name, words in LABELS.items()}
YEAR = re.compile(r"\s*\([^()]*\d{4}[^()]*\)$")
LIFE = re.compile(r"\s*\*[\d?-]+\*")
NUMBER = re.compile(r"(\d+)\.?")
COUNT = re.compile(r"\((\d+)\)")


class Row(NamedTuple):
    """One numbered record: its box to tick, its title, what its labels say, and the library's warning."""

    box: HtmlElement | None
    title: str
    author: str | None
    told: Mapping[str, str]
    warning: str


@dataclass(frozen=True, kw_only=True)
class PicaLbs:
    """An LBS with LBS_WEB. Its address is that of the loan server, as https://lbs.example.org."""

    name: ClassVar[str] = "PICA LBS4, newer account (LBS_WEB)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzernummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    start: str = option("", "what the address of the login ends in where it names a library, as ?USR=1000&BES=3")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, which shows the patron's data, reads loans, reservations and requests, and logs out."""
        landing = self._log_in(web, login)
        try:
            return self._account(web, self.parse_card(landing))
        finally:
            door = page.maybe(landing, LOGOUT)
            leave(web, self._at("../j_spring_security_logout") if door is None else address(door, door.get("href", "")))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = page.one(web.get(self._at(f"borrower.htm{self.start}")).html(), LOGIN_FORM, "login form")
        names = [each.get("name", "") for each in page.every(form, ".//input[@type='text' or @type='password']")]
        user = next((each for each in names if "user" in each.lower()), "j_username")
        secret = next((each for each in names if "pass" in each.lower()), "j_password")
        seen, _ = settle(web, submit(web, form, {user: login.number, secret: login.pin}), self.parse_login)
        seen.admit()
        return web.get(self._at("borrower.htm")).html()

    def _at(self, name: str) -> str:
        return self.site.url(f"LBS_WEB/borrower/{name}")

    def _account(self, web: Web, card: AccountSnapshot) -> AccountSnapshot:
        loans = self.parse_loans(web.get(self._at("loans.htm")).html())
        holds = self.parse_holds(web.get(self._at("reservations.htm")).html())
        asked = web.get(self._at("requests.htm"), expect=(404,))
        if asked.status == 200 and _offers(asked.html(), "requests"):
            more = self.parse_holds(asked.html())
            holds = Listing(holds.rows + more.rows, None)
        return snapshot(
            card,
            loans=replace(loans, rows=apart(loans.rows)),
            holds=replace(holds, rows=apart(holds.rows)),
            # The site tells what is owed in all; its list of costs is not read.
            fees=Fees(total=card.fees_total) if card.fees_total == 0 else None,
        )

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the link to log out; refused by the words in red at the form."""
        if page.maybe(tree, LOGIN_FORM) is None:
            if page.maybe(tree, LOGOUT) is None:
                raise LayoutChanged("neither the account nor the login form")
            return LoginSeen(LoginState.IN)
        words = page.text(page.maybe(tree, REFUSAL))
        return judged(words) if words else LoginSeen(LoginState.LOGIN_PAGE)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """What is owed and until when the card is valid, from the patron's data; warnings beside them."""
        if page.maybe(page.finished(tree), LOGOUT) is None:
            raise LayoutChanged("no account")
        told = {} if page.maybe(tree, LISTS) is not None else _told(page.one(tree, "//body", "body"))
        if not told:
            raise LayoutChanged("no data of the patron")
        warnings = [page.text(each) for each in page.every(tree, REFUSAL)]
        free = any(line_says_none(each.get("title", ""), "fees") for each in page.every(tree, TABS))
        owed = self.site.maybe_money(told.get("owed", "0,00" if free else ""))
        return AccountSnapshot(
            card_expires=self.site.expiry(told.get("expires", "")),
            fees_total=owed,
            blocked=next((each for each in warnings if FROZEN.search(each)), None),
            messages=tuple(warnings),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan."""
        chosen = page.maybe(tree, CHOSEN)
        if chosen is not None and chosen.get("value") != "ALL":
            raise LayoutChanged("the page shows a part of the loans only")
        return Listing(tuple(self._loan(row) for row in _rows(tree, "loans", {"loans"})), _stated(tree)).checked(
            "loans"
        )

    def _loan(self, row: Row) -> Loan:
        due, due_text = self.site.due(row.told.get("due", ""))
        renewable = row.box is not None and row.box.get("disabled") is None
        renewals = row.told.get("renewals", "")
        number = row.box.get("value") if row.box is not None else row.told.get("call_number")
        return Loan(
            id=number or f"{row.title} {due or due_text}",
            title=row.title,
            author=row.author,
            due=due,
            due_text=due_text,
            renewable=renewable,
            renewals=int(renewals) if renewals.isdecimal() else None,
            why_not_renewable=None if renewable else row.warning or None,
            branch=row.told.get("branch") or None,
            call_number=row.told.get("call_number") or None,
            notes=row.warning or None,
        )

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The reservations, or the requests for items from the stacks."""
        kind = _shown(tree)
        rows = _rows(tree, "holds", {"reservations", "requests"})
        return Listing(tuple(self._hold(row, kind) for row in rows), _stated(tree)).checked("holds")

    def _hold(self, row: Row, kind: str | None) -> Hold:
        status = row.told.get("status", "")
        last_day = self.site.maybe_day(row.told.get("pickup_by", ""))
        otherwise = HoldState.WAITING if kind == "reservations" else HoldState.UNKNOWN
        state = hold_state(status) if status else HoldState.READY if last_day else otherwise
        waiting = NUMBER.fullmatch(row.told.get("queue", ""))
        number = row.box.get("value") if row.box is not None else row.told.get("call_number")
        return Hold(
            id=number or row.title,
            title=row.title,
            state=state,
            author=row.author,
            queue=int(waiting[1]) if waiting else None,
            pickup=row.told.get("branch") or None,
            pickup_by=last_day,
            expires=self.site.maybe_day(row.told.get("expires", "")),
            notes=row.warning or (status if state is HoldState.UNKNOWN else None) or None,
        )


def _shown(tree: HtmlElement) -> str | None:
    """Which list the page shows, by its tab, else by where its form leads."""
    for path in (SHOWN, "//form[.//table]/@action"):
        for place in page.every(tree, path):
            if found := re.search(r"borrower/(\w+)\.htm", str(place)):
                return found[1]
    return None


def _offers(tree: HtmlElement, name: str) -> bool:
    """Whether the account has such a list at all, by its tabs; some libraries have none of requests."""
    tabs = page.every(page.finished(tree), TABS)
    if not tabs:
        raise LayoutChanged("no tabs of the account")
    return _shown(tree) == name or any(name in each.get("href", "") for each in tabs)


def _stated(tree: HtmlElement) -> int | None:
    found = COUNT.search(page.text(page.maybe(tree, f"//td[{cls('title')}] | {TABS}[{cls('tab1')}]")))
    return int(found[1]) if found else None


def _rows(tree: HtmlElement, what: str, kinds: set[str]) -> list[Row]:
    """The records of the list. Raises LayoutChanged for another list, one without proof, or with numbers missing."""
    tables = page.every(tree, LISTS) if _shown(tree) in kinds else []
    lines = [line for table in tables for line in page.table_rows(table, what)]
    rows = [_row(line) for line in lines if next(line.iter("table"), None) is not None or page.text(line)]
    if page.maybe(tree, STRAY) is not None:
        raise LayoutChanged(f"records outside the list of the {what}")
    gapless((int(found[1]) for line in lines if (found := _number(line))), what)
    if not rows:
        said = any(line_says_none(each.get("title", ""), what) for each in page.every(tree, TABS))
        if not said and not (_shown(tree) in kinds and says_none(tree, what)):
            raise LayoutChanged(f"no {what}, and no word that there are none")
    return rows


def _number(line: HtmlElement) -> re.Match[str] | None:
    cell = next((each for each in line if "rec_nr" in each.get("class", "")), None)
    return NUMBER.fullmatch(page.text(cell)) if cell is not None else None


def _row(line: HtmlElement) -> Row:
    told = _told(line)
    title, author = title_first(YEAR.sub("", told.get("title", "").rstrip(" :")))
    if not title:
        raise LayoutChanged("no title in a row")
    warnings = (each for each in line.iter("div", "span", "p") if "error" in each.get("class", "").split())
    author = LIFE.sub("", YEAR.sub("", author or told.get("author", ""))).rstrip(" :,") or None
    return Row(next(line.iter("input"), None), title, author, told, " ".join(map(page.text, warnings)))


def _told(part: HtmlElement) -> dict[str, str]:
    """What stands beside the labels, by name; a line of its own without a label is the title."""
    told: dict[str, str] = {}
    for line in part.iter("tr"):
        # A row that holds a table is there for the layout.
        cells = [page.text(each) for each in line.iterchildren("td")] if next(line.iter("table"), None) is None else []
        if len(cells) == 2:
            label = cells[0].rstrip(" :")
            told.setdefault(_named(label), cells[1])
        elif len(cells) == 1 and cells[0]:
            told.setdefault("title", cells[0])
    return told


@lru_cache(maxsize=256)
def _named(label: str) -> str:
    return next((name for name, pattern in NAMES.items() if pattern.search(label)), "")
