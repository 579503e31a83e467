"""winMedio's web-opac.net, of many Swiss libraries: its interface for telephones, all in one JSON answer."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, ClassVar

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged, SiteFailing
from libraries.listing import Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.parts.webopacnet import Told, an_object, hold, loan, mandatory, plain, real_day, rows, text
from libraries.refusals import judged
from libraries.rsa import encrypted
from libraries.site import Site
from libraries.web import Web
from libraries.words import FROZEN

LOG_IN, ACCOUNT = "1", "7"
SUCCESS = {"1", "true"}
BROKEN = re.compile(r"object reference|exception|timeout expired|datenbank|database|base de données", re.IGNORECASE)
NOISE = 12  # characters that are encrypted with number and PIN, so that no two logins look alike


@dataclass(frozen=True, kw_only=True)
class WebOpacNet:
    """A library on web-opac.net, or with a winMedio.net of its own."""

    name: ClassVar[str] = "winMedio web-opac.net"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzernummer", "pin": "Passwort"}
    read = staticmethod(page.json)

    site: Site
    folder: str = option("de/mobile", "where the interface for telephones lies, below the address")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, and asks for the account. A way out is not known; the session dies by itself."""
        key = an_object(web.get(self._place("GetRsaPublic.ashx")).json())
        secret = f"{login.number}|{login.pin}|{token_urlsafe(NOISE)[:NOISE]}"
        sealed = encrypted(secret.encode(), modulus=_hex(key, "modulus"), exponent=_hex(key, "key"))
        session = web.post(self._place("Konto.ashx"), {"art": LOG_IN, "rsa": b64encode(sealed).decode()}).json()
        self.parse_login(session).admit()
        asked = {"art": ACCOUNT, "rsa": "", "sessionId": text(session, "sessionid")}
        return self.parse_account(web.post(self._place("Konto.ashx"), asked).json())

    def _place(self, name: str) -> str:
        return self.site.url(f"{self.folder.strip('/')}/{name}")

    def parse_login(self, value: Any) -> LoginSeen:
        """In by the session; anything else with a word of success is a refusal."""
        told = an_object(value)
        if text(told, "success").lower() in SUCCESS:
            if not told.get("sessionid") and "ausleihen" not in told:
                raise LayoutChanged("a success without a session")
            return LoginSeen(LoginState.IN)
        words = next((said for name in ("errorstate", "error", "message") if (said := plain(told.get(name)))), "")
        if BROKEN.search(words):
            raise SiteFailing("the library's system tells of a fault of its own")
        if not words or words.isdecimal():
            return LoginSeen(LoginState.REFUSED, "The library does not know this number with this password.")
        return judged(words)

    def parse_account(self, value: Any) -> AccountSnapshot:
        """All that is on the card."""
        return snapshot(self.parse_card(value), loans=self.parse_loans(value), holds=self.parse_holds(value))

    def parse_card(self, value: Any) -> AccountSnapshot:
        """The sum owed, the expiry, the patron's name. The list of fees is not told."""
        told = _account(value)
        state = plain(told.get("errorstate"))
        return AccountSnapshot(
            fees_total=self.site.maybe_money(text(told, "gebuehren")),
            card_expires=real_day(self.site.expiry(text(told, "gueltigbis"))),
            blocked=state if FROZEN.search(state) else None,
            messages=(state,) if state and not state.isdecimal() else (),
            patron_name=plain(told.get("username")) or None,
        )

    def parse_loans(self, value: Any) -> Listing[Loan]:
        """The items on loan."""
        return Listing(apart(loan(self.site, each) for each in rows(_account(value), "ausleihen")))

    def parse_holds(self, value: Any) -> Listing[Hold]:
        """The reservations."""
        return Listing(apart(hold(self.site, each) for each in rows(_account(value), "reservationen")))


def _account(value: Any) -> Told:
    told = an_object(value)
    if text(told, "success").lower() not in SUCCESS:
        raise LayoutChanged("an account without success")
    return told


def _hex(told: Told, name: str) -> int:
    try:
        return int(mandatory(told, name), 16)
    except ValueError as error:
        raise LayoutChanged(f"the {name} is no number") from error
