"""VuFind's account pages: the classic "MyResearch" of any version, in whatever theme and language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, settle, submit
from libraries.listing import Fees, Listing, apart, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import says_none
from libraries.options import option
from libraries.page import cls
from libraries.parts.vufind import NOTICE, told_by
from libraries.refusals import in_any_language
from libraries.site import Site
from libraries.tables import is_date
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN, hold_state

Row = TypeVar("Row")

LOGIN_FORM = "//form[.//input[@name='password'] and .//input[@name='username']]"
LOGGED_IN = f"//a[contains(@href, '/MyResearch/Logout')][not(ancestor-or-self::*[{cls('hidden')}])]"
REFUSAL = f".//*[{cls('flash-message', 'alert-danger', 'alert-error')}][normalize-space()][not(ancestor::form)]"
FLASH = f"//*[{cls('flash-message', 'account-blocks')}][normalize-space()]"

INSIDE = "[normalize-space()][ancestor::*[@id='content' or @role='main' or self::main]]"
MAIN = f"//h1{INSIDE}/.. | //h2{INSIDE}/.."
ROW = ".//*[starts-with(@id, 'record')][not(ancestor::*[starts-with(@id, 'record')])][not(@id='recordList')]"
LOOKS = {"result", "media-body", "myresearch-row"}
RECORD = ".//*[starts-with(@id, 'record')]"
FORMS = ".//form[@id='renewals' or @id='cancelHold' or @name='renewals' or @name='cancelForm']"
BOX = ".//input[@type='checkbox'][starts-with(@name, 'renewSelectedIDS')][not(@disabled)]"
RENEWABLE = "//input[starts-with(@name, 'renew')]"
BAD_NEWS = cls("alert-danger", "alert-error", "alert-warning")
MENU = "//a[contains(@href, '/MyResearch/{list}')]"
LATER = f"{cls('page-next')} or @rel='next' or parent::li[preceding-sibling::*[1][{cls('active')}]]"
NEXT = f"//a[contains(@href, 'page=')][{LATER}]"
STATS = f"//*[{cls('search-stats', 'search-header', 'pagination-simple')}]"
SHOWN_OF = re.compile(r"(\d+)\s*[-–]\s*(\d+)\D+?(\d+)")


@dataclass(frozen=True, kw_only=True)
class VuFind:
    """A VuFind site that shows its patrons their library account."""

    name: ClassVar[str] = "VuFind"
    labels: ClassVar[Mapping[str, str]] = {"number": "User name or card number", "pin": "Password"}
    read = staticmethod(page.html)

    site: Site
    target: str = option("", "value of the library in the login form's drop-down, where there is one")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the loans and holds page by page, fines and profile, and logs out."""
        self._log_in(web, login)
        try:
            return self._account(web)
        finally:
            leave(web, self._at("Logout"))

    def _log_in(self, web: Web, login: Login) -> None:
        form = page.one(web.get(self._at("Home")).html(), LOGIN_FORM, "login form")
        filled = {"username": login.number, "password": login.pin}
        choice = page.maybe(form, ".//select[@name='target' or @name='library_select']")
        if self.target and choice is not None:
            filled[choice.get("name", "")] = self.target
        seen, _ = settle(web, submit(web, form, filled), self.parse_login)
        seen.admit()

    def _account(self, web: Web) -> AccountSnapshot:
        first = web.get(self._at("CheckedOut")).html()
        loans = follow(self.parse_loans(first), lambda link: self.parse_loans(web.get(link).html()), "loans")
        holds = self._requests(web, "Holds")
        further = [
            self._requests(web, each)
            for each in ("StorageRetrievalRequests", "ILLRequests")
            if page.every(first, MENU.format(list=each))
        ]
        profile = self.parse_card(web.get(self._at("Profile")).html())
        return snapshot(
            loans=loans,
            holds=Listing(apart(row for part in (holds, *further) for row in part.rows), _sum(holds, *further)),
            fees=self.parse_fees(web.get(self._at("Fines")).html()),
            card_expires=profile.card_expires,
            blocked=profile.blocked,
            messages=profile.messages,
        )

    def _requests(self, web: Web, where: str) -> Listing[Hold]:
        first = web.get(self._at(where)).html()
        holds = follow(self.parse_holds(first), lambda link: self.parse_holds(web.get(link).html()), "holds")
        return holds if where == "Holds" else Listing(holds.rows, _counted(first, where))

    def _at(self, where: str) -> str:
        return self.site.url(f"MyResearch/{where}")

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the way out that is shown and no form; refused by the words beside the form."""
        if page.maybe(tree, LOGIN_FORM) is not None:
            return in_any_language(tree, REFUSAL)
        if page.maybe(tree, LOGGED_IN) is None:
            raise LayoutChanged("neither the account nor the login form")
        return LoginSeen(LoginState.IN)

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """The card's expiry, from the profile or beside another page; blocks and messages."""
        page.finished(tree)
        lines = page.every(tree, "//tr | //li[not(.//li)][not(ancestor-or-self::*[starts-with(@id, 'record')])]")
        told = (words for each in lines if EXPIRES.search(words := page.text(each)) and len(words) < 80)
        flashes = [page.text(each) for each in page.every(tree, FLASH)]
        return AccountSnapshot(
            card_expires=next((day for words in told if (day := self.site.expiry(words))), None),
            blocked=next((words for words in flashes if FROZEN.search(words)), None),
            messages=tuple(words for words in flashes if not FROZEN.search(words)),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """One page of the loans."""
        rows = _rows(tree, "loans")
        form = page.maybe(tree, RENEWABLE) is not None
        return _listing(tree, apart(self._loan(each, form) for each in rows), "CheckedOut").checked("loans")

    def _loan(self, row: HtmlElement, form: bool) -> Loan:
        title, url, told, _ = told_by(row)
        if "due" not in told:
            raise LayoutChanged("no due date in a loan")
        due, due_text = self.site.due(told["due"])
        times = re.search(r"(\d+)(?:\s*/\s*(\d+))?", told.get("renewals", ""))
        able = page.maybe(row, BOX) is not None if form else None
        notice = " ".join(page.text(each) for each in page.every(row, NOTICE)) or None
        return Loan(
            id=str(row.get("id", "")).removeprefix("record") or f"{title} {due or due_text}",
            title=title,
            author=told.get("author"),
            due=due,
            due_text=due_text,
            renewable=able,
            renewals=int(times[1]) if times else None,
            renewals_left=max(0, int(times[2]) - int(times[1])) if times and times[2] else None,
            why_not_renewable=None if able else notice,
            format=told.get("format"),
            branch=told.get("pickup"),
            call_number=told.get("call_number"),
            url=url,
            notes=notice if able else None,
        )

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """One page of the holds, or of another kind of requests."""
        return _listing(tree, apart(self._hold(each) for each in _rows(tree, "holds")), "Holds").checked("holds")

    def _hold(self, row: HtmlElement) -> Hold:
        title, url, told, words = told_by(row)
        if "due" in told and is_date(told["due"][:10]):
            raise LayoutChanged("a loan among the holds")
        # VuFind says nothing of a hold that waits, unless its place in the queue is known.
        state = hold_state(words) if words else HoldState.WAITING
        position = re.match(r"[1-9]\d*", told.get("position", ""))
        last_day = self.site.last_day(words)
        return Hold(
            id=str(row.get("id", "")).removeprefix("record") or title,
            title=title,
            author=told.get("author"),
            state=state,
            position=int(position[0]) if position and state is not HoldState.READY else None,
            pickup=told.get("pickup"),
            pickup_by=last_day if state is HoldState.READY else None,
            expires=self.site.maybe_day(told.get("expires", "")),
            suspended_until=last_day if state is HoldState.SUSPENDED else None,
            format=told.get("format"),
            url=url,
            notes=words if state is HoldState.UNKNOWN else None,
        )

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The fines: what is left of each in the last column, and the total in the last line."""
        main = _main(tree, "fees")
        table = page.maybe(main, ".//table[.//tr[count(th|td) > 1]]")
        if table is None:
            _prove_empty(main, "fees")
            return Fees()
        lines = page.every(page.whole(table, "fees"), ".//tr[td or parent::tfoot][th or td]")
        total = self.site.money(page.text(lines[-1][-1]) if lines else "", "total of the fines")
        fees = tuple(self._fee(each) for each in lines[:-1])
        if not fees or sum(each.amount for each in fees) != total:
            raise LayoutChanged("the fines do not add up to the total")
        return Fees(tuple(each for each in fees if each.amount), total=total)

    def _fee(self, line: HtmlElement) -> Fee:
        *cells, left = (page.text(each) for each in line)
        days = [each for each in cells if is_date(each)]
        words = [
            each
            for each in cells
            if each and not is_date(each) and not re.fullmatch(r"[^\d]{0,5}[\d.,]+[^\d]{0,5}", each)
        ]
        return Fee(
            amount=self.site.money(left, "balance of a fine"),
            reason=": ".join(words) or None,
            currency=self.site.currency,
            date=self.site.maybe_day(days[-1]) if days else None,
        )


def _main(tree: HtmlElement, what: str) -> HtmlElement:
    """The page's main part: where its heading is. Raises LayoutChanged if it is not a patron's page, or cut short."""
    main = page.maybe(page.finished(tree), MAIN)
    if main is None or page.maybe(tree, LOGGED_IN) is None or page.maybe(tree, LOGIN_FORM) is not None:
        raise LayoutChanged(f"not the page of the {what}")
    return page.whole(main, what)


def _rows(tree: HtmlElement, what: str) -> list[HtmlElement]:
    """The records on the page. Raises LayoutChanged for a record outside of them, or none without a word of it."""
    main = _main(tree, what)
    rows = page.every(main, ROW)
    if _strays(main):
        raise LayoutChanged(f"a record among the {what} that is not known")
    if not rows:
        _prove_empty(main, what)
    return rows


def _strays(part: HtmlElement) -> bool:
    """Whether a part has, outside of the records that we know, what looks like one: by a class, or a link to one."""
    outside = (each for each in part if not each.get("id", "").startswith("record") or each.get("id") == "recordList")
    if any(map(_strays, outside)):
        return True
    if part.tag == "a":
        return "Record/" in part.get("href", "")
    return not LOOKS.isdisjoint(part.get("class", "").split()) and page.maybe(part, RECORD) is None


def _prove_empty(main: HtmlElement, what: str) -> None:
    """Raises LayoutChanged unless the page has nothing but a sentence that there is nothing."""
    lists = page.maybe(main, FORMS) is not None or page.maybe(main, ".//table//td") is not None
    if lists or not says_none(main, what, BAD_NEWS):
        raise LayoutChanged(f"no {what}, and no word that there are none")


def _listing(tree: HtmlElement, rows: tuple[Row, ...], where: str) -> Listing[Row]:
    """The rows with the count of the whole list, from its pages' header or the menu, and the next page."""
    shown = SHOWN_OF.search(page.text(page.maybe(tree, STATS)))
    following = page.maybe(tree, NEXT)
    more = address(following, following.get("href", "")) if following is not None else None
    return Listing(rows, int(shown[3]) if shown else _counted(tree, where), more)


def _counted(tree: HtmlElement, where: str) -> int | None:
    """What the menu counts beside the link to that list."""
    links = (re.search(r"[:\s]\s*(\d+)$", page.text(each)) for each in page.every(tree, MENU.format(list=where)))
    return max((int(each[1]) for each in links if each), default=None)


def _sum(*lists: Listing[Hold]) -> int | None:
    stated = [each.stated for each in lists if each.stated is not None]
    return sum(stated) if stated else None
