"""What web-opac.net's many libraries write into the texts of a loan or a reservation."""

from datetime import date
from typing import Any

import pytest

from libraries.account import HoldState
from libraries.errors import LayoutChanged
from libraries.site import Site
from libraries.systems.webopacnet import WebOpacNet

LIBRARY = WebOpacNet(site=Site(base_url="https://web.example", today=date(2026, 5, 4), language="de", currency="CHF"))


def a_loan(*fields: str) -> dict[str, Any]:
    told = [{"display": each} for each in fields]
    return {"exemplarid": "1", "titelkurz": "Kanalbau", "urheber": "", "hinweis": "", "felder": told}


def a_hold(**told: str) -> dict[str, Any]:
    return {"exemplarid": "1", "titelkurz": "Kanalbau", "urheber": "", "abholdat": "", "status": "1", **told}


@pytest.mark.parametrize(
    "fields",
    [
        ("Ausgabe: 01.04.2026", "Leihfrist: 12.05.2026"),
        ("Ausgeliehen am: 01.04.2026", "Rückgabe bis: 12.05.2026"),
        ("Rückgabebibliothek: Elm", "Leihfrist: 12.05.2026"),
        ("Leihfrist von: 01.04.2026", "Leihfrist bis: 12.05.2026"),
        ("Leihfrist: 01.04.2026 - 12.05.2026",),
        ("Date d'échéance: 12.05.2026",),
        ("Da restituire entro: 12.05.2026",),
        ("ausgeliehen bis 12.05.2026",),
    ],
)
def test_the_due_day_is_told_from_the_other_days_of_a_loan(fields: tuple[str, ...]) -> None:
    answer = {"success": "1", "ausleihen": [a_loan(*fields)]}
    assert [each.due for each in LIBRARY.parse_loans(answer).rows] == [date(2026, 5, 12)]


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"abholdat": "12.05.2026"}, HoldState.READY),
        ({"abholdat": "01.01.0001"}, HoldState.WAITING),
        ({"abholdat": "nicht abholbereit"}, HoldState.WAITING),
        ({"status": "Position: 3"}, HoldState.WAITING),
        ({"status": "abholbereit"}, HoldState.READY),
    ],
)
def test_a_day_that_stands_for_none_makes_nothing_ready(told: dict[str, str], state: HoldState) -> None:
    answer = {"success": "1", "reservationen": [a_hold(**told)]}
    assert [each.state for each in LIBRARY.parse_holds(answer).rows] == [state]


def test_a_success_without_a_session_is_no_refusal() -> None:
    with pytest.raises(LayoutChanged):
        LIBRARY.parse_login({"success": "1", "sessionid": ""})
