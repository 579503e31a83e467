"""What Zones calls the lines of an overview and of an item's block, and how it turns its pages."""

from datetime import date
from decimal import Decimal

import pytest
from lxml.html import HtmlElement

from libraries import page
from libraries.account import HoldState
from libraries.errors import LayoutChanged
from libraries.login import LoginState
from libraries.site import Site
from libraries.systems.zones import Zones

LIBRARY = Zones(
    site=Site(base_url="https://katalog.example", today=date(2026, 5, 4), language="de", dates="dmy", currency="EUR")
)
FORM = "<form><input name='BRWR' type='text'><input name='PIN' type='password'></form>"


def tree(content: str) -> HtmlElement:
    return page.html(f"<html><body>{content}</body></html>".encode())


def overview(**lines: str) -> HtmlElement:
    names = ((name.replace("_", " "), said) for name, said in lines.items())
    cell = "<td class='AccountSummaryCounter{}Cell'>{}</td>"
    rows = (f"<tr>{cell.format('Name', name)}{cell.format('Value', said)}</tr>" for name, said in names)
    return tree(f"<table>{''.join(rows)}</table>")


def block(kind: str, **lines: str) -> HtmlElement:
    names = ((name.replace("_", " "), said) for name, said in lines.items())
    cell = "<td class='FieldNameCell'>{}</td><td class='FieldDataCell'>{}</td>"
    rows = "".join(f"<tr>{cell.format(name, said)}</tr>" for name, said in names)
    item = f"<td class='{kind}BrowseItemDetailsCell'><table>{rows}</table></td>"
    return tree(f"<table id='BrowseList'><tr>{item}</tr></table>")


def test_a_day_until_which_a_fee_is_paid_is_no_sum() -> None:
    card = LIBRARY.parse_card(overview(Jahresgebühr_bezahlt_bis="30/09/2027", Offene_Entgelte="€ 2,40"))
    assert card.fees_total == Decimal("2.40")


def test_the_cards_last_day_is_not_that_of_its_pin() -> None:
    card = LIBRARY.parse_card(overview(PIN_gültig_bis="01/01/2030", Ausweis_gültig_bis="30/09/2027"))
    assert card.card_expires == date(2027, 9, 30)


def test_what_was_lent_in_a_year_or_may_be_at_most_is_no_count() -> None:
    lines = {"Entliehene Medien": "3", "Ausleihen in diesem Jahr": "135", "Maximale Anzahl Vormerkungen": "20"}
    assert LIBRARY.parse_card(overview(**lines)).counts == {"loans": 3}


def test_a_card_that_is_not_barred_is_none() -> None:
    assert LIBRARY.parse_card(overview(Ausweis_gesperrt="nein")).blocked is None


@pytest.mark.parametrize(
    "link",
    [
        "<a class='pageNavLink' href='Obj_1?Method=X'><img alt='nächste Seite'></a>",
        "<a class='pageNavLink' href='Obj_1?Method=X'>&gt;</a>",
        "<a class='pageNavLink' href='Obj_1?Method=PageDown'><img src='r.gif'></a>",
    ],
)
def test_the_next_page_is_found_by_a_picture_or_what_the_link_does(link: str) -> None:
    lines = block("Loans", Titel="Kanalbau", Rückgabe="12/05/2026")
    page.one(lines, "//body", "body").append(page.one(page.html(link.encode()), "//a", "link"))
    assert LIBRARY.parse_loans(lines).more


def test_renewals_that_are_left_are_not_those_that_were_made() -> None:
    lines = block("Loans", Titel="Kanalbau", Rückgabe="12/05/2026", Noch_mögliche_Verlängerungen="1", Verl="2")
    assert [(each.renewals, each.renewals_left) for each in LIBRARY.parse_loans(lines).rows] == [(2, 1)]


@pytest.mark.parametrize(
    ("status", "state", "pickup_by"),
    [
        ("Zur Abholung bereit seit 02/05/2026, bis 12/05/2026", HoldState.READY, date(2026, 5, 12)),
        ("wird bereitgestellt", HoldState.WAITING, None),
    ],
)
def test_a_shelf_time_ends_on_its_last_day(status: str, state: HoldState, pickup_by: date | None) -> None:
    holds = LIBRARY.parse_holds(block("Message", Titel="Kanalbau", Status=status)).rows
    assert [(each.state, each.pickup_by) for each in holds] == [(state, pickup_by)]


def test_a_rule_of_lending_is_no_word_that_nothing_is_on_loan() -> None:
    with pytest.raises(LayoutChanged, match="no loans"):
        LIBRARY.parse_loans(tree("<p>Mit abgelaufenem Ausweis können Sie keine Medien ausleihen.</p>"))


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Nach drei falschen Eingaben wird Ihr Ausweis gesperrt.", LoginState.LOGIN_PAGE),
        ("PIN falsch. Nach drei Fehlern wird Ihr Ausweis gesperrt.", LoginState.REFUSED),
    ],
)
def test_a_warning_at_the_form_refuses_nobody(words: str, state: LoginState) -> None:
    assert LIBRARY.parse_login(tree(f"<p>{words}</p>{FORM}")).state is state


def test_the_day_comes_first_in_english_too() -> None:
    zones = Zones(site=Site(base_url="https://katalog.example", today=date(2026, 5, 4), language="en"))
    loans = zones.parse_loans(block("Loans", Title="Canals", Due_date="05/06/2026")).rows
    assert [each.due for each in loans] == [date(2026, 6, 5)]
