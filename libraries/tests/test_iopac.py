"""What iOPAC's tables may look like in libraries that arranged them otherwise."""

from datetime import date

import pytest

from libraries import page
from libraries.account import HoldState
from libraries.site import Site
from libraries.systems.iopac import IOpac

LIBRARY = IOpac(site=Site(base_url="https://iopac.example", today=date(2026, 5, 4), language="de", currency="EUR"))


def table(anchor: str, heads: str, *rows: str) -> bytes:
    head = "".join(f"<th>{each}</th>" for each in heads.split("|"))
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in each.split('|'))}</tr>" for each in rows)
    return f"<html><body><a name='{anchor}'></a><table><tr>{head}</tr>{body}</table></body></html>".encode()


@pytest.mark.parametrize(
    ("head", "words", "state"),
    [
        ("Voraussichtlich bereit am", "", HoldState.READY),
        ("Voraussichtlich bereit am", "12.06.2026", HoldState.WAITING),
        ("Bereit seit", "", HoldState.WAITING),
        ("Bereit seit", "02.05.2026", HoldState.READY),
        ("Abholbar bis", "", HoldState.WAITING),
        ("Abholbar bis", "12.05.2026", HoldState.READY),
    ],
)
def test_an_empty_cell_says_ready_only_below_the_day_on_which_it_is_to_be(
    head: str, words: str, state: HoldState
) -> None:
    holds = LIBRARY.parse_holds(page.html(table("RES", f"Titel|{head}", f"Kanalbau|{words}")))
    assert [each.state for each in holds.rows] == [state]


def test_a_note_across_the_table_is_no_loan_and_a_link_to_the_record_renews_nothing() -> None:
    title = '<a href="/cgi-bin/di.exe?mode=4&mednr=12">Kanalbau</a>'
    shown = table("AUS", "Titel|Leihfrist von|Leihfrist bis", f"{title}|01.04.2026|12.05.2026").replace(
        b"</table>", b'<tr><td colspan="3">Zum Verl&auml;ngern ausw&auml;hlen</td></tr></table>'
    )
    loans = LIBRARY.parse_loans(page.html(shown)).rows
    assert [(each.title, each.due, each.renewable) for each in loans] == [("Kanalbau", date(2026, 5, 12), None)]
