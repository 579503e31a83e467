"""Days, hours and ages in words, in the active language."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _


def written(day: date, pattern: str) -> str:
    """`day` by a date format or the name of one; the first of a month as the language has it: 1er mai in French."""
    known = get_format(pattern)
    if day.day == 1:
        first = pgettext("the first day of a month, within a date", "1")
        known = known.replace("j", "".join(f"\\{each}" for each in first))
    return date_format(day, known)


def name_of(day: date, today: date) -> str:
    """The day as people write it: Thursday, 20 Nov in the next six days; Thu 4 Dec; with its year in another."""
    return _name_of(day, today, get_language())


@lru_cache(maxsize=1000)  # a page names the same few days over and over
def _name_of(day: date, today: date, language: str | None) -> str:
    """In the active language, which is `language`."""
    if 0 <= (day - today).days < 7:
        return written(day, pgettext("date format for a day of the coming week", "l, j M"))
    if day.year == today.year:
        return written(day, pgettext("date format within the year", "D j M"))
    return written(day, pgettext("date format in another year", "D j M Y"))


def due(day: date, today: date) -> str:
    """When it must be back."""
    days = (day - today).days
    if days < 0:
        text = ngettext("%(days)d day overdue, was due %(day)s", "%(days)d days overdue, was due %(day)s", -days)
        return text % {"days": -days, "day": name_of(day, today)}
    if days < 2:
        return _("due tomorrow") if days else _("due today")
    return _("due %(day)s") % {"day": name_of(day, today)}


def due_at(moment: datetime, now: datetime) -> str:
    """When it must be back, where hours count; both on the library's clock."""
    hour = date_format(moment, "TIME_FORMAT")
    if moment >= now:
        return _("%(due)s, by %(hour)s") % {"due": due(moment.date(), now.date()), "hour": hour}
    if moment.date() == now.date():
        return _("overdue since %(hour)s today") % {"hour": hour}
    return due(moment.date(), now.date())


def returns_itself(day: date | None, today: date) -> str:
    """When an e-book goes back without anybody's doing."""
    if day is None or day < today:
        return _("returns itself")
    if (day - today).days < 2:
        return _("returns itself tomorrow") if day > today else _("returns itself today")
    return _("returns itself on %(day)s") % {"day": name_of(day, today)}


def kept_until(day: date | None, today: date) -> str:
    """The last day on which a hold can be fetched."""
    if day is None:
        return ""
    if day < today:
        return _("last day was %(day)s") % {"day": name_of(day, today)}
    if (day - today).days < 2:
        return _("last day is tomorrow") if day > today else _("last day is today")
    return _("until %(day)s") % {"day": name_of(day, today)}


def before(day: date, today: date) -> str:
    """A day that is yet to come, to stand behind "before"."""
    return _("tomorrow") if (day - today).days == 1 else name_of(day, today)


def ago(age: timedelta) -> str:
    """How long ago, in the largest unit that is still telling."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 2:
        return _("just now")
    if minutes < 90:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    return ngettext("%(n)d day ago", "%(n)d days ago", hours // 24) % {"n": hours // 24}
