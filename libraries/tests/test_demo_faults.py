"""A demo site fails as it is told to, keeps its journal, and starts and stops quickly."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from time import monotonic

import pytest

from libraries.demo import DemoSite, Fault, Mode, families, patrons
from libraries.tests.browser import Browser, order

TODAY = date(2026, 11, 22)
DOOR = "/iii/cas/login?service=http%3A%2F%2Fx%2Fpatroninfo~S3%2Fj_acegi_cas_security_check&lang=eng&scope=3"


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite.webpac(patrons(1, today=TODAY, loans=3, holds=2), today=lambda: TODAY) as running:
        yield running


def ask(site: DemoSite, path: str = DOOR, timeout: float = 5) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("mode", "status", "words"),
    [
        (Mode.ERROR, 500, b"Internal Server Error"),
        (Mode.MAINTENANCE, 503, b"maintenance"),
        (Mode.MAINTENANCE_OK, 200, b"maintenance"),
        (Mode.BOT_WALL, 403, b"Checking your browser"),
        (Mode.BOT_WALL_OK, 200, b"Checking your browser"),
        (Mode.TOO_MANY, 429, b"Too many"),
        (Mode.REDESIGNED, 200, b'id="sign-in"'),
    ],
)
def test_each_mode_has_its_page(site: DemoSite, mode: Mode, status: int, words: bytes) -> None:
    site.mode = mode
    answer, body = ask(site)
    assert answer.status == status
    assert words in body


def test_a_site_that_is_down_closes_the_connection_without_a_word(site: DemoSite) -> None:
    site.mode = Mode.DOWN
    with pytest.raises((HTTPException, OSError)):
        ask(site)


def test_a_stopped_site_refuses_connections_and_can_come_back_at_its_address(site: DemoSite) -> None:
    address = site.url
    site.stop()
    with pytest.raises(ConnectionRefusedError):
        ask(site)
    assert site.start().url == address
    assert ask(site)[0].status == 200


def test_a_truncated_page_ends_early_in_good_order(site: DemoSite) -> None:
    whole = ask(site)[1]
    site.fault = Fault(mode=Mode.TRUNCATED, fraction=0.25)
    answer, body = ask(site)
    assert int(answer.headers["Content-Length"]) == len(body)
    assert abs(len(body) - len(whole) // 4) < 3


def test_a_cut_page_ends_before_its_stated_length(site: DemoSite) -> None:
    site.mode = Mode.CUT
    with pytest.raises((IncompleteRead, ConnectionError)):
        ask(site)


def test_a_trickling_site_sends_a_byte_at_a_time(site: DemoSite) -> None:
    site.fault = Fault(mode=Mode.TRICKLE, pace=0.05)
    with socket.create_connection(("127.0.0.1", site.port)) as line:
        line.sendall(f"GET {DOOR} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        began, got = monotonic(), b""
        while monotonic() - began < 0.3:
            got += line.recv(4096)
    assert 0 < len(got.partition(b"\r\n\r\n")[2]) < 10


def test_latency_is_waited_before_each_answer(site: DemoSite) -> None:
    site.latency = 0.1
    began = monotonic()
    ask(site)
    assert monotonic() - began >= 0.1


def test_a_hanging_site_does_not_keep_us_from_stopping_it(site: DemoSite) -> None:
    site.mode = Mode.HANG
    with pytest.raises(TimeoutError):
        ask(site, timeout=0.2)
    began = monotonic()
    site.stop()
    assert monotonic() - began < 1


def test_a_fault_may_concern_some_paths_only(site: DemoSite) -> None:
    site.fault = Fault(mode=Mode.ERROR, paths="/holds$")
    assert ask(site)[0].status == 200
    assert ask(site, "/patroninfo~S3/1/holds")[0].status == 500


def test_lists_that_lack_a_row_still_state_their_count(site: DemoSite) -> None:
    (patron,) = site.patrons.everyone()
    browser = Browser(site.url)
    browser.go(DOOR)
    browser.send_form(name=patron.name, code=patron.number, pin=patron.pin)
    site.mode = Mode.MISCOUNTED
    page = browser.go(f"/patroninfo~S3/{patron.id}/items")
    assert "3 ITEMS CHECKED OUT" in page
    assert page.count('<tr class="patFuncEntry">') == 2


def test_another_process_sets_the_mode_and_reads_the_journal_even_while_the_site_is_down(site: DemoSite) -> None:
    assert order(site, "mode", {"mode": "down", "latency": 0})["fault"]["mode"] == "down"
    assert site.mode is Mode.DOWN
    assert order(site, "seen")["requests"] == 0
    assert order(site, "mode", {"mode": "up"})["fault"]["mode"] == "up"
    ask(site)
    assert order(site, "seen")["visits"] == 1
    assert order(site, "forget", {})["visits"] == 0


def test_visits_one_after_the_other_are_never_two_at_once(site: DemoSite) -> None:
    for _ in range(5):
        browser = Browser(site.url)
        browser.go(DOOR)
        browser.go("/logout~S3?")
    assert len(site.seen.visits()) == 5
    assert site.seen.at_once() == 1


def test_visits_that_overlap_are_counted(site: DemoSite) -> None:
    one, other = Browser(site.url), Browser(site.url)
    one.go(DOOR)
    other.go(DOOR.replace("S3", "S2"))
    one.go(DOOR)
    other.go("/logout~S2?")
    assert site.seen.at_once() == 2
    assert site.seen.at_once("3") == site.seen.at_once("2") == 1


def test_connections_are_kept_alive_and_quick(site: DemoSite) -> None:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=5)
    connection.connect()
    first, began = connection.sock, monotonic()
    for _ in range(200):
        connection.request("GET", DOOR)
        connection.getresponse().read()
    seconds = monotonic() - began
    assert connection.sock is first
    connection.close()
    assert seconds < 4, f"200 requests took {seconds:.1f} s: is Nagle's algorithm at work?"


def test_twenty_visitors_at_a_time_are_served(site: DemoSite) -> None:
    with ThreadPoolExecutor(20) as pool:
        assert {answer.status for answer, _ in pool.map(lambda _: ask(site), range(100))} == {200}


def test_the_same_seed_makes_the_same_crowd_and_every_card_differs() -> None:
    crowd = patrons(500, seed=7, today=TODAY)
    assert crowd == patrons(500, seed=7, today=TODAY)
    assert crowd != patrons(500, seed=8, today=TODAY)
    assert len({each.number for each in crowd}) == len({each.id for each in crowd}) == 500
    assert len({lent.barcode for each in crowd for lent in each.loans}) == sum(len(each.loans) for each in crowd)


def test_the_families_have_cards_at_all_three_libraries_and_one_wrong_pin() -> None:
    both = families(TODAY)
    assert len(both) == 2
    for family in both:
        assert len({card.library for card in family.cards}) == 3
    cards = [card for family in both for card in family.cards]
    assert len([card for card in cards if card.pin_given != card.patron.pin]) == 1
    assert len({card.patron.number for card in cards}) == len(cards)


def test_sites_run_as_a_process_of_their_own() -> None:
    command = [sys.executable, "-m", "libraries.demo", "--webpac", "0", "--enterprise", "0", "--patrons", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        where = json.loads(process.stdout.readline())
        pages = [Browser(where[kind][0]).go("/") for kind in ("webpac", "enterprise")]
        process.terminate()
        assert process.wait(5) == 0
    assert "demo catalogue" in pages[0]
    assert "Log In" in pages[1]
