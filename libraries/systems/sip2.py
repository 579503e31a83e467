"""SIP2, the protocol of self-service terminals, spoken over TCP or TLS with a library's server."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import CheckError, Misconfigured, PatronMustAct, SiteInMaintenance
from libraries.listing import Listing, snapshot
from libraries.login import LoginSeen
from libraries.options import option
from libraries.sip2 import card, rows
from libraries.sip2.asking import STATUS, Asking, address, sendable, terminal_login
from libraries.sip2.line import Line
from libraries.sip2.message import CHARGED, FINES, HOLDS, OVERDUE, UNAVAILABLE, Message, read
from libraries.sip2.visit import Joined, Visit, items_of, joined, listed, proven
from libraries.site import Site
from libraries.web import Web


@dataclass(frozen=True, kw_only=True)
class Sip2:
    """A SIP2 server. It tells nothing of a hold's place in the queue, and titles and dates only item by item."""

    name: ClassVar[str] = "SIP2 (Standard Interchange Protocol)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Library card number", "pin": "PIN"}

    site: Site
    server: str | None = option(None, "the SIP2 server as host:port; by default base_url's host at port 6001")
    tls: bool = option(True, "whether the server is spoken to over TLS; without it, PINs cross the network readable")
    user: str = option("", "name of our terminal there; empty where the server knows us by our address")
    password: str = option("", "password of our terminal")
    location: str = option("", "location code of our terminal")
    institution: str = option("", "institution id (AO); by default the one that the server names")
    terminal_password: str = option("", "terminal password (AC), where the server wants one")
    status: bool = option(True, "whether to ask for the server's status (99) first")
    items: bool = option(True, "whether to ask for each item's title and due date (17)")
    checked: bool = option(True, "whether to number our messages and end them with a checksum")
    encoding: str | None = option(None, "as cp850, utf-8, latin-1; by default told from the bytes")
    separator: str = option("|", "the character between fields")
    ready_only: bool = option(False, "whether hold items (AS) are only those that can be picked up")

    def __post_init__(self) -> None:
        """Counts the server among the library's hosts. Raises Misconfigured for options that cannot be."""
        if self.server:
            host, _ = address(self.server)
            object.__setattr__(self, "site", replace(self.site, hosts=(*self.site.hosts, host)))
        try:
            "".encode(self.encoding or "utf-8")
        except LookupError as error:
            raise Misconfigured("encoding must be one that exists, as cp850, utf-8, latin-1") from error

    def read(self, body: bytes) -> Message:
        """A message as it arrived. Raises LayoutChanged."""
        return read(body, self.encoding, self.separator)

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs our terminal in, asks for the card, each of its lists and each item, and ends the session."""
        host, port = address(self.server or self.site.host)
        with web.connect(host, port, tls=self.tls) as sock:
            line = Line(sock, checked=self.checked, encoding=self.encoding or "utf-8")
            asking = self._asking(login, self._institution(line))
            first = self.read(line.ask(asking.patron(), "64"))
            self.parse_login(first).admit()
            try:
                return self._account(Visit(line=line, read=self.read, asking=asking, card=first))
            finally:
                with suppress(CheckError, OSError):
                    line.ask(asking.end(), "36")

    def _institution(self, line: Line) -> str:
        """Whose patrons we ask for, after what a terminal has to say before a patron's turn comes."""
        if self.user:
            asked = terminal_login(self.user, self.password, self.location, self.separator)
            if self.read(line.ask(asked, "94")).fixed != "1":
                raise Misconfigured("the SIP2 server does not accept user and password of this library's options")
        if not self.status:
            return self.institution
        server = self.read(line.ask(STATUS, "98"))
        if not server.fixed.startswith("Y"):
            raise SiteInMaintenance("the SIP2 server says that the library's system is off-line")
        return self.institution or server.first("AO")

    def _asking(self, login: Login, institution: str) -> Asking:
        if not sendable(login.number + login.pin, self.separator, self.encoding):
            raise PatronMustAct("The number or the PIN holds a character that this library's server cannot take.")
        return Asking(
            today=self.site.today,
            institution=institution,
            number=login.number,
            pin=login.pin,
            terminal_password=self.terminal_password,
            language=self.site.language,
            separator=self.separator,
        )

    def _account(self, visit: Visit) -> AccountSnapshot:
        loans = joined([visit.texts(CHARGED), visit.texts(OVERDUE)])
        available, unavailable = visit.texts(HOLDS), visit.texts(UNAVAILABLE)
        holds = joined([unavailable, available])
        fines = joined([visit.texts(FINES)])
        told = visit.told((*loans.items, *available.items, *unavailable.items)) if self.items else {}
        return snapshot(
            self.parse_card(visit.card),
            loans=rows.loans(self.site, loans, told),
            holds=rows.holds(self.site, holds, unavailable.items, told, self.ready_only),
            fees=rows.fees(self.site, fines, visit.card),
        )

    def parse_login(self, message: Message) -> LoginSeen:
        """In or refused, by the patron's message."""
        return card.login_of(message)

    def parse_card(self, message: Message) -> AccountSnapshot:
        """Name, expiry, block, total owed and counts."""
        return card.card_of(message, self.site)

    def parse_loans(self, message: Message) -> Listing[Loan]:
        """The items charged or overdue in one message, which tells little of them."""
        return rows.loans(self.site, proven(card.patron(message), CHARGED, OVERDUE), {}).checked("loans")

    def parse_holds(self, message: Message) -> Listing[Hold]:
        """The items on hold in one message, which tells little of them."""
        return self._holds(message, proven(card.patron(message), UNAVAILABLE, HOLDS)).checked("holds")

    def _holds(self, message: Message, found: Joined) -> Listing[Hold]:
        return rows.holds(self.site, found, items_of(message, UNAVAILABLE), {}, self.ready_only)

    def parse_fees(self, message: Message) -> AccountSnapshot:
        """The fines in one message; only their total, where the server states no amount with each."""
        fines = listed(card.patron(message), FINES)
        return snapshot(AccountSnapshot(fees_total=card.owed(message)), fees=rows.fees(self.site, fines, message))

    def parse_account(self, message: Message) -> AccountSnapshot:
        """The card, and the lists that one message tells: those with items in it, or counted as empty."""
        found: dict[str, Any] = {"loans": rows.loans(self.site, listed(card.patron(message), CHARGED, OVERDUE), {})}
        found["holds"] = self._holds(message, listed(message, UNAVAILABLE, HOLDS))
        about = self.parse_card(message)
        if message.all(FINES.code) or message.count(FINES) == 0:
            found["fees"] = rows.fees(self.site, listed(message, FINES), message)
        told = {what: each for what, each in found.items() if each and (each.rows or about.counts.get(what) == 0)}
        return snapshot(
            replace(about, counts={what: about.counts[what] for what in told if what in about.counts}), **told
        )
