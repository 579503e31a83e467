"""Stamps with an offset become days of the library's own time."""

from datetime import date, datetime

import pytest

from libraries.errors import LayoutChanged, Misconfigured
from libraries.stamps import day, moment

BERLIN = "Europe/Berlin"


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
    assert day(text, BERLIN, "due date").day == read_as.day


def test_what_is_no_stamp_fails_by_its_name() -> None:
    with pytest.raises(LayoutChanged, match="no date in the due date"):
        moment("soon", BERLIN, "due date")
    with pytest.raises(Misconfigured):
        moment("2026-05-20T15:30:00Z", "Europe/Atlantis", "due date")
