"""BiBer 1992 (BIBDIA's WebOPAC, "opac" and "opax"), of German towns: each request carries the credentials."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import ClassVar, Literal, NamedTuple, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import send_in
from libraries.listing import Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import says_none
from libraries.numbers import number_in
from libraries.options import option
from libraries.page import cls
from libraries.refusals import judged
from libraries.site import Site
from libraries.titles import shown
from libraries.web import Web
from libraries.words import UNTIL, hold_state

FORMS = {"loans": "//form[@name='medkl']", "holds": "//form[@name='vorml']"}
TABLES = ".//table[(. | ./tbody | ./thead)/tr[th]]"
HEADERS = "(. | ./tbody | ./thead)/tr[th]"
FACTS = "//td[not(.//table or ancestor::form or ancestor::script)]"
LOGIN_FORM = "//form[.//input[@name='BENUTZER' and not(@type='hidden')] and .//input[@name='PASSWORD']]"
FAILED = "//title | //h1 | //h2 | //h3"
RED = f"//*[@color='red' or {cls('p02b')}][normalize-space()][not(.//table)]"
MESSAGE = "//table[normalize-space()][not(.//table)]"

HEADS = {  # in this order; the one-letter heads say more where the pointer rests on them
    "due": re.compile(r"fällig|rückgabe|leihfrist|frist\b"),
    "back": re.compile(r"(?:ent|ausge)liehen bis"),
    "expires": re.compile(r"gültig bis|läuft ab"),
    "taken": re.compile(r"gültig ab|vorgemerkt am|(?:ent|ausge)liehen am"),
    "title": re.compile(r"titel|kurzinf"),
    "barcode": re.compile(r"medien-?\s?n"),
    "position": re.compile(r"\brang|platz"),
    "status": re.compile(r"status|bemerkung|hinweis"),
    "renewals": re.compile(r"^v$|verläng"),
    "branch": re.compile(r"^a$|ausgabeort|zweigstelle"),
    "fee": re.compile(r"^(?:eur|€)|gebühr"),
}
HINT = re.compile(r"txt:\s*'([^']+)'")
COUNTS = {
    "loans": re.compile(r"(?:ausgeliehen|entliehen|ausleihen|entleihungen)\s*:\s*(\d+)", re.IGNORECASE),
    "holds": re.compile(r"(?:vorgemerkt|vormerkungen)\s*:\s*(\d+)", re.IGNORECASE),
}
EXPIRY = re.compile(r"gültig(?:keit)?\b|abgelaufen|läuft", re.IGNORECASE)
BARRED = re.compile(r"gesperrt|abgelaufen", re.IGNORECASE)
OWED = re.compile(
    r"(?:(?:gebühr\w*|entgelte?\w*|offen\w*|saldo|kontostand)\W*){0,2}(?:€|EUR)?\s*-?\d{1,5}[.,]\d\d\s*(?:€|EURO?|\W)?",
    re.IGNORECASE,
)
ERROR = re.compile(r"fehler|error", re.IGNORECASE)
WRONG = re.compile(r"no html file set|bibdia server konnte den auftrag nicht|fehler in der ausf", re.IGNORECASE)
NO_KEY = re.compile(r"no such key", re.IGNORECASE)
PROMOTION = re.compile(r"rund um die uhr|download", re.IGNORECASE)
STUCK = re.compile(r"nicht|vorgemerkt|bereits verlängert|keine", re.IGNORECASE)
DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}")

Found = TypeVar("Found", Loan, Hold)


class Row(NamedTuple):
    """One row: what it says under each head, the branch behind its number, its box's name, if it has one."""

    said: Mapping[str, str]
    split: bool
    branch: str | None
    box: str | None


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
        facts = _facts(tree)
        if any(page.maybe(tree, form) is not None for form in FORMS.values()) or _counts(facts) or _expiry(facts):
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
        facts = _facts(page.finished(tree))
        expiry, counts = _expiry(facts), _counts(facts)
        if not expiry and not counts:
            raise LayoutChanged("no head of the account")
        owed = next((each for each in facts if OWED.fullmatch(each)), "")
        return AccountSnapshot(
            card_expires=self.site.expiry(expiry),
            fees_total=self.site.maybe_money(owed),
            blocked=next((each for each in facts if BARRED.search(each)), None),
            counts=counts,
        )

    def parse_fees(self, tree: HtmlElement) -> AccountSnapshot:
        """The sum owed, in the account's head; what it is made of, the site does not tell."""
        return self.parse_card(tree)

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan."""
        return _listing(tree, "loans", self._loan)

    def _loan(self, row: Row) -> Loan:
        call_number, title = _title(row)
        due, due_text = self.site.due(row.said.get("due") or row.said.get("back", ""))
        status = row.said.get("status") or None
        stuck = status is not None and STUCK.search(status) is not None
        return Loan(
            id=row.said.get("barcode") or row.box or f"{title} {due or due_text}",
            title=title,
            due=due,
            due_text=due_text,
            renewable=(None if row.box else False) if stuck else (True if row.box else None),
            renewals=number_in(row.said.get("renewals")),
            why_not_renewable=status if stuck and not row.box else None,
            branch=row.branch,
            call_number=call_number,
            notes=status,
        )

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The items asked for."""
        return _listing(tree, "holds", self._hold)

    def _hold(self, row: Row) -> Hold:
        title = _title(row)[1]
        back, position = row.said.get("back", ""), number_in(row.said.get("position"))
        status = " ".join(filter(None, (DATE.sub("", back).strip(), row.said.get("status"))))
        waits = HoldState.WAITING if position or DATE.search(back) else HoldState.UNKNOWN
        state = hold_state(status) if status else waits
        return Hold(
            id=row.box or row.said.get("barcode") or title,
            title=title,
            state=state,
            position=position,
            pickup=row.branch,
            pickup_by=self.site.maybe_day(back) if state is HoldState.READY and UNTIL.search(status) else None,
            expires=self.site.maybe_day(row.said.get("expires", "")),
            notes=status or None,
        )


def _facts(tree: HtmlElement) -> list[str]:
    """The lines of the tables outside the lists: the account's head is one of them."""
    return [line for each in page.every(tree, FACTS) for line in page.lines(each)]


def _expiry(facts: list[str]) -> str:
    return next((each for each in facts if EXPIRY.search(each) and DATE.search(each)), "")


def _counts(facts: list[str]) -> dict[str, int]:
    found = {what: [int(hit[1]) for each in facts if (hit := count.search(each))] for what, count in COUNTS.items()}
    return {what: max(counts) for what, counts in found.items() if counts}


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


def _listing(tree: HtmlElement, what: str, read: Callable[[Row], Found]) -> Listing[Found]:
    """The rows of that list's form, with the count in the account's head. Raises LayoutChanged if it is unproven."""
    form = page.maybe(page.finished(tree), FORMS[what])
    tables = [] if form is None else page.every(page.whole(form, what), TABLES)
    rows = [read(row) for table in tables for row in _rows(table, what)]
    stated = _counts(_facts(tree)).get(what)
    if not rows and stated is None and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return Listing(apart(rows), stated).checked(what)


def _rows(table: HtmlElement, what: str) -> list[Row]:
    """Every row with data, by the last line of heads. Raises LayoutChanged for one that is neither that nor a note."""
    headers = page.every(table, HEADERS)
    places, split = _places(headers[-1])
    found = []
    for line in page.table_rows(table, what):
        if line not in headers and (words := page.text(line)):
            if len(line) > 2 and "title" in places:
                found.append(_row(line, places, split))
            elif len(line) > 2 or DATE.search(words) or next(line.iter("input"), None) is not None:
                raise LayoutChanged(f"a row among the {what} that is none")
    return found


def _places(header: HtmlElement) -> tuple[dict[str, int], bool]:
    """Which column holds what, and whether the titles' column begins with the call number."""
    found, place, split = dict[str, int](), 0, False
    for cell in header:
        said = page.text(cell).casefold()
        hints = [each.get("title", "") for each in cell.iter()] + HINT.findall(_pointer(cell))
        words = [said, *(each.casefold() for each in hints)]
        name = next((name for name, head in HEADS.items() if any(map(head.search, words))), None)
        if name and name not in found:
            found[name] = place
            split = split or (name == "title" and "signatur" in said)
        place += page.span(cell)
    return found, split


def _pointer(cell: HtmlElement) -> str:
    return " ".join(each.get("onmouseover", "") for each in cell.iter())


def _row(line: HtmlElement, places: Mapping[str, int], split: bool) -> Row:
    cells = page.cells(line, {}, places)
    said = {name: page.text(cell) for name, cell in cells.items()}
    if "status" in cells:  # the last head, which may cover more than one cell
        after = takewhile(lambda each: each is not cells.get("fee"), cells["status"].itersiblings("td"))
        rest = (page.text(each) for each in after)
        said["status"] = " ".join(filter(None, (said["status"], *rest)))
    place = cells.get("branch")
    branch = None if place is None else next((each.get("title") for each in place.iter() if each.get("title")), None)
    boxes = (each for each in line.iter("input") if each.get("type", "").lower() == "checkbox")
    return Row(said, split, branch, next((each.get("name") for each in boxes), None))


def _title(row: Row) -> tuple[str | None, str]:
    """Call number, title: where one cell holds both, the first " / " parts them. Raises LayoutChanged without words."""
    words = shown(row.said.get("title", ""))
    if not words:
        raise LayoutChanged("no title in a row")
    call_number, sign, title = words.partition(" / ")
    return (call_number, title) if row.split and sign and title else (None, words)
