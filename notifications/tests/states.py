"""A Thursday morning in Elm Park, and cards as they may stand on it."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from libraries.account import AccountSnapshot, Hold, HoldState, Loan
from notifications.lines import CardState, Heading, Line
from notifications.sorting import sort_cards

NOW = datetime(2026, 11, 19, 6, 4, tzinfo=ZoneInfo("America/Toronto"))
TODAY = NOW.date()


def day(days: int) -> date:
    """So many days from that Thursday."""
    return TODAY + timedelta(days=days)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    """An hour of that day as the library's page states it: without a zone."""
    return datetime.combine(day(days), time(hour, minute))


def loan(title: str = "Salt Bridge", due: date | datetime | None = None, **fields: Any) -> Loan:
    return Loan(id=fields.pop("id", title), title=title, due=due, **fields)


def ready(title: str = "Tin Moon", pickup_by: date | None = None, **fields: Any) -> Hold:
    return Hold(id=title, title=title, state=HoldState.READY, pickup_by=pickup_by, **fields)


def account(*items: Loan | Hold, **fields: Any) -> AccountSnapshot:
    loans = tuple(each for each in items if isinstance(each, Loan))
    holds = tuple(each for each in items if isinstance(each, Hold))
    return AccountSnapshot(**{"loans": loans, "holds": holds, **fields})


def card(
    snapshot: AccountSnapshot | None = None, *, age: timedelta = timedelta(minutes=20), **fields: Any
) -> CardState:
    """Mia's card, read 20 minutes ago unless said otherwise."""
    common: dict[str, Any] = {
        "card_id": "mia",
        "family": "Okafor-Lindqvist",
        "patron": "Mia",
        "library": "Elm Park Library",
        "today": TODAY,
        "now": NOW,
        "snapshot": snapshot,
        "snapshot_at": None if snapshot is None else NOW - age,
        "added": NOW - timedelta(days=100) if snapshot else NOW,
        "currency": "CAD",
    }
    return CardState(**{**common, **fields})


def lines(state: CardState, heading: Heading, *, days_ahead: int = 3) -> tuple[Line, ...]:
    return sort_cards([state], days_ahead=days_ahead)[heading]


def line_of(item: Loan | Hold, *, days_ahead: int = 3) -> Line:
    """The one line that the item makes on Mia's card."""
    found = sort_cards([card(account(item))], days_ahead=days_ahead)
    (line,) = (line for lines in found.values() for line in lines)
    return line
