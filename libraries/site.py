"""What every system needs to know of a library: where it is, how it writes dates and money."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from libraries.dates import Order, find_day, find_moment
from libraries.errors import LayoutChanged, Misconfigured
from libraries.money import find_amount
from libraries.words import UNTIL

MONTH_FIRST = {"en", "en-us", "en-ca"}
YEAR_FIRST = {"fr-ca", "sv", "hu", "lt", "zh", "ja", "ko"}


@dataclass(frozen=True, kw_only=True)
class Site:
    """A library's site. `today` is the day there, by which two-digit years are read."""

    base_url: str
    today: date
    hosts: tuple[str, ...] = ()
    language: str = "en"
    dates: Order | None = None
    currency: str | None = None
    time_zone: str = ""
    hosts_allowed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Raises Misconfigured for an address, an order of dates or a time zone that is none."""
        parts = _parts(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Misconfigured("base_url must be an address like https://catalogue.example.org")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise Misconfigured("base_url must not hold a user, a query (?…) or a fragment (#…)")
        if self.dates not in {None, "mdy", "dmy", "ymd"}:
            raise Misconfigured("dates must be mdy, dmy or ymd")
        if self.time_zone:
            _known_zone(self.time_zone)
        object.__setattr__(self, "hosts_allowed", frozenset({parts.hostname, *(host.lower() for host in self.hosts)}))

    @property
    def secure(self) -> bool:
        """Whether this library is to be visited by HTTPS only."""
        return self.base_url.startswith("https:")

    @property
    def host(self) -> str:
        """The host of this site's address."""
        return _parts(self.base_url).hostname or ""

    @cached_property
    def order(self) -> Order:
        """The order of a date's parts: as stated, else by the language."""
        if self.dates:
            return self.dates
        language = self.language.lower()
        if language in MONTH_FIRST:
            return "mdy"
        return "ymd" if language in YEAR_FIRST or language.split("-")[0] in YEAR_FIRST else "dmy"

    def url(self, path: str) -> str:
        """`path` below this site; a path with a leading slash begins at the host. Raises LayoutChanged for no path."""
        try:
            return urljoin(self.base_url.rstrip("/") + "/", path)
        except ValueError as error:  # as "//[1", out of a page
            raise LayoutChanged("a link that is no web address") from error

    def maybe_day(self, text: str) -> date | None:
        """The date in `text`, or None. Raises LayoutChanged for a date impossible in this library's order."""
        found = find_day(text, self.order, self.today)
        return found.day if found else None

    def day(self, text: str, name: str) -> date:
        """The date in `text`. Raises LayoutChanged, by that name, where there is none."""
        found = self.maybe_day(text)
        if found is None:
            raise LayoutChanged(f"no date in the {name}")
        return found

    def expiry(self, text: str) -> date | None:
        """A card's expiry: two-digit years are 20xx."""
        found = find_day(text, self.order, self.today, ahead=True)
        return found.day if found else None

    def last_day(self, text: str) -> date | None:
        """The date behind the last "until" in `text` that has one behind it, in any language; else None."""
        behind = (self.maybe_day(text[each.end() :]) for each in reversed([*UNTIL.finditer(text)]))
        return next(filter(None, behind), None)

    def due(self, text: str) -> tuple[date | datetime | None, str | None]:
        """A due date or date-time; or None and the site's own words where they hold no date.

        Raises LayoutChanged where there are no words either.
        """
        found = find_moment(text, self.order, self.today)
        if found is None and not text:
            raise LayoutChanged("no due date")
        return found, None if found else text

    def maybe_money(self, text: str) -> Decimal | None:
        """The amount in `text`, or None."""
        return find_amount(text, self.language.lower())

    def money(self, text: str, name: str) -> Decimal:
        """The amount in `text`. Raises LayoutChanged, by that name, where there is none."""
        found = self.maybe_money(text)
        if found is None:
            raise LayoutChanged(f"no amount in the {name}")
        return found


def _known_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Misconfigured("time_zone must be one of the IANA database, as Europe/Berlin") from error


def _parts(url: str):  # type: ignore[no-untyped-def]
    try:
        return urlsplit(url)
    except ValueError as error:
        raise Misconfigured("base_url is not an address") from error
