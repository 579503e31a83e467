"""winMedio's web-opac.net, of many Swiss libraries: its interface for telephones, all in one JSON answer."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from secrets import token_urlsafe
from typing import Any, ClassVar

from libraries import page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged
from libraries.listing import Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.refusals import judged
from libraries.rsa import encrypted
from libraries.site import Site
from libraries.titles import author_first
from libraries.web import Web
from libraries.words import FROZEN, hold_state

LOG_IN, ACCOUNT = "1", "7"
SUCCESS = {"1", "true"}
NOISE = 12  # characters that are encrypted with number and PIN, so that no two logins look alike
TAG = re.compile(r"<[a-z/!][^>]*>", re.IGNORECASE)
DUE = re.compile(
    r"^(?:leihfrist|frist|fällig|rückgabe|zurück|ausgeliehen bis|due|return|délai|échéance|retour|scaden|restituz)"
    r"[^:\d]*:?\s*(.*)",
    re.IGNORECASE,
)
LETTER = re.compile(r"[^\W\d_]")
LABELLED = re.compile(r"([^:]{2,30}):\s*(.*)")
RENEWALS = re.compile(r"verlänger|renew|prolong", re.IGNORECASE)
BRANCH = re.compile(r"zweigstelle|bibliothek|standort|branch|library|succursale", re.IGNORECASE)

Told = Mapping[str, Any]


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
        key = _object(web.get(self._place("GetRsaPublic.ashx")).json())
        secret = f"{login.number}|{login.pin}|{token_urlsafe(NOISE)[:NOISE]}"
        sealed = encrypted(secret.encode(), modulus=_hex(key, "modulus"), exponent=_hex(key, "key"))
        session = web.post(self._place("Konto.ashx"), {"art": LOG_IN, "rsa": b64encode(sealed).decode()}).json()
        self.parse_login(session).admit()
        asked = {"art": ACCOUNT, "rsa": "", "sessionId": session["sessionid"]}
        return self.parse_account(web.post(self._place("Konto.ashx"), asked).json())

    def _place(self, name: str) -> str:
        return self.site.url(f"{self.folder.strip('/')}/{name}")

    def parse_login(self, value: Any) -> LoginSeen:
        """In by the session; anything else with a word of success is a refusal."""
        told = _object(value)
        if _text(told, "success").lower() in SUCCESS and told.get("sessionid"):
            return LoginSeen(LoginState.IN)
        words = next((said for name in ("errorstate", "error", "message") if (said := _plain(told.get(name)))), "")
        if not words or words.isdecimal():
            return LoginSeen(LoginState.REFUSED, "The library does not know this number with this password.")
        return judged(words)

    def parse_account(self, value: Any) -> AccountSnapshot:
        """All that is on the card."""
        return snapshot(self.parse_card(value), loans=self.parse_loans(value), holds=self.parse_holds(value))

    def parse_card(self, value: Any) -> AccountSnapshot:
        """The sum owed, the expiry, the patron's name. The list of fees is not told."""
        told = _account(value)
        state = _plain(told.get("errorstate"))
        return AccountSnapshot(
            fees_total=self.site.maybe_money(_text(told, "gebuehren")),
            card_expires=self.site.expiry(_text(told, "gueltigbis")),
            blocked=state if FROZEN.search(state) else None,
            messages=(state,) if state and not state.isdecimal() else (),
            patron_name=_plain(told.get("username")) or None,
        )

    def parse_loans(self, value: Any) -> Listing[Loan]:
        """The items on loan."""
        return Listing(apart(map(self._loan, _rows(_account(value), "ausleihen"))))

    def _loan(self, told: Told) -> Loan:
        fields = [_text(each, "display") for each in _rows(told, "felder")]
        title, author = _titled(told)
        due, due_text = self.site.due(next((found[1] for each in fields if (found := DUE.match(each))), ""))
        labelled = [found for each in fields if (found := LABELLED.fullmatch(each))]
        renewed = next((found[2] for found in labelled if RENEWALS.search(found[1])), "")
        return Loan(
            id=_mandatory(told, "exemplarid"),
            title=title,
            author=author,
            due=due,
            due_text=due_text,
            renewals=int(renewed) if renewed.isdecimal() else None,
            format=next((each for each in fields if ":" not in each and not re.search(r"\d", each) and each), None),
            branch=next((found[2] for found in labelled if BRANCH.search(found[1])), None),
            notes=_plain(told.get("hinweis")) or None,
        )

    def parse_holds(self, value: Any) -> Listing[Hold]:
        """The reservations."""
        return Listing(apart(map(self._hold, _rows(_account(value), "reservationen"))))

    def _hold(self, told: Told) -> Hold:
        title, author = _titled(told)
        until, status = _text(told, "abholdat"), _text(told, "status")
        kept, words = self.site.maybe_day(until), next((each for each in (until, status) if LETTER.search(each)), "")
        return Hold(
            id=_mandatory(told, "exemplarid"),
            title=title,
            author=author,
            # The numbers of the states are documented nowhere; the day until which an item is kept says enough.
            state=HoldState.READY if kept else hold_state(words) if words else HoldState.WAITING,
            pickup=_plain(told.get("zweig")) or None,
            pickup_by=kept,
            format=_plain(told.get("medienart")) or None,
            notes=_plain(told.get("hinweis")) or words or None,
        )


def _object(value: Any) -> Told:
    if not isinstance(value, dict):
        raise LayoutChanged("not an object")
    return value


def _account(value: Any) -> Told:
    told = _object(value)
    if _text(told, "success").lower() not in SUCCESS:
        raise LayoutChanged("an account without success")
    return told


def _rows(told: Told, name: str) -> list[Told]:
    """The list under that key; an empty text stands for an empty list. Raises LayoutChanged for anything else."""
    value = told.get(name)
    if value == "":
        return []
    if not isinstance(value, list):
        raise LayoutChanged(f"no list of {name}")
    return [_object(each) for each in value]


def _text(told: Told, name: str) -> str:
    """The text under that key, perhaps empty. Raises LayoutChanged where the key is missing."""
    if not isinstance(told.get(name), (str, int, float)):
        raise LayoutChanged(f"no {name}")
    return _plain(told[name])


def _mandatory(told: Told, name: str) -> str:
    text = _text(told, name)
    if not text:
        raise LayoutChanged(f"no {name}")
    return text


def _plain(value: Any) -> str:
    """The value as text, without the markup that the site leaves in it."""
    return page.text(unescape(TAG.sub(" ", str(value)))) if isinstance(value, (str, int, float)) else ""


def _titled(told: Told) -> tuple[str, str | None]:
    """Title and author; the site writes both into the title too."""
    title, author = author_first(_mandatory(told, "titelkurz"), _text(told, "urheber") or None)
    if not title:
        raise LayoutChanged("no title in a row")
    return title, author


def _hex(told: Told, name: str) -> int:
    try:
        return int(_mandatory(told, name), 16)
    except ValueError as error:
        raise LayoutChanged(f"the {name} is no number") from error
