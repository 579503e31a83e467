"""OCLC BIBLIOTHECA's web OPAC (index.asp), of many German towns: one page with all that is on the card."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import ClassVar, NamedTuple, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, submit
from libraries.frames import within_frames
from libraries.labels import joined
from libraries.listing import Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import says_none
from libraries.options import option
from libraries.refusals import judged
from libraries.site import Site
from libraries.titles import shown
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN, hold_state

LOGIN_FORM = "//form[.//input[@name='AUSWEIS'] and .//input[@name='PWD']]"
NEW_PASSWORD = "//form[.//input[@type='password'][2] or count(.//input[@type='password']) > 1]"
IS_MESSAGE = "[contains(@class, 'kontomeldung')][normalize-space()]"
MESSAGE = f"//div{IS_MESSAGE} | //span{IS_MESSAGE} | //p{IS_MESSAGE}"
LOGOUT = "//a[contains(@href, 'target=logoff')]"

HEADERS = ".//tr[th or contains(@class, 'exemplarmenubar') or td/@class = 'tabHeaderKonto']"
ROWS = "./tr | ./tbody/tr | ./thead/tr | ./tfoot/tr"
TAG = attrgetter("tag")
BLOCKS = {"div", "table"}
DIGIT = re.compile(r"\d")
WORDS = {  # in this order: a column that ends a hold's shelf time is no due date
    name: marks.split("|")
    for name, marks in {
        "pickup_by": "abholbar bis|bereit bis|bereitgestellt bis|abholen bis|abholfrist|liegt bereit bis|"
        "available until|ready until|pick up by|pick up until|pickup by|pickup until|collect by",
        "taken": "ausleihdatum|entleihdatum|entliehen am|vorbestellt am|vormerkdatum|reserved on",
        "ready": "bereit|abholbar|voraussichtlich|ready|available",
        "due": "frist|fällig|rückgabe|leihende|entliehen bis|ausgeliehen bis|due|return|scaden",
        "title": "titel|title|titre|titolo",
        "author": "verfasser|autor|author|urheber|interpret|auteur",
        "barcode": "barcode|booking|media n|buchungs|mediennummer|medien-n|mediennr|exemplarn|item n|strichcode",
        "format": "medientyp|mediengruppe|medienart|media|material|type",
        "branch": "zweigstelle|bibliothek|biblioth|branch|library|standort|abholort|ausgabeort",
        "call_number": "signatur|call n|shelfmark",
        "renewals": "anz. verl|anz.verl|anzahl verl|verlängerungen|renewals|times renewed",
        "position": "position|rang|platz",
        "status": "status|state",
    }.items()
}
HELD = {"ready", "pickup_by", "taken", "status", "branch", "position"}
COUNT = re.compile(r"[^\d:]{2,40}:\s*(\d+)\s*")
RENEWED = re.compile(r"(\d+)\s*(?:x|mal|times)?\s*(?:verl|renew)|^(\d+)$", re.IGNORECASE)
NOT_YET = re.compile(r"\b(?:nein|no|nicht|not|voraussichtlich|expected)\b", re.IGNORECASE)
ACTION = re.compile(r"target=(verl|vermsg|delvor)_?(\w*)")
OWED = re.compile(
    r"(?:gebühr\w*|entgelte?|kontostand|betrag|saldo|fees?|charges?|balance|fines?)\b[^:\d]{0,40}"
    r"(?::|höhe|beträgt)[^:\d]{0,20}?(-?\d[\d.]*[.,]\d\d\b)(?![.\d])",
    re.IGNORECASE,
)
LONG_AMERICAN = re.compile(r"[A-Z][a-z]+day,\s+[A-Z][a-z]+\s+\d{1,2},\s+\d{4}")
HOLDS_HEADING = re.compile(r"vorbestell|vormerk|reserv|\bholds?\b|prenot", re.IGNORECASE)
HOLDS_HEADINGS = "//b[not(ancestor::table)] | //strong[not(ancestor::table)] | //h1 | //h2 | //h3 | //h4"

Action = tuple[str, str]  # what a row's link does (renew, say why not, cancel), and to which item
Said = dict[str, str | None]
Found = TypeVar("Found", Loan, Hold)


class Table(NamedTuple):
    """One list of the account: loans or holds, which column holds what, and all rows below its header."""

    what: str
    electronic: bool
    places: Mapping[str, int]
    rows: list[HtmlElement]


@dataclass(frozen=True, kw_only=True)
class Bibliotheca:
    """A BIBLIOTHECA web OPAC. Its address is the folder that index.asp lies in."""

    name: ClassVar[str] = "OCLC BIBLIOTHECA (web OPAC, index.asp)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Ausweisnummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    db: str = option("", "the library's `db` parameter, where several share a server")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, which leads to the page with all that is on the card, and logs out."""
        account = self._log_in(web, login)
        way_out = page.every(account, LOGOUT)[0]
        try:
            return self.parse_account(account)
        finally:
            leave(web, address(account, way_out.get("href", "")))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        shared = f"&db={self.db}" if self.db else ""
        door = within_frames(web, web.get(self.site.url(f"index.asp?kontofenster=start{shared}")), LOGIN_FORM)
        form = page.one(door, LOGIN_FORM, "login form")
        asked = page.maybe(form, ".//*[@name='vkontodb']")
        filled = {"AUSWEIS": login.number, "PWD": login.pin}
        filled |= {"vkontodb": self.db} if self.db and asked is not None else {}
        landing = within_frames(web, submit(web, form, filled), f"{MESSAGE} | {LOGOUT}")
        self.parse_login(landing).admit()
        return landing

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the account's way out; refused by the one place where the site puts its answers."""
        words = page.text(page.maybe(tree, MESSAGE))
        if page.maybe(tree, LOGOUT) is not None and (page.maybe(tree, HEADERS) is not None or says_none(tree, "loans")):
            return LoginSeen(LoginState.IN)
        if words:
            return judged(words)
        if page.maybe(tree, LOGIN_FORM) is not None:
            return LoginSeen(LoginState.LOGIN_PAGE)
        if page.maybe(tree, NEW_PASSWORD) is not None:
            return LoginSeen(LoginState.MUST_ACT, "The library asks for a new password.")
        if page.maybe(tree, LOGOUT) is None:
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.IN)

    def parse_account(self, tree: HtmlElement) -> AccountSnapshot:
        """All that is on the card. Where a library leaves out the part on holds, it tells nothing of them."""
        lists, facts = _tables(tree), _facts(tree)
        site = _dated(self.site, facts)
        return snapshot(
            self._card(tree, facts),
            loans=_listing(tree, lists, "loans", partial(_loan, site)),
            holds=_listing(tree, lists, "holds", partial(_hold, site)) if _shows_holds(tree, lists) else None,
        )

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry, the sum owed and the site's own messages."""
        return self._card(tree, _facts(tree))

    def _card(self, tree: HtmlElement, facts: list[str]) -> AccountSnapshot:
        expiry = next((each for each in facts if EXPIRES.search(each) and self.site.expiry(each)), "")
        owed = next(filter(None, map(OWED.search, facts)), None)
        messages = tuple(map(page.text, page.every(tree, MESSAGE)))
        return AccountSnapshot(
            card_expires=self.site.expiry(expiry),
            fees_total=self.site.maybe_money(owed[1]) if owed else None,
            blocked=next((each for each in messages if FROZEN.search(each)), None),
            messages=messages,
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan; where the page lists e-books too, those as well."""
        return _listing(tree, _tables(tree), "loans", partial(_loan, _dated(self.site, _facts(tree))))

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The items asked for."""
        return _listing(tree, _tables(tree), "holds", partial(_hold, _dated(self.site, _facts(tree))))


def _facts(tree: HtmlElement) -> list[str]:
    """The lines beside the lists that hold a number."""
    blocks = (each for each in page.finished(tree).iter("div", "p", "li") if BLOCKS.isdisjoint(map(TAG, each)))
    numbered = (joined(page.lines(each)) for each in blocks if DIGIT.search(page.text(each)))
    return [line for lines in numbered for line in lines if DIGIT.search(line)]


def _dated(site: Site, facts: list[str]) -> Site:
    """The site with the order of dates that the page proves: a long date as "Friday, January 1, 2021" is American."""
    return replace(site, dates="mdy") if any(map(LONG_AMERICAN.search, facts)) else site


def _tables(tree: HtmlElement) -> list[Table]:
    """The lists of the account, by the words in their headers. Raises LayoutChanged for one that is cut short."""
    found = []
    for header in page.every(page.finished(tree), HEADERS):
        places = page.columns(header, WORDS)
        table = next(header.iterancestors("table"), None)
        if table is not None and (what := _kind(table, places)):
            page.whole(table, what)
            rows = [each for each in page.every(table, ROWS) if each is not header]
            found.append(Table(what, table.get("id", "").startswith("ekz"), places, rows))
    return found


def _kind(table: HtmlElement, places: Mapping[str, int]) -> str:
    """Loans have a due date; holds have other columns of their own, or at least links that cancel them."""
    if "title" not in places and "author" not in places:
        return ""
    if "due" in places:
        return "loans"
    cancels = page.maybe(table, ".//a[contains(@href, 'target=delvor')]") is not None
    return "holds" if cancels or HELD & places.keys() else ""


def _listing(
    tree: HtmlElement, lists: list[Table], what: str, read: Callable[[Said, Action, bool], Found]
) -> Listing[Found]:
    """The rows of every table of that list, with the counts below them. Raises LayoutChanged for an unproven list.

    The tables of e-books, which scripts fill, prove nothing of the others.
    """
    rows, counts, proven = list[Found](), list[int](), False
    for table in lists:
        if table.what == what:
            lines, count = _read(tree, table)
            rows += [read(_said(row, table.places), _action(row), table.electronic) for row in lines]
            counts += [] if count is None else [count]
            proven = proven or (not table.electronic and (bool(lines) or count is not None))
    if not proven and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return Listing(apart(rows), sum(counts) if counts else None).checked(what)


def _read(tree: HtmlElement, table: Table) -> tuple[list[HtmlElement], int | None]:
    """The rows that stand for items, and the count in the last. Raises LayoutChanged for a row that is neither."""
    found, stated, width = list[HtmlElement](), None, max(table.places.values())
    for row in table.rows:
        if len(row) > width:
            found.append(row)
        elif count := COUNT.fullmatch(page.text(row)):
            stated = int(count[1])
        elif page.text(row) and not says_none(tree, table.what):
            raise LayoutChanged(f"a row among the {table.what} that is none")
    return found, stated


def _said(row: HtmlElement, places: Mapping[str, int]) -> Said:
    """What the cells of the row say. Raises LayoutChanged for one without a title."""
    said = {name: page.text(row[place]) or None for name, place in places.items()}
    if not said.get("title"):
        raise LayoutChanged("no title in a row")
    return said


def _action(row: HtmlElement) -> Action:
    for each in row.iter("a"):
        if found := ACTION.search(each.get("href", "")):
            return found[1], found[2]
    return "", ""


def _loan(site: Site, said: Said, action: Action, digital: bool) -> Loan:
    title = shown(said["title"] or "")
    due, due_text = site.due(said["due"] or "")
    renewed = RENEWED.search(said.get("renewals") or said.get("status") or "")
    return Loan(
        id=said.get("barcode") or f"{title} {due or due_text}",
        title=title,
        author=shown(said.get("author") or "") or None,
        due=due,
        due_text=due_text,
        renewable={"verl": True, "vermsg": False}.get(action[0]),
        renewals=int(renewed[1] or renewed[2]) if renewed else None,
        format=said.get("format"),
        digital=True if digital else None,
        branch=said.get("branch"),
        call_number=said.get("call_number"),
    )


def _hold(site: Site, said: Said, action: Action, digital: bool) -> Hold:
    title = shown(said["title"] or "")
    place = re.search(r"\d+", said.get("position") or "")
    state = HoldState.WAITING if digital else _state(said)
    return Hold(
        id=action[1] or title,
        title=title,
        author=shown(said.get("author") or "") or None,
        state=state,
        position=int(place[0]) if place else None,
        pickup=said.get("branch"),
        pickup_by=site.maybe_day(said.get("pickup_by") or "") if state is HoldState.READY else None,
        format=said.get("format"),
        notes=said.get("status"),
    )


def _state(said: Said) -> HoldState:
    """By the column that says since when, or until when, an item is ready; else by the words of the status."""
    ready = " ".join(filter(None, (said.get("ready"), said.get("pickup_by"))))
    if re.search(r"\w", ready):
        return HoldState.WAITING if NOT_YET.search(ready) else HoldState.READY
    if said.get("status"):
        return hold_state(said["status"] or "")
    return HoldState.WAITING if "ready" in said or "pickup_by" in said else HoldState.UNKNOWN


def _shows_holds(tree: HtmlElement, lists: list[Table]) -> bool:
    """Whether the page has a part on holds: a table of them, their heading, or a word that there are none."""
    if any(each.what == "holds" for each in lists) or says_none(tree, "holds"):
        return True
    return any(HOLDS_HEADING.search(page.text(each)) for each in page.every(tree, HOLDS_HEADINGS))
