"""What BIBLIOTHECA's many libraries call the columns of their lists."""

from datetime import date

import pytest

from libraries import page
from libraries.account import HoldState
from libraries.site import Site
from libraries.systems.bibliotheca import Bibliotheca

LIBRARY = Bibliotheca(site=Site(base_url="https://opac.example", today=date(2026, 5, 4), language="de", currency="EUR"))


def table(heads: str, row: str) -> bytes:
    head, cells = ("".join(f"<td>{cell}</td>" for cell in each.split("|")) for each in (heads, row))
    rows = f"<tr class='exemplarmenubar'>{head}</tr><tr class='tabKonto'>{cells}</tr>"
    return f"<html><body><table>{rows}</table></body></html>".encode()


@pytest.mark.parametrize(
    "heads", ["Titel|Ausgeliehen am|Leihfrist", "Titel|Leihfrist von|Leihfrist bis", "Titel|Fristbeginn|Fristende"]
)
def test_a_lending_periods_first_day_is_not_due(heads: str) -> None:
    loans = LIBRARY.parse_loans(page.html(table(heads, "Kanalbau|01.04.2026|12.05.2026"))).rows
    assert [each.due for each in loans] == [date(2026, 5, 12)]


@pytest.mark.parametrize(
    ("status", "renewable", "renewals"),
    [("2x verl.", None, 2), ("am 01.05.2026 verlängert", None, None), ("nicht verlängerbar", False, None)],
)
def test_a_date_is_no_number_of_renewals(status: str, renewable: bool | None, renewals: int | None) -> None:
    loans = LIBRARY.parse_loans(page.html(table("Titel|Leihfrist|Status", f"Kanalbau|12.05.2026|{status}"))).rows
    assert [(each.renewable, each.renewals) for each in loans] == [(renewable, renewals)]


@pytest.mark.parametrize(
    ("heads", "row", "state", "pickup_by"),
    [
        ("Titel|Bereit am|Status", "Kanalbau|12.06.2026|", HoldState.WAITING, None),
        ("Titel|Bereit am|Status", "Kanalbau|02.05.2026|", HoldState.READY, None),
        ("Titel|Status|Position", "Kanalbau|abholbereit bis 12.05.2026|", HoldState.READY, date(2026, 5, 12)),
        ("Titel|Status|Vorbestellt am", "Kanalbau|Position 3|01.04.2026", HoldState.WAITING, None),
    ],
)
def test_a_hold_that_will_be_ready_is_not(heads: str, row: str, state: HoldState, pickup_by: date | None) -> None:
    holds = LIBRARY.parse_holds(page.html(table(heads, row))).rows
    assert [(each.state, each.pickup_by) for each in holds] == [(state, pickup_by)]
