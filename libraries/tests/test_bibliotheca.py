"""What BIBLIOTHECA's many libraries call the columns of their lists."""

from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest
from lxml.html import HtmlElement

from libraries import page
from libraries.account import HoldState
from libraries.errors import LayoutChanged
from libraries.login import LoginState
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
    ("cell", "renewable", "renewals"), [("nein", False, None), ("ja", True, None), ("0", None, 0), ("", None, None)]
)
def test_whether_an_item_can_be_renewed_or_how_often_it_was(
    cell: str, renewable: bool | None, renewals: int | None
) -> None:
    loans = LIBRARY.parse_loans(page.html(table("Titel|Frist|Verl.", f"Kanalbau|12.05.2026|{cell}"))).rows
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


HEADER = "<tr><th>Titel</th><th>{}</th></tr>"
LOANS = f"<b>Entliehene Medien:</b><table>{HEADER.format('Frist')}{{}}<tr><td colspan=2>Anzahl: {{}}</td></tr></table>"


def account(*parts: str) -> HtmlElement:
    return page.html(f"<html><body>{''.join(parts)}</body></html>".encode())


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("N", HoldState.WAITING),
        ("entliehen", HoldState.WAITING),
        ("unterwegs", HoldState.IN_TRANSIT),
        ("Regal 7", HoldState.UNKNOWN),
        ("J", HoldState.READY),
        ("bis 12.06.2026", HoldState.READY),
    ],
)
def test_a_hold_is_ready_only_by_a_word_or_a_day_that_says_so(cell: str, state: HoldState) -> None:
    holds = LIBRARY.parse_holds(page.html(table("Titel|Bereit", f"Kanalbau|{cell}"))).rows
    assert [each.state for each in holds] == [state]


def test_a_day_on_which_it_may_be_ready_is_no_word_that_it_is() -> None:
    holds = LIBRARY.parse_holds(page.html(table("Titel|Voraussichtlich bereit am", "Kanalbau|02.05.2026"))).rows
    assert [each.state for each in holds] == [HoldState.WAITING]


@pytest.mark.parametrize("cell", ["abholbereit seit 02.05.2026 bis 12.05.2026", "02.05.2026 - 12.05.2026"])
def test_a_shelf_time_ends_on_its_last_day(cell: str) -> None:
    holds = LIBRARY.parse_holds(page.html(table("Titel|Bereit", f"Kanalbau|{cell}"))).rows
    assert [(each.state, each.pickup_by) for each in holds] == [(HoldState.READY, date(2026, 5, 12))]


def test_a_lending_period_in_one_cell_ends_on_its_last_day() -> None:
    loans = LIBRARY.parse_loans(page.html(table("Titel|Leihfrist", "Kanalbau|01.04.2026 - 12.05.2026"))).rows
    assert [each.due for each in loans] == [date(2026, 5, 12)]


def test_the_shelf_is_not_the_branch_nor_the_titles_number_the_title() -> None:
    heads = "Titel-Nr.|Standort|Zweigstelle|Titel|Frist|Mögliche Verlängerungen|Anz. Verl."
    loans = LIBRARY.parse_loans(page.html(table(heads, "47|Regal 7|Nord|Kanalbau|12.05.2026|1|2"))).rows
    assert [(each.title, each.branch, each.renewals, each.renewals_left) for each in loans] == [
        ("Kanalbau", "Nord", 2, 1)
    ]


@pytest.mark.parametrize("head", ["Leihfrist", "Bereit", "Mediengruppe"])
def test_what_stands_under_the_heading_of_holds_is_on_hold(head: str) -> None:
    holds = f"<div>Vorbestellte Medien:</div><table>{HEADER.format(head)}<tr><td>B</td><td></td></tr></table>"
    snapshot = LIBRARY.parse_account(account(LOANS.format("<tr><td>A</td><td>12.05.2026</td></tr>", 1), holds))
    assert [each.title for each in snapshot.loans or ()] == ["A"]
    assert [each.title for each in snapshot.holds or ()] == ["B"]


def test_a_list_of_titles_that_nobody_knows_is_not_passed_over() -> None:
    other = "<p>Fernleihe:</p><table><tr><th>Titel</th><th>Verfasser</th></tr><tr><td>B</td><td>C</td></tr></table>"
    with pytest.raises(LayoutChanged, match="neither loans nor holds"):
        LIBRARY.parse_account(account(LOANS.format("", 0), other))


@pytest.mark.parametrize(
    "advice",
    [
        "Bei abgelaufenem Ausweis können Sie keine Medien ausleihen.",
        "Mit diesem Ausweis ist keine Ausleihe von Filmen erlaubt.",
    ],
)
def test_a_rule_of_lending_is_no_word_that_nothing_is_on_loan(advice: str) -> None:
    with pytest.raises(LayoutChanged, match="no loans"):
        LIBRARY.parse_account(account(f"<p>{advice}</p>"))


def test_a_header_that_is_repeated_is_no_item() -> None:
    first, second = (f"<tr><td>{title}</td><td>12.05.2026</td></tr>" for title in "AB")
    loans = LIBRARY.parse_loans(account(LOANS.format(first + HEADER.format("Frist") + second, 2)))
    assert ([each.title for each in loans.rows], loans.stated) == (["A", "B"], 2)


@pytest.mark.parametrize(
    ("lines", "owed"),
    [
        ("Mahngebühr: 1,00 EUR<br>Ausstehende Gebühren: 3,50 EUR", "3.50"),
        ("Sie haben noch 3,50 EUR Gebühren offen.", "3.50"),
        ("Gebührenkonto: 1.234,50 €", "1234.50"),
        ("Ausstehende Gebühren (Stand 04.05.2026): 12,- €", "12"),
        ("Ausstehende Gebühren: keine", "0"),
        ("Die Vorbestellgebühr beträgt 1,00 EUR.", None),
        ("Pro Vorbestellung wird ein Entgelt in Höhe von 1,00 EUR erhoben.", None),
    ],
)
def test_what_is_owed_is_the_sum_and_no_price(lines: str, owed: str | None) -> None:
    assert LIBRARY.parse_card(account(f"<p>{lines}</p>")).fees_total == (Decimal(owed) if owed else None)


@pytest.mark.parametrize(
    "line",
    [
        "Passwort gültig bis: 01.01.2030<br>Ausweis gültig bis: 30.09.2027",
        "Stand: 04.05.2026, Ausweis gültig bis: 30.09.2027",
        "Ausweis gültig vom 01.10.2026 bis 30.09.2027",
        "Ihr Ausweis läuft am 30.09.2027 ab.",
    ],
)
def test_the_cards_last_day_is_found_among_other_days(line: str) -> None:
    assert LIBRARY.parse_card(account(f"<p>{line}</p>")).card_expires == date(2027, 9, 30)


@pytest.mark.parametrize("tag", ["td", "b", "font"])
def test_a_refusal_is_one_in_whatever_element_it_stands(tag: str) -> None:
    words = f"<table><tr><{tag} class='kontomeldung'>Passwort falsch</{tag}></tr></table>"
    assert LIBRARY.parse_login(account(words)).state is LoginState.REFUSED


def test_items_that_are_overdue_bar_no_card() -> None:
    words = "<p class='kontomeldung'>Die Leihfrist von 2 Medien ist abgelaufen.</p>"
    assert LIBRARY.parse_card(account(words)).blocked is None


def test_an_item_outside_of_the_known_lists_is_not_passed_over() -> None:
    loose = "<table><tr><td>B</td><td><a href='index.asp?target=verl_2'>x</a></td></tr></table>"
    with pytest.raises(LayoutChanged, match="outside"):
        LIBRARY.parse_account(account(LOANS.format("<tr><td>A</td><td>12.05.2026</td></tr>", 1), loose))


@pytest.mark.parametrize(("stated", "read"), [(1, True), (2, False)])
def test_a_note_among_the_rows_is_one_if_the_items_are_all_there(stated: int, read: bool) -> None:
    rows = "<tr><td>A</td><td>12.05.2026</td></tr><tr><td colspan=2>* Kurzausleihe</td></tr>"
    with nullcontext() if read else pytest.raises(LayoutChanged):
        assert len(LIBRARY.parse_loans(account(LOANS.format(rows, stated))).rows) == 1


def test_a_count_of_a_part_hides_nothing_that_is_missing() -> None:
    rows = "<tr><td>A</td><td>12.05.2026</td></tr><tr><td colspan=2>Anzahl: 3</td></tr>"
    assert LIBRARY.parse_loans(account(LOANS.format(rows, 1))).stated == 3


@pytest.mark.parametrize(
    ("heading", "stated"),
    [("Entliehene Medien (2):", 2), ("Entliehene Medien: 2", 2), ("Konto für Ausweis Nr: 47", None)],
)
def test_a_heading_may_count_the_list_but_a_cards_number_is_no_count(heading: str, stated: int | None) -> None:
    rows = f"{HEADER.format('Frist')}<tr><td>A</td><td>12.05.2026</td></tr>"
    assert LIBRARY.parse_loans(account(f"<p>{heading}</p><table>{rows}</table>")).stated == stated


def test_the_list_of_loans_tells_that_the_patron_is_in_where_the_way_out_is_in_another_frame() -> None:
    assert LIBRARY.parse_login(account(LOANS.format("", 0))).state is LoginState.IN
