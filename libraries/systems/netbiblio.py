"""AlliedTech's NetBiblio WebOPAC (AlCoda), of Swiss libraries: grids that put several fields into a cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from lxml.html import HtmlElement

from libraries import charges, page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, link, settle, submit
from libraries.listing import Fees, Listing, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import says_none
from libraries.page import cls
from libraries.refusals import judged, telling
from libraries.site import Site
from libraries.tables import broken
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN, hold_state

Row = TypeVar("Row")
Told = Mapping[str, str]

LOGIN_FORM = "//form[.//input[@name='Username'] and .//input[@name='Password']]"
LOGOUT = "//a[contains(@href, 'account/logout')]"
OVERVIEW = f"//div[{cls('wo-com-account-overview')}]"
ALERT = f"//div[{cls('alert')}][not({cls('alert-success')})][normalize-space()]"
MENU = "//a[contains(@href, '/account/{list}')]"
LABELS = f"//*[{cls('wo-list-label')}]"
CONTENT = f"following-sibling::*[{cls('wo-list-content')}][1]"
SUBSCRIPTION = re.compile(
    r"(?:abb?o|mitglied|subscription|ausweis|karte).*\b(?:ende?|fine?|bis|until)\b", re.IGNORECASE
)

KINDS = re.compile(r"(?:wo-com|grd)-(circulations|reservations|orders|fees)\b")
GRID = f".//table[{cls('wo-grid-table')}]"
COUNT = f".//div[{cls('wo-grid-meta-resultcount')}]"
NEXT = f".//a[@href][ancestor-or-self::*[{cls('next-page')}]][not(starts-with(@href, '#'))]"
ROW_ID = re.compile(r"wo-row_(\w+?)(_\w+)?")
NO_ENTRIES = re.compile(
    r"(?:keine (?:einträge|dokumente|treffer|daten|medien)|no (?:entries|hits|documents|results)|0 (?:treffer|hits)"
    r"|aucun(?:e entrée| document| résultat)|nessun (?:documento|risultato)).{0,40}",
    re.IGNORECASE,
)
CREDIT = re.compile(r"guthaben|credit|crédit|avoir", re.IGNORECASE)
SORT = re.compile(r"[?&]sort=([\w.]+)")

# By what the grid is sorted where the head of a column is clicked on: the same in every language.
SORTED = {
    **{"notices.title": "title", "notices.author": "author", "notices.mediatype1code": "format"},
    **{"circulations.duedate": "due", "circulations.renewals": "renewals", "circulations.renewaldate": "renewed"},
    **{"items.itemnr": "number", "items.callnumber": "call_number", "branchoffices.sortkey": "branch"},
    **{"reservations.creationdate": "made", "orders.creationdate": "made", "items.actualreservations": "waiting"},
}
WORDS = {
    "pickup_by": r"abhol\w* bis|bereit bis|(?:pick.?up.*|available |collect )(?:until|by)|retir\w+.*jusqu|ritirare",
    "made": r"erzeug|vorgemerkt am|reserviert am|bestellt am|creation|created|date de (?:création|réservation)",
    "renewed": r"datum der verl|renewal date|date de prolong",
    "due": r"fällig|rückgabe|due|échéance|retour|scadenza",
    "renewals": r"verläng|renewals|prolongations|rinnovi",
    "expires": r"gültig bis|valid until|valable|expir|läuft ab",
    "waiting": r"anz\. ?res|number of reserv|nombre de rés",
    "position": r"\brang\b|position|platz|warteliste",
    "number": r"exemplar|item n|copy n|barcode",
    "title": r"titel|title|titre|titolo",
    "author": r"autor|author|auteur|verfasser",
    "format": r"medienart|medientyp|mediengruppe|media type|type de (?:mé?dia|document)|tipo",
    "call_number": r"signatur|call n|\bcote\b|segnatura",
    "status": r"status|zustand|état|stato",
    "branch": r"bibliothek|library|bibliothèque|biblioteca|abholort|zweigstelle|standort|branch",
}
NAMES = {name: re.compile(words, re.IGNORECASE) for name, words in WORDS.items()}


@dataclass(frozen=True, kw_only=True)
class NetBiblio:
    """A NetBiblio WebOPAC. Its address ends in the application's folder, as /WebOPAC."""

    name: ClassVar[str] = "AlliedTech NetBiblio WebOPAC (AlCoda)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzername oder Ausweisnummer", "pin": "Passwort"}
    read = staticmethod(page.html)

    site: Site

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the overview, loans, reservations, orders and fees to the last page, and logs out."""
        self._log_in(web, login)
        try:
            return self._account(web)
        finally:
            leave(web, self.site.url("account/logout"))

    def _log_in(self, web: Web, login: Login) -> None:
        form = page.one(web.get(self.site.url("account/login")).html(), LOGIN_FORM, "login form")
        filled = {"Username": login.number, "Password": login.pin}
        seen, _ = settle(web, submit(web, form, filled), self.parse_login)
        seen.admit()

    def _account(self, web: Web) -> AccountSnapshot:
        card = self.parse_card(web.get(self.site.url("account")).html())
        first = self.parse_loans(web.get(self.site.url("account/circulations")).html())
        loans = follow(first, lambda url: self.parse_loans(web.get(url).html()), "loans")
        asked = [self._holds(web, name) for name in ("reservations", "orders")]
        stated = [each.stated for each in asked if each.stated is not None]
        holds = Listing(tuple(row for each in asked for row in each.rows), sum(stated) if stated else None)
        return snapshot(card, loans=loans, holds=holds, fees=self._fees(web, card))

    def _holds(self, web: Web, name: str) -> Listing[Hold]:
        first = self.parse_holds(web.get(self.site.url(f"account/{name}")).html())
        return follow(first, lambda url: self.parse_holds(web.get(url).html()), "holds")

    def _fees(self, web: Web, card: AccountSnapshot) -> Fees:
        if card.fees_total == 0:
            return Fees(total=card.fees_total)
        first = self.parse_fees(web.get(self.site.url("account/fees")).html())
        every = follow(first, lambda url: self.parse_fees(web.get(url).html()), "fees")
        return replace(charges.added_up(every.rows, first.total), stated=every.stated)

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the link to log out; refused by the alert at the form."""
        if page.maybe(tree, LOGOUT) is not None or page.maybe(tree, OVERVIEW) is not None:
            return LoginSeen(LoginState.IN)
        if page.maybe(tree, LOGIN_FORM) is None:
            raise LayoutChanged("neither the account nor the login form")
        alerts = {each: page.own_text(each) or page.text(each) for each in page.every(tree, ALERT)}
        words = next((said for each, said in alerts.items() if not _is_news(each, said)), "")
        return judged(words) if words else LoginSeen(LoginState.LOGIN_PAGE)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Counts and sum owed from the menu that every account page has; expiry and alerts from the overview."""
        if page.maybe(page.finished(tree), LOGOUT) is None and page.maybe(tree, OVERVIEW) is None:
            raise LayoutChanged("no menu of the account")
        alerts = [page.text(each) for each in page.every(tree, ALERT)]
        ends = [each for each in page.every(tree, LABELS) if _is_expiry(page.text(each))]
        told = (page.text(page.maybe(each, CONTENT)) for each in ends)
        counts = {name: _counted(tree, name) for name in ("circulations", "reservations", "orders")}
        holds = [count for count in (counts["reservations"], counts["orders"]) if count is not None]
        loans = {} if counts["circulations"] is None else {"loans": counts["circulations"]}
        return AccountSnapshot(
            card_expires=next((day for words in told if (day := self.site.expiry(words))), None),
            fees_total=self.site.maybe_money(_owed(tree)),
            blocked=next((each for each in alerts if FROZEN.search(each)), None),
            messages=tuple(alerts),
            counts=loans | ({"holds": sum(holds)} if holds else {}),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the loans."""
        box = _box(tree, "loans", {"circulations"})
        return _listing(tree, box, [self._loan(*row) for row in _rows(box, "loans")], "loans")

    def _loan(self, number: str, told: Told, url: str | None) -> Loan:
        due, due_text = self.site.due(told.get("due", ""))
        renewals = told.get("renewals", "")
        return Loan(
            id=number or told.get("number") or f"{told['title']} {due or due_text}",
            title=told["title"],
            author=told.get("author") or None,
            due=due,
            due_text=due_text,
            renewals=int(renewals) if renewals.isdecimal() else None,
            format=told.get("format") or None,
            branch=told.get("branch") or None,
            call_number=told.get("call_number") or None,
            url=url,
        )

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of the reservations, or of the orders."""
        box = _box(tree, "holds", {"reservations", "orders"})
        words = page.text(page.maybe(box, ".//h1")) if _kind(box) == "orders" else "reserved, waiting"
        return _listing(tree, box, [self._hold(*row, words) for row in _rows(box, "holds")], "holds")

    def _hold(self, number: str, told: Told, url: str | None, words: str) -> Hold:
        last_day = self.site.maybe_day(told.get("pickup_by", ""))
        status = told.get("status", "")
        place = re.match(r"(\d+)(?:\s*(?:/|von|of|sur|de)\s*(\d+))?", told.get("position", ""))
        state = hold_state(status) if status else HoldState.READY if last_day else hold_state(words)
        return Hold(
            id=number or told["title"],
            title=told["title"],
            state=state,
            author=told.get("author") or None,
            position=int(place[1]) if place else None,
            queue=int(place[2]) if place and place[2] else None,
            pickup=told.get("branch") or None,
            pickup_by=last_day,
            expires=self.site.maybe_day(told.get("expires", "")),
            format=told.get("format") or None,
            url=url,
            notes=status or None if state is HoldState.UNKNOWN else None,
        )

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """One page of the fees. Raises LayoutChanged where a page with all of them misses the sum in the menu."""
        box = _box(tree, "fees", {"fees"})
        found = [fee for table in page.every(box, GRID) for fee in charges.in_table(self.site, table)]
        listing = _listing(tree, box, found, "fees")
        total = self.site.maybe_money(_owed(tree))
        if listing.more is None and listing.stated in {None, len(found)}:
            charges.added_up(found, total)
        return Fees(listing.rows, listing.stated, listing.more, total)


def _is_news(alert: HtmlElement, said: str) -> bool:
    """Whether the alert is of no one's login: opening hours, say."""
    return "alert-info" in alert.get("class", "").split() and not telling([said])


def _is_expiry(label: str) -> bool:
    return bool(SUBSCRIPTION.search(label) or EXPIRES.search(label))


def _counted(tree: HtmlElement, name: str) -> int | None:
    """The number in the menu's link to a list, as in "Ausgeliehen: 3 Dokument(e)"."""
    words = (page.text(each) for each in page.every(tree, MENU.format(list=name)))
    return next((int(found[0]) for each in words if (found := re.search(r"\d+", each))), None)


def _owed(tree: HtmlElement) -> str:
    words = (page.text(each) for each in page.every(tree, MENU.format(list="fees")))
    return next((each for each in words if re.search(r"\d", each) and not CREDIT.search(each)), "")


def _kind(box: HtmlElement) -> str | None:
    """Which list a part of the page holds, by its classes and the name of its grid."""
    grids = (each.get("id", "") for each in page.every(box, ".//div[starts-with(@id, 'grd-')]"))
    return next((found[1] for mark in (box.get("class", ""), *grids) if (found := KINDS.search(mark))), None)


def _box(tree: HtmlElement, what: str, kinds: set[str]) -> HtmlElement:
    """The part of the page with the list, to its end. Raises LayoutChanged where it is another list."""
    box = page.whole(page.one(tree, f"//div[{cls('wo-com-account')}]", f"part with the {what}"), what)
    if _kind(box) not in kinds:
        raise LayoutChanged(f"the page is not that of the {what}")
    return box


def _listing(tree: HtmlElement, box: HtmlElement, rows: list[Row], what: str) -> Listing[Row]:
    stated = [int(each) for each in re.findall(r"\d+", page.text(page.maybe(box, COUNT)))[-1:]]
    menu = None if what == "fees" else _counted(tree, _kind(box) or "")
    if not rows and stated != [0] and menu != 0 and not (says_none(box, what) or _says_so(box)):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    stated += [] if menu is None else [menu]
    ahead = page.maybe(box, NEXT)
    more = None if ahead is None else address(ahead, ahead.get("href", ""))
    return Listing(tuple(rows), max(stated, default=None), more).checked(what)


def _says_so(box: HtmlElement) -> bool:
    return any(NO_ENTRIES.fullmatch(line) for line in page.lines(box))


def _rows(box: HtmlElement, what: str) -> list[tuple[str, Told, str | None]]:
    """Each row of the grid: its number, what it tells by name, and its record's address."""
    found: list[tuple[str, Told, str | None]] = []
    for table in page.every(box, GRID):
        heads = [_names(each) for each in page.every(table, "./thead/tr/th")]
        for line in page.table_rows(table, what):
            mark = ROW_ID.fullmatch(line.get("id", ""))
            if mark and mark[2] and found and found[-1][0] == mark[1]:
                continue  # more of the row before, behind its own button
            if len(line) != len(heads):
                raise LayoutChanged(f"a row of the {what} that does not fit the grid's head")
            ticked = next((each.get("value", "") for each in line.iter("input")), "")
            found.append((mark[1] if mark else ticked, *_told(line, heads)))
    return found


def _names(head: HtmlElement) -> list[str]:
    """What the lines of a column's cells are, as in "Autor / Titel": by their order in the database, else by words."""
    links = ((page.text(each), SORT.search(each.get("href", ""))) for each in head.iter("a"))
    sorts = {words: found[1].lower() for words, found in links if found}
    return [_name(part.strip(), sorts) for part in page.text(head).split(" / ")]


def _name(words: str, sorts: Mapping[str, str]) -> str:
    known = SORTED.get(sorts.get(words, ""))
    return known or next((name for name, pattern in NAMES.items() if pattern.search(words)), "")


def _told(line: HtmlElement, heads: list[list[str]]) -> tuple[Told, str | None]:
    told: dict[str, str] = {}
    url = None
    for cell, names in zip(line, heads, strict=True):
        if not any(names):
            continue
        parts = broken(cell)
        if len(names) == 1:
            told[names[0]] = " ".join(parts)
        elif len(parts) == len(names) or "title" not in names:
            told |= {name: said for name, said in zip(names, parts, strict=False) if said}
        if "title" in names and (linked := page.text(next(cell.iter("a"), None))):
            told["title"], url = linked, link(cell)
    if not told.get("title"):
        raise LayoutChanged("no title in a row")
    return told, url
