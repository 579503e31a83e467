"""OCLC's PICA OPC4 with its older account pages (USERINFO), of libraries in GBV, HeBIS and the Netherlands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar, NamedTuple
from urllib.parse import urlencode

from lxml.html import HtmlElement

from libraries import charges, page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.answer import Answer
from libraries.errors import LayoutChanged
from libraries.forms import address, settle, submit
from libraries.listing import Fees, Listing, apart, gapless, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import says_none
from libraries.options import option
from libraries.page import cls
from libraries.refusals import judged
from libraries.site import Site
from libraries.titles import title_first
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN, hold_state

LANGUAGES = {"de": "DU", "en": "EN", "nl": "NE", "fr": "FR"}
LOGIN_FORM = "//form[.//input[@name='BOR_PW']]"
# What the form of the login holds beside number and password, for sites that do not show it at its address.
KNOWN_USER = {"ACT": "UI_DATA", "HOST_NAME": "", "HOST_PORT": "", "HOST_SCRIPT": "", "LOGIN": "KNOWNUSER"}
TOKEN = "//input[@name='BOR_PW_ENC'][@value]"
TAB = "//a[contains(@href, 'ACT={act}')][contains(@href, 'BOR_PW_ENC=')]"
CONTENT = f"//*[{cls('cnt')}]"
WARNING = f".//*[{cls('alert', 'error')}][normalize-space()]"
LIST = ".//table[starts-with(@summary, 'list')]"
TITLES = ".//table[@summary='title data']"
KIND = re.compile(r"listof(\w+)|list of (\w+)")
DASHED = re.compile(r"(?<!\d)(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)")
NUMBER = re.compile(r"(\d+)\.")

LABELS = {
    "made": r"(?:vormerk|bestell|reserv\w*|order|request) ?-?(?:datum|date)|reservation date|date de r[ée]serv",
    "due": r"leihfrist|ausgeliehen bis|expiry|due|vervaldatum|uitleentermijn|date d'exp|retour",
    "call_number": r"signatu|shelf ?mark|call n|\bcote\b",
    "status": r"status|statut",
    "renewals": r"verlänger|renewal|verleng|prolong",
    "others": r"vormerkungen|reservations|reserveringen|réservations",
    "pickup_by": r"abhol\w* bis|bereit bis|collect|afhalen",
    "branch": r"theke|ausgabeort|abholort|ausleihort|counter|destination|balie|comptoir",
    "volume": r"\bband\b|volume|\bdeel\b",
    "title": r"^tit",
}
NAMES = {name: re.compile(words, re.IGNORECASE) for name, words in LABELS.items()}
OWED = re.compile(r"kosten|gebühr|schuld|debt|costs|fees|frais", re.IGNORECASE)


class Row(NamedTuple):
    """One numbered record: the cell with its box or dash, its title, its author, what its labels say."""

    box: HtmlElement | None
    title: str
    author: str | None
    told: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Pica:
    """An OPC4 catalogue. Its address is that of the loan server; it keeps no session, so there is no logout."""

    name: ClassVar[str] = "PICA OPC4, older account (USERINFO)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzernummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site
    database: str = option("1", "number of the database, as in /DB=2.1/")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, which shows the patron's data, and reads loans, reservations and costs."""
        landing = self._log_in(web, login)
        card = self.parse_card(landing)
        loans = self.parse_loans(web.get(self._place(landing, "UI_LOL")).html())
        holds = self.parse_holds(web.get(self._place(landing, "UI_LOR")).html())
        return snapshot(
            card,
            loans=replace(loans, rows=apart(loans.rows)),
            holds=replace(holds, rows=apart(holds.rows)),
            fees=self.parse_fees(web.get(self._place(landing, "UI_LOC")).html()),
        )

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = page.maybe(web.get(self._door()).html(), LOGIN_FORM)
        filled = {"BOR_U": login.number, "BOR_PW": login.pin}
        answer = self._ask(web, filled) if form is None else submit(web, form, filled)
        seen, landing = settle(web, answer, self.parse_login)
        seen.admit()
        return landing

    def _ask(self, web: Web, filled: Mapping[str, str]) -> Answer:
        return web.post(self._door(), data=KNOWN_USER | {"STATUS": "HML_OK", **filled})

    def _door(self) -> str:
        language = LANGUAGES.get(self.site.language.lower().split("-")[0], "DU")
        return self.site.url(f"/loan/DB={self.database}/LNG={language}/USERINFO")

    def _place(self, landing: HtmlElement, act: str) -> str:
        """Where a list is: the link on the page, else the address of the login with the token of the page."""
        link = page.maybe(landing, TAB.format(act=act))
        if link is not None:
            return address(link, link.get("href", ""))
        token = {each: page.maybe(landing, f"//input[@name='{each}']") for each in ("BOR_U", "BOR_PW_ENC")}
        sent = {name: field.get("value", "") for name, field in token.items() if field is not None}
        return f"{self._door()}?{urlencode({'ACT': act, **sent})}"

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the token that goes with every link; refused by the words in the page's content."""
        form = page.maybe(tree, LOGIN_FORM)
        inside = page.maybe(tree, TOKEN) is not None or page.maybe(tree, TAB.format(act="UI_")) is not None
        if inside and form is None:
            return LoginSeen(LoginState.IN)
        words = " ".join(page.text(each) for each in page.every(_content(tree), WARNING))
        if words and (form is not None or page.maybe(tree, CONTENT) is not None):
            return judged(words)
        if form is None:
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.LOGIN_PAGE)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry and sum owed from the patron's data, and the warnings beside them."""
        if self.parse_login(page.finished(tree)).state is not LoginState.IN:
            raise LayoutChanged("no account")
        pairs = [] if _kind(tree) else _pairs(tree)
        if not pairs:
            raise LayoutChanged("no data of the patron")
        warnings = [page.text(each) for each in page.every(_content(tree), WARNING)]
        days = (self.site.expiry(_dotted(said)) for label, said in pairs if EXPIRES.search(label))
        return AccountSnapshot(
            card_expires=next(filter(None, days), None),
            fees_total=next((self.site.maybe_money(said) for label, said in pairs if OWED.search(label)), None),
            blocked=next((each for each in warnings if FROZEN.search(each)), None),
            messages=tuple(warnings),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items on loan."""
        return Listing(tuple(self._loan(row) for row in _rows(tree, "loans", "loans")))

    def _loan(self, row: Row) -> Loan:
        due, due_text = self.site.due(_dotted(row.told.get("due", "")))
        renewals, status = row.told.get("renewals", ""), row.told.get("status", "")
        return Loan(
            id=_id(row) or f"{row.title} {due or due_text}",
            title=row.title,
            author=row.author,
            due=due,
            due_text=due_text,
            renewable=row.box is not None,
            renewals=int(renewals) if renewals.isdecimal() else None,
            branch=row.told.get("branch"),
            call_number=row.told.get("call_number"),
            notes=status if re.search(r"[1-9]", status) else None,
        )

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The reservations, which mostly do not say how they stand."""
        return Listing(tuple(self._hold(row) for row in _rows(tree, "holds", "reservations")))

    def _hold(self, row: Row) -> Hold:
        status = row.told.get("status", "")
        last_day = self.site.maybe_day(_dotted(row.told.get("pickup_by", "")))
        state = hold_state(status) if status else HoldState.READY if last_day else HoldState.WAITING
        return Hold(
            id=_id(row) or row.title,
            title=row.title,
            state=state,
            author=row.author,
            pickup=row.told.get("branch"),
            pickup_by=last_day,
            notes=status or None if state is HoldState.UNKNOWN else None,
        )

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The costs. Raises LayoutChanged where they do not add up to the sum below them."""
        content = page.whole(_content(page.finished(tree)), "fees")
        lines = [line for table in page.every(content, LIST) for line in page.table_rows(table, "fees")]
        priced = [line for line in lines if any(charges.is_money(page.text(each)) for each in line if len(each) == 0)]
        sums = [self.site.maybe_money(page.text(line)) for line in priced if charges.SUM.search(page.text(line))]
        found = [charges.from_row(self.site, line) for line in priced if not charges.SUM.search(page.text(line))]
        if not found and not says_none(content, "fees"):
            raise LayoutChanged("no fees, and no word that there are none")
        return charges.added_up(found, next(iter(sums), None))


def _content(tree: HtmlElement) -> HtmlElement:
    content = page.maybe(tree, CONTENT)
    return page.one(tree, "//body", "body") if content is None else content


def _dotted(text: str) -> str:
    """Dates are dd-mm-yyyy here in every language; dots say so."""
    return DASHED.sub(r"\1.\2.\3", text)


def _id(row: Row) -> str | None:
    return row.told.get("call_number") if row.box is None else row.box.get("value")


def _kind(tree: HtmlElement) -> str | None:
    """Which list the page holds, by its title ("borrower/listofloans") or the summary of its table."""
    marks = [page.text(each) for each in page.every(tree, "//title")]
    marks += [each.get("summary", "") for each in page.every(tree, f"/{LIST[1:]}")]
    return next((found[1] or found[2] for mark in marks if (found := KIND.search(mark))), None)


def _rows(tree: HtmlElement, what: str, kind: str) -> list[Row]:
    """The records of the list. Raises LayoutChanged for another list, one without proof, or with numbers missing."""
    if _kind(tree) not in {kind, None}:
        raise LayoutChanged(f"the page is not that of the {what}")
    content = _content(tree)
    rows, numbers, places = list[Row](), list[int](), dict[str, int]()
    for line in (line for table in page.every(content, LIST) for line in page.table_rows(table, what)):
        number = next((found for each in line if (found := NUMBER.fullmatch(page.text(each)))), None)
        if number:
            numbers.append(int(number[1]))
            rows.append(_row(line, places))
        elif DASHED.search(page.text(line)):
            raise LayoutChanged(f"a row of the {what} without its number")
        else:
            places = places or _heads(line)
    gapless(numbers, what)
    if len(page.every(tree, "//input[@name='VB']")) != sum(row.box is not None for row in rows):
        raise LayoutChanged(f"records outside the list of the {what}")
    if not rows and not says_none(page.whole(content, what), what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return rows


def _heads(line: HtmlElement) -> dict[str, int]:
    """Which column holds what, if this is the head of the list."""
    found, place = dict[str, int](), 0
    for cell in line:
        if name := _named(page.text(cell)):
            found.setdefault(name, place)
        place += page.span(cell)
    return found if "title" in found else {}


@lru_cache(maxsize=256)
def _named(label: str) -> str | None:
    return next((name for name, pattern in NAMES.items() if pattern.search(label)), None)


def _row(line: HtmlElement, places: Mapping[str, int]) -> Row:
    """A record, with its fields in columns, or below its title with labels in front."""
    box = next((each for each in line.iter("input") if each.get("name") == "VB"), None)
    within = next((each for each in line.iter("table") if each.get("summary") == "title data"), None)
    if within is None:
        told = {name: page.text(page.at(line, place)) for name, place in places.items()}
        if NUMBER.fullmatch(told.get("title", "")):  # the head of this column spans the number, too
            told["title"] = page.text(page.at(line, places["title"] + 1))
    else:
        cells = list(within.iter("td"))
        told = {"title": page.text(cells[0]), **{name: said for cell in cells[1:] for name, said in _labelled(cell)}}
    title, author = title_first(re.sub(r"\s+/$", "", told.get("title", "")))
    if not title:
        raise LayoutChanged("no title in a row")
    return Row(box, title, author, {name: said for name, said in told.items() if said})


def _labelled(cell: HtmlElement) -> list[tuple[str, str]]:
    """What follows each label in a cell, by name."""
    found: list[tuple[str, str]] = []
    for each in cell:
        words = page.text(each)
        if words.endswith(":"):
            found.append((_named(words) or "", each.tail or ""))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + words + (each.tail or ""))
    return [(name, page.fold(said).rstrip(" ;")) for name, said in found if name]


def _pairs(tree: HtmlElement) -> list[tuple[str, str]]:
    """Labels of the patron's data, each with what stands in the next cell that is not empty."""
    found = []
    for line in tree.iter("tr"):
        if next(line.iter("table"), None) is None:
            said = [words for each in line if (words := page.text(each))]
            found += list(zip(said[::2], said[1::2], strict=False))
    return [(label.rstrip(" :"), words) for label, words in found if len(label) < 60]
