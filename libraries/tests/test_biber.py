"""How BiBer's libraries tell what of a patron's holds lies ready."""

from datetime import date

import pytest

from libraries import page
from libraries.account import HoldState
from libraries.site import Site
from libraries.systems.biber import Biber

LIBRARY = Biber(site=Site(base_url="https://biber.example", today=date(2026, 5, 4), language="de", currency="EUR"))


@pytest.mark.parametrize(
    ("heads", "row", "state", "pickup_by"),
    [
        ("Titel|Bereit bis", "Kanalbau|12.05.26", HoldState.READY, date(2026, 5, 12)),
        ("Titel|Bereit bis", "Kanalbau|", HoldState.WAITING, None),
        ("Titel|Bereitgestellt am|Abholen bis", "Kanalbau|01.05.26|12.05.26", HoldState.READY, date(2026, 5, 12)),
        ("Titel|Status|Ausgabeort", "Kanalbau|bereitgestellt bis 12.05.26|Elm", HoldState.READY, date(2026, 5, 12)),
        ("Titel|entliehen bis|Rang", "Kanalbau|12.05.26|1 T", HoldState.WAITING, None),
    ],
)
def test_a_hold_is_ready_where_a_column_or_the_status_says_until_when(
    heads: str, row: str, state: HoldState, pickup_by: date | None
) -> None:
    head = "".join(f"<th>{each}</th>" for each in heads.split("|"))
    cells = "".join(f"<td>{each}</td>" for each in f"{row}".split("|"))
    form = f"<form name='vorml'><table><tr>{head}<th>Nr</th></tr><tr>{cells}<td>1</td></tr></table></form>"
    holds = LIBRARY.parse_holds(page.html(f"<html><body>{form}</body></html>".encode())).rows
    assert [(each.state, each.pickup_by) for each in holds] == [(state, pickup_by)]
