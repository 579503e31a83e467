"""What aDIS says beside a loan or a hold, in the wordings of its many libraries."""

from datetime import date

import pytest

from libraries import page
from libraries.account import HoldState, Loan
from libraries.astec.items import Item
from libraries.astec.overview import counted, entries
from libraries.astec.rows import LOANS, hold, listing, loan
from libraries.site import Site

OVERVIEW = "<html><body><table class='rTable_table'>{}</table></body></html>"
SITE = Site(base_url="https://opac.example", today=date(2026, 5, 4), language="de")


def an_item(*, day: str = "12.05.2026", hint: str = "") -> Item:
    return Item(None, "Kanalbau", None, None, None, None, day, hint, None, shut=False)


def a_loan(item: Item) -> Loan:
    return loan(SITE, item)


@pytest.mark.parametrize(
    ("hint", "renewable", "renewals", "left"),
    [
        ("2 mal verlängert", None, 2, None),
        ("am 01.05.2026 verlängert", None, None, None),
        ("noch nicht verlängert", None, None, None),
        ("Verlängerungen: 1 von 3", None, 1, None),
        ("Noch 2 Verlängerungen möglich", True, None, 2),
        ("Keine Verlängerung möglich", False, None, None),
        ("Verlängerung leider nicht möglich, 1 mal verlängert", False, 1, None),
        ("cannot be renewed", False, None, None),
    ],
)
def test_a_date_is_no_number_of_renewals_and_what_is_left_is_not_what_was(
    hint: str, renewable: bool | None, renewals: int | None, left: int | None
) -> None:
    read = loan(SITE, an_item(hint=hint))
    assert (read.renewable, read.renewals, read.renewals_left) == (renewable, renewals, left)


@pytest.mark.parametrize(
    ("kind", "hint", "state"),
    [
        ("asked", "Bereitstellungsort: Mitte", HoldState.WAITING),
        ("asked", "wird bis morgen bereitgestellt", HoldState.WAITING),
        ("asked", "liegt bereit bis 12.05.2026", HoldState.READY),
        ("asked", "eingetroffen", HoldState.READY),
        ("asked", "unterwegs nach Mitte", HoldState.IN_TRANSIT),
        ("asked", "Bestellung storniert", HoldState.UNKNOWN),
        ("asked", "ausgesetzt bis 01.06.2026", HoldState.SUSPENDED),
        ("ready", "", HoldState.READY),
        ("ready", "noch nicht abholbereit", HoldState.WAITING),
    ],
)
def test_a_hold_stands_where_the_hint_says_or_else_its_list(kind: str, hint: str, state: HoldState) -> None:
    assert hold(SITE, kind, an_item(hint=hint)).state is state


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("<td>3</td><td><a href='/x'>Ausleihen zeigen</a></td>", {"loans": 3}),
        ("<td><a href='/x'>Ausleihen</a></td><td>3</td>", {"loans": 3}),
        ("<td></td><td><a href='/x'>Ausleihen (3)</a></td>", {"loans": 3}),
        ("<td></td><td><a href='/x'>Ausleihen</a></td>", {}),
        ("<td></td><td>Keine Ausleihen</td>", {"loans": 0}),
        ("<td>3</td><td><a href='/x'>Vormerkungen auf Entliehenes</a></td>", {"holds": 3}),
        ("<td>3</td><td><a href='/x'>Bestellungen aus dem Historischen Bestand</a></td>", {"holds": 3}),
        ("<td>3</td><td><a href='/x'>Ausleihhistorie</a></td>", {}),
    ],
)
def test_a_count_is_that_of_the_list_which_its_line_names(line: str, counts: dict[str, int]) -> None:
    assert counted(entries(page.html(OVERVIEW.format(f"<tr>{line}</tr>").encode()))) == counts


@pytest.mark.parametrize(
    ("button", "more"),
    [
        ("<input type='submit' name='b' value='Weitere Treffer'>", "7"),
        ("<input type='image' name='b' title='Nächste Seite'>", "7"),
        ("<input type='submit' name='b' value='Weiter zum Konto'>", None),
    ],
)
def test_a_list_goes_on_behind_a_button_or_a_picture_of_one(button: str, more: str | None) -> None:
    shown = "<table><tr><th>Titel</th><th>Fällig</th></tr><tr><td>Kanalbau</td><td>12.05.2026</td></tr></table>"
    count = "<p>Treffer 1 - 1 von 3</p><input type='hidden' name='requestCount' value='7'>"
    found = listing(page.html(f"<html><body>{count}{shown}{button}</body></html>".encode()), "loans", LOANS, a_loan)
    assert (found.more, found.stated) == (more, 3)
