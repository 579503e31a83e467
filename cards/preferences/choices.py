"""What can be chosen on the page, in the words of the language that is active."""

from datetime import datetime, time

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.kinds import MUTABLE

MOST_DAYS = 14


def hour_in_words(hour: int) -> str:
    """As "6 a.m." or "06:00"."""
    return time_format(time(hour), "TIME_FORMAT")


def hours() -> list[tuple[int, str]]:
    """All of a day."""
    return [(hour, hour_in_words(hour)) for hour in range(24)]


def weekdays() -> list[tuple[str, str]]:
    """As ISO numbers them, from Monday."""
    return [(str(number + 1), capfirst(str(name))) for number, name in WEEKDAYS.items()]


def days_in_words(days: int) -> str:
    """How long before something is due."""
    if days == 0:
        return _("on the day it is due")
    return ngettext("%(n)d day before", "%(n)d days before", days) % {"n": days}


def days_ahead() -> list[tuple[int, str]]:
    """From the day itself to two weeks before."""
    return [(days, days_in_words(days)) for days in range(MOST_DAYS + 1)]


def news() -> list[tuple[str, str]]:
    """The kinds of news that can be left out."""
    return [(kind.value, capfirst(str(label))) for kind, label in MUTABLE.items()]


def clock(moment: datetime) -> str:
    """The time of day, to the minute."""
    return time_format(moment.time(), "TIME_FORMAT")
