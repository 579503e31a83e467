"""Dates and times as ISO 8601 stamps, which interfaces send, in the library's own time."""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from libraries.dates import END_OF_DAY
from libraries.errors import LayoutChanged
from libraries.page import fold
from libraries.site import Site

STAMP = re.compile(r"\d{4}-?\d\d")
NEVER = 9999


def moment(text: str, zone: str, name: str) -> date | datetime:
    """The day of a stamp, with its time where hours count; one that states its offset is turned into `zone`.

    Without a zone it is read as it stands: most servers send their library's own offset. Raises LayoutChanged, by
    that name, for what is no stamp.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise LayoutChanged(f"no date in the {name}") from error
    if len(text.strip()) <= 10:
        return found.date()
    local = _local(found, zone).replace(tzinfo=None)
    whole_day = local.time().replace(second=0, microsecond=0) in END_OF_DAY
    return local.date() if whole_day else local.replace(microsecond=0)


def _local(found: datetime, zone: str) -> datetime:
    try:
        return found.astimezone(ZoneInfo(zone)) if zone and found.tzinfo else found
    except OverflowError:  # "never", as the last or the first day there is
        return found


def due(site: Site, text: str) -> tuple[date | datetime | None, str | None]:
    """A due date from a stamp, or as people write it; else None and the site's own words. Raises LayoutChanged."""
    return (moment(text, site.time_zone, "due date"), None) if STAMP.match(text) else site.due(text)


def written(site: Site, text: str, name: str, *, usual: str = "") -> date | datetime:
    """The same in the library's zone, else in the one that is usual for its system; some write dates as people do."""
    return moment(text, site.time_zone or usual, name) if STAMP.match(text) else site.day(text, name)


def maybe_day(site: Site, stamp: Any, name: str, *, usual: str = "") -> date | None:
    """The day of a stamp; None where it says nothing, or "never" by the last year there is."""
    text = fold(str(stamp or ""))
    found = written(site, text, name, usual=usual) if text.strip("0-:TZ") else None
    if found is None or found.year == NEVER:
        return None
    return found.date() if isinstance(found, datetime) else found
