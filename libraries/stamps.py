"""Dates and times as ISO 8601 stamps, which interfaces send, in the library's own time."""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from libraries.dates import END_OF_DAY
from libraries.errors import LayoutChanged, Misconfigured
from libraries.page import fold
from libraries.site import Site

STAMP = re.compile(r"\d{4}-?\d\d")
NEVER = 9999


def moment(text: str, zone: str, name: str) -> date | datetime:
    """The day of a stamp, with its time where hours count; one that states its offset is turned into `zone`.

    Raises LayoutChanged, by that name, for what is no stamp; Misconfigured for a zone that does not exist.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise LayoutChanged(f"no date in the {name}") from error
    if len(text.strip()) <= 10:
        return found.date()
    local = found.astimezone(_zone(zone)).replace(tzinfo=None) if found.tzinfo else found
    whole_day = local.time().replace(second=0, microsecond=0) in END_OF_DAY
    return local.date() if whole_day else local.replace(microsecond=0)


def written(site: Site, text: str, zone: str, name: str) -> date | datetime:
    """The same; some servers write dates as the library does."""
    return moment(text, zone, name) if STAMP.match(text) else site.day(text, name)


def maybe_day(site: Site, stamp: Any, zone: str, name: str) -> date | None:
    """The day of a stamp; None where it says nothing, or "never" by the last year there is."""
    text = fold(str(stamp or ""))
    found = written(site, text, zone, name) if text.strip("0-:TZ") else None
    if found is None or found.year == NEVER:
        return None
    return found.date() if isinstance(found, datetime) else found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Misconfigured(f"no time zone {name[:60]}; write one like Europe/Berlin") from error
