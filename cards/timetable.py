"""On which days, and at what hour, a person wants their mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cards.models import User
from cards.models.user import EVERY_DAY

DAY = timedelta(days=1)
WEEK = 7


@dataclass(frozen=True)
class Timetable:
    """The hour of the day and the ISO weekdays, on the person's clock; but not from `away_from` to `away_until`."""

    hour: int
    zone: ZoneInfo
    weekdays: str = EVERY_DAY
    away_from: date | None = None
    away_until: date | None = None

    @classmethod
    def of(cls, user: User) -> "Timetable":
        """That person's."""
        return cls(user.mail_hour, user.zone(), user.mail_weekdays, user.away_from, user.away_until)

    def latest(self, now: datetime) -> date:
        """The last day whose hour has struck."""
        local = now.astimezone(self.zone)
        return local.date() if local.hour >= self.hour else local.date() - DAY

    def strikes(self, day: date) -> datetime:
        """When that day's hour strikes."""
        return datetime.combine(day, time(self.hour), self.zone).astimezone(UTC)

    def away(self, day: date) -> bool:
        """Whether the person is away then, and wants no mail at all."""
        return self.away_until is not None and (self.away_from or day) <= day <= self.away_until

    def wants(self, day: date) -> bool:
        """Whether that is a day for a mail."""
        return str(day.isoweekday()) in self.weekdays and not self.away(day)

    def owes(self, day: date, told: date | None) -> bool:
        """Whether `day`, or a day for a mail in the week before it, went by since `told` without one.

        Such a day is made up for, whatever day of the week it is by then: who wants a mail on Mondays only would
        else hear nothing for a fortnight. Somebody new has missed nothing.
        """
        if told is None:
            return self.wants(day)
        week = (day - n * DAY for n in range(WEEK))
        return any(told < each for each in week if self.wants(each))

    def days_from(self, day: date) -> Iterator[date]:
        """The days for a mail from `day` on, as far as they matter: till a week after the person is back."""
        last = max(day, self.away_until or day) + WEEK * DAY
        return filter(self.wants, (day + n * DAY for n in range((last - day).days + 1)))

    def silent_after(self, day: date) -> int:
        """How many days without a mail follow that day."""
        following = next(self.days_from(day + DAY), None)
        return 0 if following is None else (following - day).days - 1
