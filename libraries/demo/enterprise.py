"""Plays a SirsiDynix Enterprise: hidden form fields, script redirect, lists as JSON zones, renewals, logout."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from libraries.demo import enterprise_lists as lists
from libraries.demo import enterprise_pages as pages
from libraries.demo.answers import NOT_FOUND, Answer, Request, found
from libraries.demo.faults import Mode
from libraries.demo.patrons import Patron, Register
from libraries.demo.redesign import ENTERPRISE, changed
from libraries.demo.seen import Seen
from libraries.demo.session import Session

SHORT = {"mdy": "{0.month}/{0.day}/{0:%y}", "dmy": "{0.day:02}/{0.month:02}/{0:%y}", "ymd": "{0:%y-%m-%d}"}
LOGIN_EVENT = "/search/patronlogin.patronloginform.loginpageform/"
RENEWED_FOR = timedelta(days=21)
REFUSED = "Invalid login. The library card number or PIN is incorrect."
BLOCKED = "Your account is blocked. Please contact the library."
ZONES = {
    "account.checkouts.librarycheckoutsaccordion": "libraryCheckoutsAccordion",
    "account.holds.libraryholdsaccordion": "libraryHoldsAccordion",
    "account.fines.libraryfinesaccordion": "libraryFinesAccordion",
}


@dataclass
class Enterprise:
    """The pages of one library. `dates`, `style` and `root` as in `DemoSite.enterprise`."""

    patrons: Register
    seen: Seen
    dates: str
    style: str
    root: str
    today: Callable[[], date] = date.today
    cookie: ClassVar[str] = "JSESSIONID"

    def answer(self, request: Request) -> Answer:
        """What the site says to a request."""
        if request.path in ("/", "/client", self.root):
            return found(f"{self.root}/")
        place = request.path.removeprefix(self.root)
        if place == "/":
            return Answer(html=pages.home(self.root, signed_in=bool(request.session.number)))
        if place.startswith(LOGIN_EVENT) and request.method == "POST":
            return self._sign_in(request)
        if place.startswith("/search/patronlogin.logout"):
            request.session.number = None
            self.seen.logout()
            return found(f"{self.root}/")
        if place.startswith(("/search/patronlogin/", "/search/account")):
            return self._account(request, place.removeprefix("/search/").rstrip("/"))
        return NOT_FOUND

    def redesign(self, html: str) -> str:
        """The same page with other classes, ids and fields, and without tables."""
        return changed(html, ENTERPRISE)

    def _login_page(self, request: Request, words: str = "") -> Answer:
        session = request.session
        token = self._token(session)
        action = f"{self.root}{LOGIN_EVENT}true" + (f"?sdcsrf={token}" if token else "")
        html = pages.login(self.root, action, session.hand_out(), token, words)
        return Answer(html=html)

    def _sign_in(self, request: Request) -> Answer:
        """Takes the form back, with all its hidden fields; one without them is shown afresh without a word."""
        sent, session = request.fields, request.session
        whole = (
            session.take_back(sent.get("t:formdata", ""))
            and sent.get("t:ac")
            and sent.get("sdcsrf", "") == self._token(session)
        )
        if not whole or not self._trusted(request):
            return self._login_page(request)
        number = "".join(sent.get("j_username", "").split())
        holder = self.patrons.holder(number)
        right = holder is not None and secrets.compare_digest(holder.pin.encode(), sent.get("j_password", "").encode())
        self.seen.login(number, right=right)
        if holder is None or not right:
            return self._login_page(request, REFUSED)
        if request.mode is Mode.BLOCKED or holder.blocked:
            return self._login_page(request, holder.blocked or BLOCKED)
        session.number = holder.number
        return (
            Answer(html=pages.redirect_after_login(f"{self.root}/search/account?"))
            if self.style == "2015"
            else self._whole(request, holder)
        )

    def _token(self, session: Session) -> str:
        """The token against forged requests, which came with the newer servers."""
        return "" if self.style == "2015" else session.csrf

    def _trusted(self, request: Request) -> bool:
        """Newer servers want the form's token in a header too."""
        return self.style == "2015" or request.headers.get("sdcsrf") == request.session.csrf

    def _account(self, request: Request, place: str) -> Answer:
        """The account page, one of its zones, or the login form for those who are not signed in."""
        patron = self.patrons.holder(request.session.number or "")
        if patron is None:
            return self._login_page(request)
        zone = ZONES.get(place)
        wanted = {**request.query, **request.fields}.get("t:zoneid")
        by_script = request.headers.get("x-requested-with") == "XMLHttpRequest" and self._trusted(request)
        if (
            place == "account.checkouts.librarycheckoutsaccordion.checkoutsform"
            and by_script
            and request.method == "POST"
        ):
            return Answer(zone=True, html=self._renew(request, patron))
        asked = request.method == ("POST" if self.style == "2015" else "GET")
        if zone is None or wanted != zone or not by_script or not asked:
            return self._whole(request, patron) if zone or place in ("account", "patronlogin") else NOT_FOUND
        return Answer(zone=True, html=self._zone(request, patron, zone))

    def _whole(self, request: Request, patron: Patron) -> Answer:
        return Answer(html=pages.account(self.root, patron, self.day(patron.expires), self._token(request.session)))

    def _zone(self, request: Request, patron: Patron, zone: str) -> str:
        short = request.mode is Mode.MISCOUNTED
        if zone == "libraryCheckoutsAccordion":
            return lists.checkouts(patron.loans, self.day, self._form(request), short=short)
        if zone == "libraryHoldsAccordion":
            return lists.holds(patron.holds, self.day, short=short)
        return lists.fines(patron.fees, self.day)

    def _form(self, request: Request) -> tuple[str, str]:
        return (
            f"{self.root}/search/account.checkouts.librarycheckoutsaccordion.checkoutsform",
            request.session.hand_out(),
        )

    def _renew(self, request: Request, patron: Patron) -> str:
        """Renews what is ticked, if the form came back whole, and shows the list again."""
        if not request.session.take_back(request.fields.get("t:formdata", "")):
            return lists.checkouts(patron.loans, self.day, self._form(request))
        ticked = {each.barcode for row, each in enumerate(patron.loans) if f"checkbox_{row}" in request.fields}
        later = self.today() + RENEWED_FOR
        loans = tuple(
            replace(each, due=max(each.due, later), renewals=each.renewals + 1)
            if each.barcode in ticked and not each.why_not
            else each
            for each in patron.loans
        )
        self.patrons.put(replace(patron, loans=loans))
        return lists.checkouts(loans, self.day, self._form(request), renewed=ticked)

    def day(self, day: date) -> str:
        """A date as the library's language writes it."""
        return SHORT[self.dates].format(day)
