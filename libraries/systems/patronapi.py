"""Innovative's Patron API (Millennium, Sierra): a patron's record as lines of text, without loans or holds."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from libraries import page
from libraries.account import AccountSnapshot, Login
from libraries.errors import LayoutChanged, SiteFailing, SiteRefusedUs
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.refusals import judged
from libraries.site import Site
from libraries.web import Web

LINE_END = re.compile(r"<br\s*/?>|[\r\n]+", re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z!][^>]*>")
LINE = re.compile(  # labels differ, codes do not
    r"(?:[^=\[\]]*\[([^\]\s]{1,8})\]|(RETCOD|ERRNUM|ERRMSG))\s*=(.*)", re.DOTALL | re.IGNORECASE
)
NAME, BARCODE, RECORD = "pn", "pb", "p81"
EXPIRES, OWED, BLOCK, LOANS, MESSAGE = "p43", "p96", "p56", "p50", "p54"
REFUSALS = {"1", "4"}  # no such card, wrong PIN
BUSY = re.compile(
    r"\bin use\b|\bbusy\b|locked by|system error|time.?out|try (?:again )?later|\blicen[cs]es\b"
    r"|too many (?:users|connections)",
    re.IGNORECASE,
)
NOT_FOR_US = re.compile(r"(?:un|not )authori[sz]ed|access (?:is )?(?:denied|forbidden)|\bIP\b", re.IGNORECASE)

Fields = Mapping[str, str]


def read(body: bytes) -> Fields:
    """The first value of each code. Lines that are none are passed over. Raises LayoutChanged for a page cut short."""
    text = _decoded(body)
    if re.search("<body", text, re.IGNORECASE) and not re.search("</body", text, re.IGNORECASE):
        raise LayoutChanged("the page was cut short")
    found = dict[str, str]()
    for line in LINE_END.split(text):
        if known := LINE.fullmatch(TAG.sub("", line).strip()):
            found.setdefault(known[1] or known[2].upper(), page.fold(html.unescape(known[3])))
    if not found and NOT_FOR_US.search(text):
        raise SiteRefusedUs("the Patron API answers to other addresses only")
    if not found:
        raise LayoutChanged("not an answer of the Patron API")
    return found


@dataclass(frozen=True, kw_only=True)
class PatronApi:
    """A Patron API. It answers only where the library lets our address in."""

    name: ClassVar[str] = "Innovative Patron API (Millennium, Sierra)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Library card number", "pin": "PIN"}
    read = staticmethod(read)

    site: Site
    pins: bool = option(True, "whether the library gives its patrons PINs")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Tests the PIN, then reads the patron's record. There is no session to end."""
        patron = f"/PATRONAPI/{quote(login.number.replace(' ', ''), safe='')}"
        if self.pins:
            answer = web.get(self.site.url(f"{patron}/{quote(login.pin, safe='')}/pintest"))
            self.parse_login(read(answer.body)).admit()
        record = read(web.get(self.site.url(f"{patron}/dump")).body)
        self.parse_login(record).admit()
        return self.parse_card(record)

    def parse_login(self, fields: Fields) -> LoginSeen:
        """In by the return code or by a patron's record; refused by the error's own message."""
        words, code = fields.get("ERRMSG", ""), fields.get("RETCOD", "")
        error = fields.get("ERRNUM", "").strip("0")
        if NOT_FOR_US.search(words):
            raise SiteRefusedUs("the Patron API answers to other addresses only")
        if BUSY.search(words):
            raise SiteFailing("the library's system cannot look at the patron's record now")
        if words or error:
            return LoginSeen(LoginState.REFUSED, words) if error in REFUSALS else judged(words)
        if code.strip("0"):
            return LoginSeen(LoginState.REFUSED)
        if fields.get("RETCOD") or _is_record(fields):
            return LoginSeen(LoginState.IN)
        raise LayoutChanged("neither a return code nor a patron's record")

    def parse_card(self, fields: Fields) -> AccountSnapshot:
        """Name, expiry, block, what is owed, and how many loans there are: of these, that there are none is told."""
        if not _is_record(fields):
            raise LayoutChanged("not a patron's record")
        loans, message = fields.get(LOANS, ""), _set(fields, MESSAGE)
        block = _set(fields, BLOCK)
        return AccountSnapshot(
            loans=() if loans.isdecimal() and not int(loans) else None,
            fees_total=self.site.maybe_money(fields.get(OWED, "")),
            card_expires=self.site.expiry(fields.get(EXPIRES, "")),
            blocked=f"MBLOCK {block}" if block else None,
            messages=(message,) if len(message) > 1 else (),
            patron_name=fields.get(NAME) or None,
            counts={"loans": int(loans)} if loans.isdecimal() else {},
        )


def _is_record(fields: Fields) -> bool:
    return RECORD in fields and (BARCODE in fields or NAME in fields)


def _set(fields: Fields, code: str) -> str:
    """A code's value, "" where it is only the mark for none."""
    return fields.get(code, "").strip("- ")


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")
