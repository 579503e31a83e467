"""What follows from new wishes: which day's mail is owed, and when the cards are to be read."""

from datetime import datetime

from django.db.models import Q

from cards import schedule
from cards.models import Card, User
from cards.timetable import Timetable


def settle(user: User, before: Timetable, *, was_on: bool, now: datetime) -> None:
    """Takes note of a person's new wishes, which are saved already.

    A day that went by while no mail was wanted is not made up for. And cards are read in the hour before a mail.
    """
    after = Timetable.of(user)
    day = after.latest(now)
    if not (was_on and before.wants(day)):
        undone = Q(digest_day=None) | Q(digest_day__lt=day)
        User.objects.filter(undone, pk=user.pk).update(digest_day=day)
    if after != before or user.mail_on != was_on:
        schedule.reschedule(Card.objects.filter(family__people=user).select_related("library").distinct(), now)
