"""What servers put into the fields of items, fines and dates: each in a way of its own."""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from libraries import stamps
from libraries.account import Fee
from libraries.errors import LayoutChanged
from libraries.site import Site

NUMBER = re.compile(r"(\S*\d\S*)")
NUMBER_FIRST = re.compile(r"((?=\S*\d)[\w.:+-]{6,})(?:\s+|\s*[,;^]\s*)(\S.*)")
BETWEEN = " ,;^-\u2013"
DAY_LAST = re.compile(r"^(.*\S)?\s*\b(\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\d{8}(?: +\d{6})?)$")
STAMP = re.compile(r"((?:19|20|99)\d\d)(\d\d)(\d\d)(?:([ A-Z]{0,4})(\d\d)(\d\d)(\d\d))?$")
AMOUNT = re.compile(
    r"(?<![\w.,])([-\u2212]?)\s*(?:[$£€¥]|[A-Z]{3})?\s*([-\u2212]?)"
    r"(\d{1,3}(?:,\d{3})+\.\d\d|\d{1,3}(?:\.\d{3})+,\d\d|\d+[.,]\d\d|(?<=[$£€¥])\d+(?![.,]\d))(?!\d)"
)
CURRENCY_FIRST = re.compile(r"^\s*(?:€|(?:EUR|CHF|SEK|NOK|DKK|GBP|USD|CAD|AUD|NZD)\b)")

CIRCULATION = {
    **{"02": "on order", "04": "charged", "05": "charged", "06": "in process", "07": "recalled"},
    **{"08": "waiting on hold shelf", "10": "in transit", "11": "claimed returned", "12": "lost", "13": "missing"},
}
UTC = "Z"  # as the zone; blank: the library's own
ON_HOLD_SHELF, IN_TRANSIT = "08", "10"
MEDIA = {
    **{"001": "book", "002": "magazine", "003": "bound journal", "004": "audio tape", "005": "video tape"},
    **{"006": "CD", "007": "diskette", "008": "book with diskette", "009": "book with CD"},
    "010": "book with audio tape",
}


class Item(NamedTuple):
    """What a field of an item tells: always its text, perhaps a number to ask for, a title, a day."""

    text: str
    number: str | None
    title: str | None
    due: str | None

    @property
    def id(self) -> str:
        """The item's number, else all that is said of it."""
        return self.number or self.text


def item(text: str) -> Item:
    """Reads a number alone, a number and a title, these and a due date, or a title alone."""
    if NUMBER.fullmatch(text):
        return Item(text, text, None, None)
    found = NUMBER_FIRST.fullmatch(text)
    if not found:
        return Item(text, None, text, None)
    day = DAY_LAST.match(found[2])
    title = (day[1] or "" if day else found[2]).strip(BETWEEN)
    return Item(text, found[1], title or None, day[2] if day else None)


def stamp(text: str) -> str:
    """A protocol's date (YYYYMMDD, zone, HHMMSS) in a form that reads as a date; any other text as it is."""
    found = STAMP.match(text)
    if not found:
        return text
    clock = f"T{found[5]}:{found[6]}:{found[7]}{'Z' if found[4].strip() == UTC else ''}" if found[5] else ""
    return f"{found[1]}-{found[2]}-{found[3]}{clock}"


def stamped_day(site: Site, text: str) -> date | None:
    """The day in such a date; None for any other text, since some servers put a code in its place."""
    with suppress(LayoutChanged):
        return stamps.maybe_day(site, stamp(text), "date") if STAMP.match(text) else None
    return None


def fee(text: str, currency: str | None) -> Fee | None:
    """A fine from its free text, or None where it holds no amount."""
    found = AMOUNT.search(text)
    if not found:
        return None
    amount = Decimal(re.sub(r"[.,](?!\d\d$)", "", found[3]).replace(",", "."))
    return Fee(
        amount=-amount if found[1] or found[2] else amount,
        reason=CURRENCY_FIRST.sub("", text[found.end() :]).strip() or text[: found.start()].strip() or None,
        currency=currency,
    )
