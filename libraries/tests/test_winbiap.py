"""What WinBIAP writes above its lists and beside its items, in other versions and skins than the examples'."""

from datetime import date
from decimal import Decimal

import pytest

from libraries import page
from libraries.errors import LayoutChanged
from libraries.site import Site
from libraries.systems.winbiap import WinBiap

LIBRARY = WinBiap(site=Site(base_url="https://biap.example", today=date(2026, 5, 4), language="de", currency="EUR"))
ITEM = "<span id='x_ctl02_LabelTitel'>Kanalbau</span></td><td><span id='x_ctl02_LabelFaellig'>12.05.2026</span>"
PAGER = "<tr><td colspan='2'><a href=\"javascript:__doPostBack('x','Page$2')\">2</a></td></tr>"


def shown(label: str, more: str = "") -> bytes:
    above = f"<span id='x_LabelAccountTableResult'>{label}</span>"
    return f"<html><body>{above}<table id='GridView1'><tr><td>{ITEM}</td></tr>{more}</table></body></html>".encode()


@pytest.mark.parametrize(
    ("label", "stated"),
    [
        ("Entliehene Medien: 1", 1),
        ("Seite 1: Entliehene Medien: 7", 7),
        ("1 - 1 von 12 Medien entliehen", 12),
        ("Entliehene Medien: 3 (davon 1 überfällig)", 3),
    ],
)
def test_the_number_above_the_list_is_that_of_all_items(label: str, stated: int) -> None:
    assert LIBRARY.parse_loans(page.html(shown(label))).stated == stated


def test_a_list_of_several_pages_without_a_count_is_not_believed() -> None:
    with pytest.raises(LayoutChanged):
        LIBRARY.parse_loans(page.html(shown("", PAGER)))


@pytest.mark.parametrize(
    ("words", "owed"),
    [
        ("Kontostand: -2,50 EUR", Decimal("2.50")),
        ("Kontostand: 2,50 EUR", None),
        ("Offene Gebühren: 2,50 EUR", Decimal("2.50")),
        ("Ihr Gebührenkonto weist ein Guthaben von 5,00 EUR auf", Decimal(0)),
        ("Keine offenen Gebühren", Decimal(0)),
    ],
)
def test_a_credit_is_not_owed(words: str, owed: Decimal | None) -> None:
    card = LIBRARY.parse_card(page.html(f"<html><body><p id='x_LabelCharges'>{words}</p></body></html>".encode()))
    assert card.fees_total == owed
