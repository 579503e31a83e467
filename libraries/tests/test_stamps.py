"""Stamps with an offset become days of the library's own time."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from libraries.errors import LayoutChanged, Misconfigured
from libraries.site import Site
from libraries.stamps import due, maybe_day, moment, written

BERLIN = "Europe/Berlin"
ELM = Site(base_url="https://elm.example", today=date(2026, 5, 4), language="de")


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("2026-05-20", date(2026, 5, 20)),
        ("2026-05-19T22:00:00Z", date(2026, 5, 20)),
        ("2026-01-19T22:59:59Z", date(2026, 1, 19)),
        ("2026-05-20T17:30:00+02:00", datetime.fromisoformat("2026-05-20T17:30")),
        ("2026-05-20T15:30:00Z", datetime.fromisoformat("2026-05-20T17:30")),
        ("2026-05-20 17:30:00", datetime.fromisoformat("2026-05-20T17:30")),
    ],
)
def test_a_stamp_is_read_in_the_librarys_own_time(text: str, read_as: date) -> None:
    assert moment(text, BERLIN, "due date") == read_as
    day = maybe_day(ELM, text, "due date", usual=BERLIN)
    assert day is not None
    assert day.day == read_as.day


def test_a_date_in_the_librarys_own_writing_is_read_too() -> None:
    assert written(ELM, "20.05.2026", "due date") == date(2026, 5, 20)


@pytest.mark.parametrize("text", [None, "", "0000-00-00", "0000-00-00T00:00:00Z", "9999-12-31"])
def test_an_empty_stamp_and_one_that_means_never_are_no_day(text: str | None) -> None:
    assert maybe_day(ELM, text, "expiry", usual=BERLIN) is None


def test_what_is_no_stamp_fails_by_its_name() -> None:
    with pytest.raises(LayoutChanged, match="no date in the due date"):
        moment("soon", BERLIN, "due date")


def test_a_library_in_a_time_zone_that_does_not_exist_is_misconfigured() -> None:
    with pytest.raises(Misconfigured, match="time_zone"):
        replace(ELM, time_zone="Europe/Atlantis")


def test_the_librarys_own_zone_goes_before_the_one_that_is_usual_for_its_system() -> None:
    toronto = replace(ELM, time_zone="America/Toronto")
    assert written(toronto, "2026-05-20T03:59:59Z", "due date", usual=BERLIN) == date(2026, 5, 19)
    assert due(toronto, "2026-05-20T03:59:59+0000") == (date(2026, 5, 19), None)


def test_without_a_zone_a_stamp_is_read_as_it_stands() -> None:
    assert due(ELM, "2026-05-19T23:59:59-0400") == (date(2026, 5, 19), None)


def test_the_last_day_there_is_has_no_day_after_it() -> None:
    assert moment("9999-12-31T23:59:59-05:00", BERLIN, "expiry") == date(9999, 12, 31)
