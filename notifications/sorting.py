"""Sorts what is on the cards under the five headings, the most urgent first. Pure: states in, lines out."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from libraries.account import HoldState
from notifications.items import hold_lines, loan_lines
from notifications.knowing import know_lines
from notifications.lines import CardState, Heading, Line, Urgency

URGENCIES = tuple(Urgency)
WAITING = (HoldState.IN_TRANSIT, HoldState.WAITING, HoldState.UNKNOWN, HoldState.SUSPENDED)


def sort_cards(
    cards: Iterable[CardState], *, days_ahead: int, by_card: Mapping[str, int] | None = None
) -> dict[Heading, tuple[Line, ...]]:
    """Every line of these cards under its heading; all five are there.

    Due within `days_ahead` is to be taken back; `by_card` has other numbers of days for some of the cards.
    """
    found: dict[Heading, list[Line]] = {heading: [] for heading in Heading}
    for state in cards:
        ahead = (by_card or {}).get(state.card_id, days_ahead)
        for line in (*know_lines(state), *loan_lines(state, ahead), *hold_lines(state, ahead)):
            found[line.heading].append(line)
    return {heading: tuple(sorted(lines, key=_order)) for heading, lines in found.items()}


def _order(line: Line) -> tuple[Any, ...]:
    day = line.pickup_by if line.due is None else line.due
    moment = day if isinstance(day, datetime) else datetime.combine(day or date.max, time.max)
    waiting = WAITING.index(HoldState(line.state)) if line.heading is Heading.WANT else 0
    place = line.position if line.position is not None else 10**6
    return URGENCIES.index(line.urgency), moment.replace(tzinfo=None), waiting, place, line.title.casefold()
