"""Reads a library's dates: the order of a date's parts is a setting, never a guess."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache, wraps
from typing import Concatenate, Literal, NamedTuple, ParamSpec, TypeVar, cast

from libraries.errors import LayoutChanged

Order = Literal["mdy", "dmy", "ymd"]
How = ParamSpec("How")
Result = TypeVar("Result")

# Month names as library sites write them; three letters or more suffice where they are unique.
MONTHS = {
    1: "january januar janvier enero gennaio januari janeiro jänner tammikuu styczeń stycznia",
    2: "february februar février fevrier febrero febbraio februari fevereiro helmikuu luty lutego",
    3: "march märz mrz maerz mars marzo maart março maaliskuu marzec marca",
    4: "april avril abril aprile huhtikuu kwiecień kwietnia",
    5: "may mai mayo maggio mei maj maio toukokuu maja",
    6: "june juni juin junio giugno junho kesäkuu czerwiec czerwca",
    7: "july juli juillet julio luglio julho heinäkuu lipiec lipca",
    8: "august août aout agosto augustus elokuu sierpień sierpnia",
    9: "september septembre septiembre settembre setembro syyskuu wrzesień września",
    10: "october oktober octobre octubre ottobre outubro lokakuu październik października",
    11: "november novembre noviembre novembro marraskuu listopad listopada",
    12: "december dezember décembre decembre diciembre dicembre dezembro joulukuu grudzień grudnia",
}
SHORT = {
    **{"jan": 1, "jän": 1, "ene": 1, "gen": 1, "feb": 2, "fév": 2, "fev": 2, "févr": 2, "mar": 3, "mär": 3},
    **{"mrt": 3, "apr": 4, "avr": 4, "abr": 4, "mai": 5, "mag": 5, "jun": 6, "giu": 6, "jul": 7, "juil": 7, "lug": 7},
    **{"aug": 8, "aoû": 8, "ago": 8, "sep": 9, "sept": 9, "set": 9, "oct": 10, "okt": 10, "ott": 10, "out": 10},
    **{"nov": 11, "dec": 12, "déc": 12, "dez": 12, "dic": 12},
}
NAMED = SHORT | {name: month for month, names in MONTHS.items() for name in names.split()}

YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([-/.])[ ]?(\d{1,2})\2[ ]?(\d{4}|\d{2})(?!\d)")
DAY_NAME_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]*(?:de\s+)?([^\W\d_]{3,12})\.?,?[\s-]*(?:de\s+)?(\d{4}|\d{2})(?!\d)"
)
NAME_DAY_YEAR = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
# What follows a date may be another date, "12.05.2026", which is no time of day.
CLOCK = re.compile(
    r"[\sT,]*(?:at|um|à|kl\.?)?\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?!\d))?(?!\.\d)\s*([ap])?\.?m?\.?",
    re.IGNORECASE,
)
PERIOD = re.compile(
    r"^\D{0,20}\d{1,2}([./])\d{1,2}\1\d{2,4}\s*(?:-|\u2013|\u2014|bis|to|until|au|al)?\s*(?=\d{1,2}\1\d{1,2}\1\d{2,4})",
    re.IGNORECASE,
)
SHORTEST_PERIOD = len("1.4.26 1.5.26")
WORTH_KEEPING = 60  # characters: what is longer is a sentence, and not written twice
END_OF_DAY = {time(23, 59), time(0, 0)}


class Found(NamedTuple):
    """A date in a text, and where in the text it ends."""

    day: date
    end: int


def _remembered(find: Callable[Concatenate[str, How], Result]) -> Callable[Concatenate[str, How], Result]:
    """`find`, which does not look twice for the same: most of what a patron has is due on one of a few days."""
    known = cast("Callable[Concatenate[str, How], Result]", lru_cache(maxsize=1024)(find))

    @wraps(find)
    def found(text: str, /, *given: How.args, **named: How.kwargs) -> Result:
        look = known if len(text) <= WORTH_KEEPING else find
        return look(text, *given, **named)

    return found


@_remembered
def find_day(text: str, order: Order, today: date, *, ahead: bool = False) -> Found | None:
    """The first date in `text`, or None where there is none. Raises LayoutChanged for one impossible in `order`.

    Two-digit years: the year nearest to today's (so within 50 years), or 20xx where the date lies `ahead`
    by nature, as a card's expiry does.
    """
    if found := YEAR_FIRST.search(text):
        year, _, month, day = found.groups()
        return Found(_real(int(year), int(month), int(day)), found.end())
    if found := NUMBERS.search(text):
        first, sign, second, third = found.groups()
        year_text, month_text, day_text = _sorted(first, second, third, "dmy" if sign == "." else order)
        return Found(_real(_year(year_text, today, ahead), int(month_text), int(day_text)), found.end())
    return _named(text, today, ahead)


def _sorted(first: str, second: str, third: str, order: Order) -> tuple[str, str, str]:
    if order == "ymd":
        if len(third) == 4:
            raise LayoutChanged("a date whose year comes last, where dates are set to begin with it")
        return first, second, third
    return (third, first, second) if order == "mdy" else (third, second, first)


def _named(text: str, today: date, ahead: bool) -> Found | None:
    for found in DAY_NAME_YEAR.finditer(text):
        if month := NAMED.get(found[2].casefold()):
            return Found(_real(_year(found[3], today, ahead), month, int(found[1])), found.end())
    for found in NAME_DAY_YEAR.finditer(text):
        if month := NAMED.get(found[1].casefold()):
            return Found(_real(int(found[3]), month, int(found[2])), found.end())
    return None


def _year(text: str, today: date, ahead: bool) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    if ahead:
        return 2000 + year
    year += today.year - today.year % 100
    return year - 100 if year > today.year + 50 else year + 100 if year < today.year - 50 else year


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise LayoutChanged("a date that is impossible in the order set for this library") from error


@_remembered
def find_moment(text: str, order: Order, today: date) -> date | datetime | None:
    """The first date in `text`, with its time of day where one follows and hours count (not the day's end)."""
    found = find_day(text, order, today)
    if found is None:
        return None
    clock = CLOCK.match(text, found.end)
    at = _clock(clock) if clock else None
    return found.day if at is None or at.replace(second=0) in END_OF_DAY else datetime.combine(found.day, at)


def _clock(found: re.Match[str]) -> time | None:
    hour, minute = int(found[1]), int(found[2])
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    return time(hour, minute, int(found[3] or 0)) if hour < 24 and minute < 60 else None


def period_end(text: str) -> str:
    """The text without the first day of a period that it begins with: "1.4.2026 - 12.5.2026" ends on 12.5.2026."""
    return PERIOD.sub("", text) if len(text) >= SHORTEST_PERIOD else text
