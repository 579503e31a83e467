"""A person's preferences in words: when a mail comes, what for, and what is kept out of it."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cards.models import MailWhen, User
from cards.models.user import EVERY_DAY
from cards.preferences import choices
from cards.timetable import DAY, Timetable
from notifications.days import written
from notifications.kinds import MUTABLE, Kind


def what_is_on(user: User, now: datetime) -> list[str]:
    """What this person gets, a sentence each."""
    if not user.mail_on:
        return [_("No mail is sent to you. Your cards are still read, and the page still shows them.")]
    return [_when(user), *_what(user), *_pauses(user, now), *_look(user)]


def _when(user: User) -> str:
    words = {"hour": choices.hour_in_words(user.mail_hour), "days": days_of_week(user.mail_weekdays)}
    if user.mail_when == MailWhen.NEW:
        return _("You get a mail at %(hour)s %(days)s when something is new. Each thing is told once.") % words
    return _("You get a mail at %(hour)s %(days)s while something needs doing.") % words


def days_of_week(weekdays: str) -> str:
    """As "on weekdays", to stand behind an hour."""
    if weekdays == EVERY_DAY:
        return _("every day")
    if weekdays in ("12345", "67"):
        return _("on weekdays") if weekdays == "12345" else _("on weekends")
    names = [str(name) for number, name in WEEKDAYS.items() if str(number + 1) in weekdays]
    return _("on %(days)s") % {"days": get_text_list(names, _("and"))}


def _what(user: User) -> Iterator[str]:
    if Kind.DUE not in user.muted:
        yield _ahead(user.days_ahead)
        for choice in user.card_choices.select_related("card__library"):
            words = {"card": str(choice.card), "days": choices.days_in_words(choice.days_ahead)}
            yield _("For the card %(card)s: %(days)s.") % words
        if user.mail_weekdays != EVERY_DAY:
            yield _("What falls due before the next mail is told in the last one before it.")
    if muted := [str(label) for kind, label in MUTABLE.items() if kind in user.muted]:
        yield _("Only on the page, not in your mails: %(kinds)s.") % {"kinds": get_text_list(muted, _("and"))}
    if user.weekly_word:
        yield _("After seven days without a mail, a word says that all is well.")


def _ahead(days: int) -> str:
    if days == 0:
        return _("Things to take back are told from the day on which they are due.")
    words = ngettext(
        "Things to take back are told from %(n)d day before they are due.",
        "Things to take back are told from %(n)d days before they are due.",
        days,
    )
    return words % {"n": days}


def _pauses(user: User, now: datetime) -> Iterator[str]:
    if user.away_from and user.away_until and user.away_until >= user.local(now).date():
        words = {"first": full_day(user.away_from), "last": full_day(user.away_until)}
        yield _("No mail comes from %(first)s to %(last)s.") % words


def _look(user: User) -> Iterator[str]:
    yield _("Your mails are in %(language)s.") % {"language": dict(settings.LANGUAGES)[user.mail_language()]}
    if user.plain_text:
        yield _("They are plain text.")


def full_day(day: date) -> str:
    """As "Monday, 23 November 2026"."""
    return written(day, pgettext("date in full", "l, j F Y"))


def next_mail(user: User, now: datetime) -> str:
    """When the next mail may come, on the person's own clock; "" where none is to come."""
    times, told = Timetable.of(user), user.digest_day
    if user.mail_on and times.owes(times.latest(now), told) and not times.away(user.local(now).date()):
        return _("The next mail may come any moment, if there is something to tell.")
    moment = next_moment(times, told, now) if user.mail_on else None
    if moment is None:
        return ""
    words = {"day": full_day(moment.date()), "hour": choices.hour_in_words(times.hour), "city": _city(times)}
    return _("The next mail may come on %(day)s at %(hour)s, %(city)s time.") % words


def next_moment(times: Timetable, told: date | None, now: datetime) -> datetime | None:
    """The next hour of a mail, of which the day is not done with yet."""
    first = times.latest(now)
    if told is not None:
        first = max(first, told)
    return next((times.strikes(day).astimezone(times.zone) for day in times.days_from(first + DAY)), None)


def _city(times: Timetable) -> str:
    """The place that the time zone is named after."""
    return times.zone.key.rpartition("/")[2].replace("_", " ")
