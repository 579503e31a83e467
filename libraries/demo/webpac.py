"""Plays an Innovative WebPAC: central login with one-time forms and tickets, account, lists, renewals, logout."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar
from urllib.parse import parse_qs, quote, urlsplit

from libraries.demo import webpac_lists as lists
from libraries.demo import webpac_pages as pages
from libraries.demo.answers import NOT_FOUND, Answer, Request, found
from libraries.demo.faults import Mode
from libraries.demo.patrons import Patron, Register
from libraries.demo.redesign import WEBPAC, changed
from libraries.demo.seen import Seen
from libraries.demo.webpac_lists import Skin

LOGIN = "/iii/cas/login"
ACCOUNT = re.compile(r"^/patroninfo~S(?P<scope>\d+)/?(?:(?P<id>\d+)/?(?P<page>\w*))?$")
TICKET = re.compile(r"^/patroninfo~S(?P<scope>\d+)/j_acegi_cas_security_check$")
LOGOUT = re.compile(r"^(?:/logout(?:~S\d+)?|/iii/cas/logout)$")
SCOPE = re.compile(r"~S(\d+)")
REFUSED = "Sorry, the information you submitted was invalid. Please try again."
BLOCKED = "Your library card is blocked. Please speak to the staff at your library."
NEW_LOOK = "2"  # the scope whose lists have the newer markup
NEW_DUE = timedelta(days=21)


@dataclass
class WebPac:
    """The pages of one catalogue, whatever the scope. `dates`, `hops` and `names` as in `DemoSite.webpac`."""

    patrons: Register
    seen: Seen
    today: Callable[[], date]
    dates: str
    hops: Mapping[str, str]
    names: bool
    cookie: ClassVar[str] = "III_SESSION_ID"

    def answer(self, request: Request) -> Answer:
        """What the site says to a request."""
        path, session = request.path, request.session
        if scope := SCOPE.search(request.target.replace("%7E", "~")):
            session.scope = scope[1]
        if path == LOGIN:
            return self._sign_in(request) if request.method == "POST" else self._login_page(request)
        if LOGOUT.match(path):
            session.number = None
            self.seen.logout()
            return Answer(html=pages.logged_out())
        if ticket := TICKET.match(path):
            return self._admit(request, ticket["scope"])
        if place := ACCOUNT.match(path):
            return self._account(request, place)
        return Answer(html=pages.home()) if path in ("/", "/search") or path.startswith("/search~") else NOT_FOUND

    def redesign(self, html: str) -> str:
        """The same page with other classes, ids and words, and without tables."""
        return changed(html, WEBPAC)

    def _login_page(self, request: Request, words: str = "") -> Answer:
        """The login form; somebody who is signed in already is sent on with a ticket."""
        if request.session.number and not words:
            return self._with_ticket(request)
        token = request.session.hand_out()
        return Answer(html=pages.login(request.target, token, words, names=self.names))

    def _sign_in(self, request: Request) -> Answer:
        """Takes the form back. One without its token, or with a used one, is shown afresh without a word."""
        sent = request.fields
        if not request.session.take_back(sent.get("lt", "")) or sent.get("_eventId") != "submit":
            return self._login_page(request)
        number = "".join(sent.get("code", "").split())
        holder = self.patrons.holder(number)
        right = holder is not None and secrets.compare_digest(holder.pin.encode(), sent.get("pin", "").encode())
        right = right and holder is not None and (not self.names or holder.answers_to(sent.get("name", "")))
        self.seen.login(number, right=right)
        if holder is None or not right:
            return self._login_page(request, REFUSED)
        if request.mode is Mode.BLOCKED or holder.blocked:
            return self._login_page(request, holder.blocked or BLOCKED)
        request.session.number = holder.number
        return self._with_ticket(request)

    def _with_ticket(self, request: Request) -> Answer:
        service = urlsplit(request.query.get("service", "") or "/patroninfo~S1/j_acegi_cas_security_check")
        ticket = "ST-" + request.session.hand_out()
        others = "".join(f"&{name}={quote(each[0])}" for name, each in parse_qs(service.query).items())
        return found(f"{service.path}?ticket={ticket}{others}", f"CASTGC=TGT-{secrets.token_hex(8)}")

    def _admit(self, request: Request, scope: str) -> Answer:
        """Takes the ticket, and sends the browser to the account in the way of that scope."""
        ticket = request.query.get("ticket", "").removeprefix("ST-")
        holder = self.patrons.holder(request.session.number or "")
        if holder is None or not request.session.take_back(ticket):
            return self._to_login(request, scope)
        return self._onward(f"/patroninfo~S{scope}/{holder.id}/top", self.hops.get(scope, "redirect"))

    def _onward(self, address: str, way: str) -> Answer:
        return found(address) if way == "redirect" else Answer(html=pages.onward(address, way))

    def _to_login(self, request: Request, scope: str) -> Answer:
        service = f"http://{request.headers.get('host', '')}/patroninfo~S{scope}/j_acegi_cas_security_check"
        return found(f"{LOGIN}?service={quote(service, safe='')}&lang=eng&scope={scope}")

    def _account(self, request: Request, place: re.Match[str]) -> Answer:
        """A page of the account, only for the patron whose it is."""
        patron, scope = self.patrons.holder(request.session.number or ""), place["scope"]
        if patron is None or place["id"] not in (None, patron.id):
            return self._to_login(request, scope)
        if place["id"] is None:
            return found(f"/patroninfo~S{scope}/{patron.id}/top")
        return Answer(html=self._page(request, patron, scope, place["page"] or "top"))

    def _page(self, request: Request, patron: Patron, scope: str, page: str) -> str:
        skin = Skin(scope=scope, dates=self.dates, today=self.today(), new=scope == NEW_LOOK)
        short = request.mode is Mode.MISCOUNTED
        if page == "items" and request.method == "POST":
            return pages.account(skin, patron, self._renew(request, patron, skin))
        bodies = {
            "items": lambda: lists.items(skin, patron.loans, short=short),
            "holds": lambda: lists.holds(skin, patron.holds, short=short),
            "overdues": lambda: lists.fines(skin, patron.fees),
        }
        return pages.account(skin, patron, bodies[page]() if page in bodies else "")

    def _renew(self, request: Request, patron: Patron, skin: Skin) -> str:
        """Asks whether to renew what was ticked; renews it when that is answered."""
        wanted = {each.record for each in patron.loans if each.record in request.fields.values()}
        wanted |= (
            {each.record for each in patron.loans}
            if request.fields.get("renewing", request.fields.get("renewall"))
            else set()
        )
        if "requestRenewSome" in request.fields or "requestRenewAll" in request.fields:
            return lists.confirm(
                skin, [each for each in patron.loans if each.record in wanted or "requestRenewAll" in request.fields]
            )
        words: dict[str, str] = {}
        kept = []
        for each in patron.loans:
            renewed = replace(each, due=max(each.due, skin.today + NEW_DUE), renewals=each.renewals + 1)
            if each.record in wanted:
                words[each.record] = each.why_not.upper() or f"RENEWED Now due {skin.day(renewed.due)}"
            kept.append(renewed if each.record in wanted and not each.why_not else each)
        self.patrons.put(replace(patron, loans=tuple(kept)))
        return lists.items(skin, patron.loans, words=words)
