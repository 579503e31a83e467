"""When a card is to be visited next."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from cards.models import Card, Membership
from cards.timetable import Timetable

BACK_OFF = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=6))
BEFORE_DIGEST = timedelta(hours=1)


def next_check(began: datetime, interval: timedelta, digests: Iterable[Timetable]) -> datetime:
    """When a card whose last visit began then is due: after 90 % of its interval, or in the hour before a digest.

    90 %, so that a scheduler which comes a little early still finds it due, and no day is left out.
    """
    before = (hour_before(digest, began) for digest in digests)
    return min([began + interval * 0.9, *(begins for begins in before if begins)])


def hour_before(digest: Timetable, after: datetime) -> datetime | None:
    """The first beginning of the hour before a digest which is later than `after`; None where none is to come."""
    day = after.astimezone(digest.zone).date()
    begins = (digest.strikes(each).astimezone(after.tzinfo) - BEFORE_DIGEST for each in digest.days_from(day))
    return next((each for each in begins if each > after), None)


def retry(began: datetime, failures: int) -> datetime:
    """When to look again after that many failures in a row: 1 h, 4 h, then every 6 h after the last visit began."""
    return began + BACK_OFF[min(failures, len(BACK_OFF)) - 1]


def digest_times(families: Collection[int]) -> dict[int, list[Timetable]]:
    """When the people of each of these families read their mail, those who want any."""
    first = Membership.objects.filter(user=OuterRef("user")).order_by("pk").values("family__timezone")[:1]
    members = Membership.objects.filter(family__in=families, user__mail_on=True, user__is_active=True)
    wishes = (f"user__{name}" for name in ("mail_weekdays", "away_from", "away_until"))
    rows = members.annotate(zone=Subquery(first)).values_list("family", "user__mail_hour", "zone", *wishes)
    found: dict[int, list[Timetable]] = {family: [] for family in families}
    for family, hour, zone, *rest in rows:
        found[family].append(Timetable(hour, ZoneInfo(zone), *rest))
    return found


def next_after_good(card: Card, began: datetime, digests: Iterable[Timetable] | None = None) -> datetime:
    """When a card that was read at `began` is due again; `digests` are those of its family, where they are known."""
    times = digest_times([card.family_id])[card.family_id] if digests is None else digests
    return next_check(began, card.interval(), times)


def reschedule(cards: Iterable[Card], now: datetime) -> None:
    """Recomputes when cards are due, after a preference of theirs or of their people changed.

    Those that are due already stay so, and those in trouble keep their back-off.
    """
    for card in cards:
        if card.last_began is None or card.trouble or card.next_check_at <= now:
            continue
        unchanged = Card.objects.filter(pk=card.pk, last_began=card.last_began, next_check_at=card.next_check_at)
        unchanged.update(next_check_at=next_after_good(card, card.last_began))
