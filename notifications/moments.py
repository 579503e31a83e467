"""Due dates on the library's clock."""

from datetime import date, datetime


def local_moment(due: datetime, now: datetime) -> datetime:
    """`due` as the library's own page shows it, without a zone; `now` is on the library's clock."""
    return due if due.tzinfo is None else due.astimezone(now.tzinfo).replace(tzinfo=None)


def day_of(due: date | datetime | None, now: datetime) -> date | None:
    """The library's day on which something is due."""
    return local_moment(due, now).date() if isinstance(due, datetime) else due
