"""Dates as library sites write them."""

from datetime import date, datetime

import pytest

from libraries.dates import find_day, find_moment
from libraries.errors import LayoutChanged

TODAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("DUE 11-20-18", "mdy", date(2018, 11, 20)),
        ("DUE 10-07-09IN LIBRARY USE", "mdy", date(2009, 10, 7)),
        ("RETOUR 20-11-18", "dmy", date(2018, 11, 20)),
        ("18-11-20", "ymd", date(2018, 11, 20)),
        ("5/21/15", "mdy", date(2015, 5, 21)),
        ("21.05.2015", "mdy", date(2015, 5, 21)),
        ("2015-05-21 23:59:00", "dmy", date(2015, 5, 21)),
        ("Thu, May 21, 2015", "dmy", date(2015, 5, 21)),
        ("21 May 2015", "mdy", date(2015, 5, 21)),
        ("21. März 2015", "dmy", date(2015, 3, 21)),
        ("le 1er août 2015", "dmy", date(2015, 8, 1)),
        ("21-juin-2015", "dmy", date(2015, 6, 21)),
        ("1. 6. 2026", "dmy", date(2026, 6, 1)),
    ],
)
def test_a_date_is_read_in_the_order_that_is_set(text: str, order: str, day: date) -> None:
    found = find_day(text, order, TODAY)  # type: ignore[arg-type]
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize(
    ("text", "order"), [("20-11-18", "mdy"), ("11-20-18", "dmy"), ("02/30/2026", "mdy"), ("12/04/2009", "ymd")]
)
def test_a_date_impossible_in_its_order_is_an_error_and_not_another_date(text: str, order: str) -> None:
    with pytest.raises(LayoutChanged):
        find_day(text, order, TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "CLAIMED RETURNED", "9 of 83 holds", "1234567890123", "v.2-3"])
def test_text_without_a_date_has_none(text: str) -> None:
    assert find_day(text, "mdy", TODAY) is None


def test_a_two_digit_year_is_the_nearest_one() -> None:
    years = [find_day(f"01-02-{year:02}", "mdy", TODAY).day.year for year in (26, 75, 77, 99)]  # type: ignore[union-attr]
    assert years == [2026, 2075, 1977, 1999]


def test_a_cards_expiry_lies_in_this_century() -> None:
    assert find_day("04-01-59", "mdy", TODAY, ahead=True) == (date(2059, 4, 1), 8)
    assert find_day("04-01-99", "mdy", TODAY, ahead=True) == (date(2099, 4, 1), 8)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("05-05-26 08:00PM", datetime(2026, 5, 5, 20)),  # noqa: DTZ001  a library's local time
        ("05-05-26 12:30AM", datetime(2026, 5, 5, 0, 30)),  # noqa: DTZ001  a library's local time
        ("2026-05-05 14:15", datetime(2026, 5, 5, 14, 15)),  # noqa: DTZ001  a library's local time
        ("2026-05-05T14:15:30", datetime(2026, 5, 5, 14, 15, 30)),  # noqa: DTZ001  a library's local time
        ("05/05/2026 23:59", date(2026, 5, 5)),
        ("05/05/2026 00:00", date(2026, 5, 5)),
        ("05-05-26 +1 HOLD", date(2026, 5, 5)),
        ("05-05-26 99:99", date(2026, 5, 5)),
        ("05.05.2026 12.05.2026", date(2026, 5, 5)),
        ("05.05.2026 18.00", datetime(2026, 5, 5, 18)),  # noqa: DTZ001  a library's local time
    ],
)
def test_hours_count_unless_they_are_the_days_end(text: str, moment: date | datetime) -> None:
    assert find_moment(text, "mdy", TODAY) == moment
