"""What servers put into the fields of items, fines and dates: each in a way of its own."""

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from libraries import stamps
from libraries.account import Fee
from libraries.errors import LayoutChanged
from libraries.site import Site
from libraries.tables import is_date

NUMBER = re.compile(r"\S*\d\S*|[A-Z]{1,2} \d{3,}")  # schools' are like "T 12345"
NUMBER_FIRST = re.compile(r"((?=\S*\d{5})[\w.:+-]{6,})(?:\s+|\s*[,;^]\s*)(\S.*)")  # unlike "Catch-22: a novel"
BETWEEN = " ,;^-\u2013"
CLOCK = r"(?:,? *\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?)?"
DAY = rf"\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}{CLOCK}|\d{{8}}(?: +\d{{6}})?"
DAY_LAST = re.compile(rf"^(.*\S)?\s*\b({DAY})$", re.IGNORECASE)
STAMP = re.compile(r"((?:19|20|99)\d\d)(\d\d)(\d\d)(?:([ A-Z0]{0,4})(\d\d)(\d\d)(\d\d))?$")
MONEY = r"(?:[$£€¥]|(?:EUR|CHF|SEK|NOK|DKK|GBP|USD|CAD|AUD|NZD)(?![A-Z]))"
AMOUNT = re.compile(  # but no part of a date, as "12.05.2026" is one
    rf"(?<![\w.,'])(?P<minus>[-\u2212])?(?P<before>{MONEY}\s?)?(?P<less>[-\u2212])?"
    r"(?P<digits>\d{1,3}(?:[,']\d{3})+\.\d\d|\d{1,3}(?:\.\d{3})+,\d\d|\d+[.,]\d\d"
    r"|(?(before)(?:\.\d\d|\d+)|(?!)))(?![.,]?\d)"
    rf"(?P<behind>\s?{MONEY}(?!\s?\d))?"
)

CIRCULATION = {
    **{"02": "on order", "04": "charged", "05": "charged", "06": "in process", "07": "recalled"},
    **{"08": "waiting on hold shelf", "10": "in transit", "11": "claimed returned", "12": "lost", "13": "missing"},
}
NEVER = 9999
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


def due(site: Site, text: str) -> tuple[date | datetime | None, str | None]:
    """A due date, or the words in its place; neither where noughts or the last year there is stand for none."""
    if not text.strip("0-/:T ") or text.startswith(str(NEVER)):
        return None, None
    with suppress(LayoutChanged):
        return stamps.due(site, stamp(text))
    return site.due(text)  # as "2026-05-18 12:00:00 AM" is no stamp


def maybe_day(site: Site, text: str) -> date | None:
    """The day of a protocol's date, or of one with separators; None for a code, which some servers put in its place."""
    found = site.expiry(text) if is_date(text) and not text.isdecimal() else _stamped_day(site, text)
    return found if found and found.year < NEVER else None


def _stamped_day(site: Site, text: str) -> date | None:
    with suppress(LayoutChanged):
        return stamps.maybe_day(site, stamp(text), "date") if STAMP.match(text) else None
    return None


def fee(text: str, currency: str | None) -> Fee | None:
    """A fine from its free text, or None where it holds no amount, or several of which any may be it."""
    found = _amount([*AMOUNT.finditer(text)], text)
    if not found:
        return None
    amount = Decimal(re.sub(r"[.,'](?!\d\d$)", "", found["digits"]).replace(",", "."))
    return Fee(
        amount=-amount if found["minus"] or found["less"] else amount,
        reason=text[found.end() :].strip() or text[: found.start()].strip(f"{BETWEEN} ") or None,
        currency=currency,
    )


def _amount(found: list[re.Match[str]], text: str) -> re.Match[str] | None:
    """The one with a currency, else the only one, else the one at the text's beginning or end: titles hold some too."""
    marked = [each for each in found if each["before"] or each["behind"]]
    outer = [each for each in found if not each.start() or each.end() == len(text)]
    return next((kind[0] for kind in ([marked] if marked else [found, outer]) if len(kind) == 1), None)
