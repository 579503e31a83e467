"""What an account of OCLC OPEN may look like beyond the examples."""

from datetime import date
from decimal import Decimal

import pytest

from libraries import page
from libraries.account import HoldState
from libraries.errors import LayoutChanged
from libraries.site import Site
from libraries.systems.open import Open

PORTAL = Open(site=Site(base_url="https://open.example", today=date(2026, 5, 4), language="de", currency="EUR"))


def grid(name: str, heads: str, *rows: str) -> str:
    head = "".join(f"<th>{each}</th>" for each in heads.split("|"))
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in each.split('|'))}</tr>" for each in rows)
    return f"<table id='x_tpnlTab_uc_{name}'><tr>{head}</tr>{body}</table>"


def saldo(amount: str) -> str:
    return f"<span id='x_tpnlFees_uc_lblTotalSaldoData'>{amount}</span>"


@pytest.mark.parametrize(
    "heads", ["Titel|Ausgeliehen am|Fällig am", "Titel|Ausleihfrist Beginn|Frist", "Titel|Leihdatum|Entliehen bis"]
)
def test_the_day_on_which_something_was_lent_is_not_the_day_it_is_due(heads: str) -> None:
    loans = PORTAL.parse_loans(page.html(grid("grdViewLoans", heads, "Kanalbau|01.04.2026|12.05.2026").encode()))
    assert [each.due for each in loans.rows] == [date(2026, 5, 12)]


def test_a_list_of_several_pages_without_a_count_is_not_believed() -> None:
    pager = "<tr><td colspan='2'><a href=\"javascript:__doPostBack('g','Page$2')\">2</a></td></tr></table>"
    shown = grid("grdViewLoans", "Titel|Frist", "Kanalbau|12.05.2026").replace("</table>", pager)
    with pytest.raises(LayoutChanged):
        PORTAL.parse_loans(page.html(shown.encode()))


def test_a_status_may_know_that_a_reservation_waits_no_longer() -> None:
    asked = grid("grdViewReservations", "Titel|Position|Status", "Hefe|1|abholbereit", "Nord|2|verfügbar", "Süd|3|")
    there = grid("grdViewReadyForPickups", "Titel|Bereitgestellt am|Bereitgestellt bis", "West|01.05.2026|12.05.2026")
    holds = PORTAL.parse_holds(page.html((asked + there).encode())).rows
    assert [each.state for each in holds] == [HoldState.READY, HoldState.WAITING, HoldState.WAITING, HoldState.READY]
    assert holds[3].pickup_by == date(2026, 5, 12)


def test_a_payment_among_the_fees_is_no_fee() -> None:
    rows = ("Einzahlung|5,00 EUR", "Mahngebühr|-8,00 EUR")
    fees = PORTAL.parse_fees(page.html((grid("grdViewFees", "Art|Betrag", *rows) + saldo("-3,00 EUR")).encode()))
    assert [each.amount for each in fees.rows] == [Decimal("8.00")]
    assert fees.total == Decimal("3.00")


def test_a_library_without_a_tab_of_fees_tells_nothing_of_them() -> None:
    none = "<tr><td>Keine Daten vorhanden</td></tr></table>"
    loans = f"<div id='x_tpnlLoans'>{grid('grdViewLoans', 'Titel|Frist').replace('</table>', none)}</div>"
    flags = "<a id='x_tpnlReservations_l'>Reservationen 0</a><a id='x_tpnlLoans_l'>Ausleihen 0</a>"
    assert PORTAL.parse_account(page.html((flags + loans).encode())).fees is None


def test_of_a_fee_paid_in_part_the_rest_is_owed() -> None:
    row = "Mahngebühr|5,00 EUR|2,00 EUR|3,00 EUR"
    told = grid("grdViewFees", "Art|Betrag|Bezahlt|Offen", row) + saldo("-3,00 EUR")
    assert [(each.amount, each.reason) for each in PORTAL.parse_fees(page.html(told.encode())).rows] == [
        (Decimal("3.00"), "Mahngebühr")
    ]
