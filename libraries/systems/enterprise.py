"""SirsiDynix Enterprise (BLUEcloud Discovery): an account page whose lists are loaded one by one."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.answer import Answer
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, onward, settle, submit
from libraries.labels import labelled
from libraries.listing import Fees, Listing, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.page import cls
from libraries.parts.enterprise import NAMES, TOTAL, counts, list_rows, total_in
from libraries.parts.enterprise_rows import fee, hold, loan
from libraries.parts.enterprise_zones import by_script, read, zone_of
from libraries.refusals import at_the_form, judged, lines_shown
from libraries.site import Site
from libraries.web import Web
from libraries.words import FROZEN, WRONG_LOGIN

AnyList = TypeVar("AnyList", bound=Listing[Any])

LOGIN_FORM = "//form[@id='loginPageForm' or .//input[@name='j_username']]"
LOGIN_LINK = f"//a[{cls('loginLink')} or contains(@href, 'patronlogin')] | //*[{cls('loginLink')}]//a"
LOGOUT_LINK = "//a[contains(@href, 'logout')]"
ERROR = f"{cls('t-error', 'error', 'errors', 'errorMessage')} or contains(@id, 'rror')"
HIDDEN = "ancestor-or-self::*[contains(@style, 'none') or contains(@class, 't-invisible')]"
REFUSAL = f"//*[{ERROR}][normalize-space()][not({HIDDEN})]"
ADVICE = re.compile(r"(?:if|forg[eo]t|si|wenn|mot de passe oubli)\b", re.IGNORECASE)
UNABLE = re.compile(
    r"unable to (?:log|sign)|unsuccessful|(?:account|card) (?:is|has|has been) \w+ed\b|must change|user blocked",
    re.IGNORECASE,
)
TABS = ("libraryCheckoutsTable", "checkoutsTab", "holdsTab", "finesTab", "personalInformationTab")
ACCOUNT = f"//*[{' or '.join(f'@id={each!r}' for each in TABS)} or contains(@id, 'ibraryCheckoutsAccordion')]"
PERSONAL = "//*[@id='personalInformationTab']"


@dataclass(frozen=True, kw_only=True)
class Enterprise:
    """An Enterprise site, by the locale and the profile in its addresses: /client/en_US/default/."""

    name: ClassVar[str] = "SirsiDynix Enterprise (BLUEcloud Discovery)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Library card number", "pin": "PIN"}
    read = staticmethod(read)

    site: Site
    profile: str = option("default", "the library's profile, as in /client/en_US/default/")
    locale: str = option("en_US", "the locale in the site's addresses, as in /client/en_US/default/")
    library: str = option("", "what to choose in the login form's drop-down of libraries, where it has one")
    fines: bool = option(True, "whether this library shows fines")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads the account page and the lists that it loads, and logs out."""
        home = self._log_in(web, login)
        way_out = page.maybe(home, LOGOUT_LINK)
        try:
            return self._account(web, home)
        finally:
            leave(web, self._at("patronlogin.logout") if way_out is None else address(home, way_out.get("href", "")))

    def _at(self, place: str) -> str:
        return self.site.url("/".join(filter(None, ("/client", self.locale, self.profile, "search", place))))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        form = self._form(web)
        filled = {"j_username": login.number, "j_password": login.pin}
        choice = page.maybe(form, ".//select[@name]")
        if self.library and choice is not None:
            filled[choice.get("name", "")] = self.library
        token = page.maybe(form, ".//input[@name='sdcsrf']")
        headers = by_script(form, token.get("value", "")) if token is not None else None
        return self._arrive(web, submit(web, form, filled, headers))

    def _form(self, web: Web) -> HtmlElement:
        tree = web.get(self._at("account")).html()
        door = page.maybe(tree, LOGIN_LINK)
        if page.maybe(tree, LOGIN_FORM) is None and door is not None:
            tree = web.get(address(tree, door.get("href", ""))).html()
        forms = page.every(tree, LOGIN_FORM)
        if not forms:
            raise LayoutChanged("no login form")
        return next((each for each in forms if each.get("id") == "loginPageForm"), forms[0])

    def _arrive(self, web: Web, answer: Answer) -> HtmlElement:
        """The account page: in the answer to the login, where its script leads, or else at its own address."""
        ahead = self._at("account")
        with suppress(LayoutChanged):
            tree = read(answer.body, answer.url)
            ahead = onward(tree) or ahead
            self.parse_login(tree).admit()
            return tree
        seen, home = settle(web, web.get(ahead), self.parse_login)
        seen.admit()
        return home

    def _account(self, web: Web, home: HtmlElement) -> AccountSnapshot:
        return snapshot(
            self.parse_card(home),
            loans=self._list(web, home, "loans", self.parse_loans),
            holds=self._list(web, home, "holds", self.parse_holds),
            fees=self._list(web, home, "fees", self.parse_fees) if self.fines else None,
        )

    def _list(self, web: Web, home: HtmlElement, what: str, parse: Callable[[HtmlElement], AnyList]) -> AnyList:
        """A list from its zone: servers with a token are asked by GET, older ones by POST, if need be by both."""
        name = NAMES[what]
        zone = zone_of(home, name, self._at(f"account.{name.lower()}.library{name.lower()}accordion"))
        try:
            return parse(zone.ask(web, gently=zone.token is not None))
        except LayoutChanged as error:
            with suppress(LayoutChanged):
                return parse(zone.ask(web, gently=zone.token is None))
            raise error

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the account's tabs; refused by the words with which the form comes back."""
        if page.maybe(tree, ACCOUNT) is not None:
            return LoginSeen(LoginState.IN)
        form = page.maybe(tree, LOGIN_FORM)
        if form is None:
            raise LayoutChanged("neither the account nor the login form")
        seen = at_the_form(tree, REFUSAL)
        said = (line for line in lines_shown(form) if not ADVICE.match(line))
        words = next((line for line in said if WRONG_LOGIN.search(line) or UNABLE.search(line)), None)
        return judged(words) if words and seen.state is LoginState.LOGIN_PAGE else seen

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry, name and status from the personal information; counts from the headings above the lists."""
        about = page.maybe(page.finished(tree), PERSONAL)
        said = page.lines(tree if about is None else about)
        days = (self.site.expiry(each) for each in labelled(said, "expir|caduc"))
        states = (each for each in labelled(said, "status|statut|estado") if FROZEN.search(each))
        return AccountSnapshot(
            card_expires=next(filter(None, days), None),
            blocked=next(states, None),
            patron_name=next(labelled(said, "name|nom|nombre"), None) if about is not None else None,
            counts=counts(tree),
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The items checked out."""
        rows, stated = list_rows(tree, "loans")
        return Listing(tuple(loan(self.site, *row) for row in rows), stated).checked("loans")

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """The requests."""
        rows, stated = list_rows(tree, "holds")
        return Listing(tuple(hold(self.site, *row) for row in rows), stated).checked("holds")

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """The fines and bills. Raises LayoutChanged if they miss the total that is stated."""
        total = self.site.maybe_money(total_in(tree))
        rows, stated = list_rows(tree, "fees", none=total == 0)
        fees = tuple(fee(self.site, cells) for line, cells in rows if not TOTAL.match(page.text(line)))
        if total is not None and total != sum(each.amount for each in fees):
            raise LayoutChanged("the fines do not add up to the total")
        return Fees(fees, stated, total=total)
