"""SIP2 over real sockets: what is asked, what is repeated, and what never is."""

from datetime import date
from pathlib import Path

import pytest

from libraries.account import AccountSnapshot, HoldState, Login
from libraries.errors import (
    BadCertificate,
    CheckError,
    LayoutChanged,
    LoginFailed,
    Misconfigured,
    PatronMustAct,
    SiteFailing,
    SiteTooSlow,
    SiteUnavailable,
)
from libraries.fetch import build_adapter, fetch_account
from libraries.sip2 import items
from libraries.sip2.items import Item, fee, item, stamp
from libraries.sip2.message import checksum, decoded, intact, read
from libraries.site import Site
from libraries.tests.servers import self_signed
from libraries.tests.sip2_server import NUMBER, PIN, Terminal, framed, serve_sip2
from libraries.web import Connections, Policy

UNREAD = b"96AZ" + checksum(b"96AZ") + b"\r"
MIRA = Login(number=NUMBER, pin=PIN)


def visit(terminal: Terminal, login: Login = MIRA, *, seconds: float = 5, **options: object) -> AccountSnapshot:
    given = {"base_url": "https://library.example", "server": f"127.0.0.1:{terminal.port}", "tls": False, **options}
    authorities = given.pop("authorities", None)
    adapter = build_adapter("sip2", given, today=date(2026, 5, 4))
    policy = Policy(user_agent="test", allow_private=True, authorities=str(authorities) if authorities else None)
    web = Connections(policy).visit(adapter.site.hosts_allowed, secure=adapter.site.secure, seconds=seconds)
    return fetch_account(adapter, login, web)


def test_a_visit_asks_for_every_list_and_item_and_says_goodbye() -> None:
    with serve_sip2() as terminal:
        account = visit(terminal, user="hippo", password="sesame")
    assert [(each.title, each.due) for each in account.loans or ()] == [
        ("The Lanternkeeper's Atlas", date(2026, 5, 18)),
        ("Six Ways Across the Fen", date(2026, 5, 18)),
    ]
    assert [(each.id, each.state) for each in account.holds or ()] == [("39007001000044", HoldState.UNKNOWN)]
    assert terminal.codes() == ["93", "99", *["63"] * 6, *["17"] * 3, "35"]
    assert "AOELM|" in terminal.heard[2]
    assert not account.incomplete


def test_a_server_that_gives_a_few_items_at_a_time_is_asked_for_the_rest() -> None:
    with serve_sip2(page=1) as terminal:
        assert len(visit(terminal).loans or ()) == 2
    assert any("BP2|BQ2|" in each for each in terminal.heard)


def test_a_wrong_pin_is_sent_once() -> None:
    with serve_sip2() as terminal, pytest.raises(LoginFailed, match=r"^That PIN is wrong\.$"):
        visit(terminal, Login(number=NUMBER, pin="0000"))
    assert sum("0000|" in each for each in terminal.heard) == 1
    assert "35" not in terminal.codes()


def test_what_the_server_could_not_read_is_sent_again() -> None:
    with serve_sip2(UNREAD, UNREAD) as terminal:
        assert len(visit(terminal).loans or ()) == 2
    assert terminal.codes()[:4] == ["99", "99", "99", "63"]
    assert terminal.heard[0] == terminal.heard[1]


def test_an_answer_that_was_garbled_is_asked_for_again_without_repeating_the_question() -> None:
    whole = framed("98YYYNYN60000320260504    1015002.00AOELM|")
    with serve_sip2(whole.replace(b"ELM", b"OAK")) as terminal:
        assert len(visit(terminal).loans or ()) == 2
    assert terminal.codes()[:3] == ["99", "97", "63"]
    assert "AY" not in terminal.heard[1]


def test_a_late_answer_to_an_earlier_question_is_passed_over() -> None:
    late = framed("98NYYNYN60000320260504    1015002.00AOOAK|", "7")
    ours = framed("98YYYNYN60000320260504    1015002.00AOELM|", "0")
    with serve_sip2(late + b"\n" + ours) as terminal:
        assert len(visit(terminal).loans or ()) == 2
    assert "AOELM|" in terminal.heard[1]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (UNREAD * 3, SiteFailing),
        (b"\r\n", SiteTooSlow),
        (b"941\r", LayoutChanged),
        (b"x" * (2**20 + 100_000), LayoutChanged),
        (framed("98NYYNYN60000320260504    1015002.00AOELM|"), SiteUnavailable),
    ],
    ids=["never understood", "silent", "another answer", "endless", "off-line"],
)
def test_a_server_that_does_not_play_along_is_named(fault: bytes, error: type[CheckError]) -> None:
    with serve_sip2(fault) as terminal, pytest.raises(error):
        visit(terminal, seconds=0.5 if error is SiteTooSlow else 30)
    assert "63" not in terminal.codes()


def test_over_tls_the_server_must_prove_who_it_is(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path / "server.pem", "127.0.0.1")
    with serve_sip2(certificate=certificate) as terminal:
        assert len(visit(terminal, tls=True, authorities=certificate).loans or ()) == 2
        with pytest.raises(BadCertificate):
            visit(terminal, tls=True)


def test_a_number_that_would_end_its_field_is_not_sent() -> None:
    with serve_sip2() as terminal, pytest.raises(PatronMustAct):
        visit(terminal, Login(number=f"{NUMBER}|AD1234", pin=PIN))
    assert "63" not in terminal.codes()


@pytest.mark.parametrize("options", [{"server": "sip.example:port"}, {"encoding": "klingon"}])
def test_options_that_cannot_be_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        build_adapter("sip2", {"base_url": "https://library.example", **options})


def test_a_checksum_of_noughts_is_none() -> None:
    assert intact(b"941AY0AZ0000")
    assert not intact(b"941AY0AZ0001")
    assert intact(b"9300CNhippo|AY0AZ" + checksum(b"9300CNhippo|AY0AZ"))
    assert intact(b"941")


def test_text_is_read_in_whichever_encoding_it_fits() -> None:
    for encoding in ("utf-8", "cp850", "latin-1"):
        assert decoded("Renée".encode(encoding), None) == "Renée"
    assert decoded("Straße".encode("cp850"), "cp850") == "Straße"
    assert decoded("l\u2019été \u2013 Müller".encode("cp1252"), None) == "l\u2019été \u2013 Müller"
    assert decoded("KJÆR, où ça".encode("cp850"), None) == "KJÆR, où ça"


def test_a_message_that_was_cut_short_is_none() -> None:
    with pytest.raises(LayoutChanged, match="cut short"):
        read(b"941AY0AZFDF", None)
    assert read(b"941\r", None).fixed == "1"


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("39007001000011", Item("39007001000011", "39007001000011", None, None)),
        ("T 12345", Item("T 12345", "T 12345", None, None)),
        ("39 Doors", Item("39 Doors", None, "39 Doors", None)),
        ("300711 Tides 05/18/2026", Item("300711 Tides 05/18/2026", "300711", "Tides", "05/18/2026")),
        ("300711 Tides 5/18/2026 23:59", Item("300711 Tides 5/18/2026 23:59", "300711", "Tides", "5/18/2026 23:59")),
        ("Catch-22: a novel", Item("Catch-22: a novel", None, "Catch-22: a novel", None)),
    ],
)
def test_items_are_written_in_several_ways(text: str, read_as: Item) -> None:
    assert item(text) == read_as


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("05/18/2026,23:59", (date(2026, 5, 18), None)),
        ("202605180000235900", (date(2026, 5, 18), None)),
        ("2026-05-18 12:00:00 AM", (date(2026, 5, 18), None)),
        ("00000000    000000", (None, None)),
        ("99991231    235900", (None, None)),
        ("Overdue", (None, "Overdue")),
    ],
)
def test_a_due_date_is_free_text_and_may_stand_for_none(said: str, due: tuple[date | None, str | None]) -> None:
    assert items.due(Site(base_url="https://library.example", today=date(2026, 5, 4)), said) == due


def test_dates_and_fines_are_free_text() -> None:
    assert stamp("20260518 235900") == "2026-05-18T23:59:00"
    assert stamp("20260519   Z035900") == "2026-05-19T03:59:00Z"
    assert stamp("05-18-26") == "05-18-26"
    assert fee("Please see the desk", None) is None
    assert str(fee('9 $12.50 "Lost" Atlas', None).amount) == "12.50"  # type: ignore[union-attr]
