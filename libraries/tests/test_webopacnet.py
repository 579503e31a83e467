"""What web-opac.net's many libraries write into the texts of a loan or a reservation."""

from datetime import date
from typing import Any

import pytest

from libraries.account import HoldState
from libraries.errors import LayoutChanged, SiteFailing
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
        ("01.04.2026 - 12.05.2026",),
        ("Ausleihe vom 01.04.2026 bis 12.05.2026",),
        ("Reserviert bis 20.05.2026", "Leihfrist: 12.05.2026"),
    ],
)
def test_the_due_day_is_told_from_the_other_days_of_a_loan(fields: tuple[str, ...]) -> None:
    answer = {"success": "1", "ausleihen": [a_loan(*fields)]}
    assert [each.due for each in LIBRARY.parse_loans(answer).rows] == [date(2026, 5, 12)]


def test_of_days_without_labels_the_coloured_one_is_when_a_loan_is_due() -> None:
    loan = a_loan("01.04.2026", "12.05.2026")
    with pytest.raises(LayoutChanged):
        LIBRARY.parse_loans({"success": "1", "ausleihen": [loan]})
    loan["felder"][1]["farbe"] = "LightCoral"
    assert LIBRARY.parse_loans({"success": "1", "ausleihen": [loan]}).rows[0].due == date(2026, 5, 12)


@pytest.mark.parametrize(
    ("said", "renewals"),
    [
        ("Verlängerungen: 1 von 3", 1),
        ("2x verlängert", 2),
        ("Rückgabe bis: 12.05.2026 (2x verlängert)", 2),
        ("Verlängert am: 04.05.2026", None),
        ("Noch 2 Verlängerungen möglich", None),
    ],
)
def test_how_often_a_loan_was_renewed_is_no_day_and_not_how_often_it_can_be(said: str, renewals: int | None) -> None:
    answer = {"success": "1", "ausleihen": [a_loan("Leihfrist: 12.05.2026", said)]}
    assert LIBRARY.parse_loans(answer).rows[0].renewals == renewals


def test_what_has_no_number_is_known_by_title_and_day() -> None:
    loan = {**a_loan("Leihfrist: 12.05.2026"), "exemplarid": ""}
    assert LIBRARY.parse_loans({"success": "1", "ausleihen": [loan]}).rows[0].id == "Kanalbau 2026-05-12"


def test_where_no_author_is_stated_a_title_is_not_cut() -> None:
    loan = {**a_loan("Leihfrist: 12.05.2026"), "titelkurz": "Paris, Texas : ein Film"}
    (found,) = LIBRARY.parse_loans({"success": "1", "ausleihen": [loan]}).rows
    assert (found.title, found.author) == ("Paris, Texas : ein Film", None)


@pytest.mark.parametrize(
    ("told", "until"),
    [
        ({"abholdat": "abholbereit bis 12.05.2026"}, date(2026, 5, 12)),
        ({"abholdat": "abholbereit ab 02.05.2026"}, None),
        ({"hinweis": "Abholbereit bis 12.05.2026"}, date(2026, 5, 12)),
    ],
)
def test_the_day_since_which_a_hold_is_ready_is_not_its_last(told: dict[str, str], until: date | None) -> None:
    (found,) = LIBRARY.parse_holds({"success": "1", "reservationen": [a_hold(**told)]}).rows
    assert (found.state, found.pickup_by) == (HoldState.READY, until)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"abholdat": "12.05.2026"}, HoldState.READY),
        ({"hinweis": "Bitte Ausweis mitbringen"}, HoldState.WAITING),
        ({"abholdat": "01.01.0001"}, HoldState.WAITING),
        ({"abholdat": "nicht abholbereit"}, HoldState.WAITING),
        ({"status": "Position: 3"}, HoldState.WAITING),
        ({"status": "abholbereit"}, HoldState.READY),
    ],
)
def test_a_day_that_stands_for_none_makes_nothing_ready(told: dict[str, str], state: HoldState) -> None:
    answer = {"success": "1", "reservationen": [a_hold(**told)]}
    assert [each.state for each in LIBRARY.parse_holds(answer).rows] == [state]


@pytest.mark.parametrize("said", ["Object reference not set to an instance of an object.", "Timeout expired"])
def test_a_fault_of_the_librarys_server_refuses_nobody(said: str) -> None:
    with pytest.raises(SiteFailing):
        LIBRARY.parse_login({"success": "0", "sessionid": "", "errorstate": said})


def test_a_success_without_a_session_is_no_refusal() -> None:
    with pytest.raises(LayoutChanged):
        LIBRARY.parse_login({"success": "1", "sessionid": ""})
