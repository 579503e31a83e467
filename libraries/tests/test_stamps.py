"""Stamps with an offset become days of the library's own time."""

from datetime import date, datetime

import pytest

from libraries.errors import LayoutChanged, Misconfigured
from libraries.site import Site
from libraries.stamps import maybe_day, moment, written

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
    day = maybe_day(ELM, text, BERLIN, "due date")
    assert day is not None
    assert day.day == read_as.day


def test_a_date_in_the_librarys_own_writing_is_read_too() -> None:
    assert written(ELM, "20.05.2026", BERLIN, "due date") == date(2026, 5, 20)


@pytest.mark.parametrize("text", [None, "", "0000-00-00", "0000-00-00T00:00:00Z", "9999-12-31"])
def test_an_empty_stamp_and_one_that_means_never_are_no_day(text: str | None) -> None:
    assert maybe_day(ELM, text, BERLIN, "expiry") is None


def test_what_is_no_stamp_fails_by_its_name() -> None:
    with pytest.raises(LayoutChanged, match="no date in the due date"):
        moment("soon", BERLIN, "due date")
    with pytest.raises(Misconfigured):
        moment("2026-05-20T15:30:00Z", "Europe/Atlantis", "due date")
