"""A visit's deadline holds whatever a site does, at every step between looking up its name and the last byte."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from libraries.errors import SiteUnavailable
from libraries.tests.servers import PAGE, Client, Handler, Request, self_signed, serve
from libraries.web import Connections, Policy, Web

HERE = "127.0.0.1"
SOON = 0.3
HEADER = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"


def visit(connections: Connections | None = None, *, seconds: float = SOON, **more: Any) -> Web:
    connections = connections or Connections(Policy(user_agent="Hippo", allow_private=True))
    return connections.visit({HERE, "elm.example"}, seconds=seconds, **{"secure": False, **more})


@contextmanager
def in_time(seconds: float = SOON) -> Iterator[None]:
    began = time.monotonic()
    with pytest.raises(SiteUnavailable, match="did not answer in time"):
        yield
    assert seconds - 0.05 < time.monotonic() - began < seconds + 2


def body_in_bytes(client: Client, request: Request) -> None:
    client.send(HEADER + b"\r\n")
    client.trickle(b"x" * 1000)


def chunks_in_bytes(client: Client, request: Request) -> None:
    client.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    client.trickle(b"1\r\nx\r\n" * 1000)


SLOW: dict[str, Handler] = {
    "header": lambda client, _: client.trickle(HEADER + b"X: " + b"x" * 1000),
    "continue": lambda client, _: client.trickle(b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "body": body_in_bytes,
    "chunks": chunks_in_bytes,
    "silence": lambda client, _: client.trickle(b"x", pause=9),
}


@pytest.mark.parametrize("handler", SLOW.values(), ids=SLOW)
def test_a_trickle_of_bytes_does_not_hold_a_visit(handler: Handler) -> None:
    with serve(handler) as server, in_time():
        visit().get(server.url)


def test_a_trickle_over_tls_does_not_hold_a_visit_either(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path / "site.pem", HERE)
    connections = Connections(Policy(user_agent="Hippo", allow_private=True, authorities=str(certificate)))
    with serve(body_in_bytes, certificate=certificate) as server, in_time():
        visit(connections, secure=True).get(server.url)


@pytest.mark.parametrize("secure", [False, True])
def test_a_site_that_takes_a_connection_and_says_nothing_is_left(secure: bool) -> None:
    with socket.create_server((HERE, 0)) as listener, in_time():
        visit(secure=secure).get(f"http{'s' * secure}://127.0.0.1:{listener.getsockname()[1]}/")


def test_a_site_that_takes_no_connection_is_left() -> None:
    with socket.socket() as listener:
        listener.bind((HERE, 0))
        listener.listen(0)
        full = [socket.socket() for _ in range(4)]
        for each in full:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        with in_time():
            visit().get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        for each in full:
            each.close()


def test_a_name_that_is_looked_up_for_ever_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hang(*args: Any, **more: Any) -> list[Any]:
        over.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with in_time():
        visit().get("http://elm.example/")
    over.set()


def test_a_name_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **more: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(SiteUnavailable, match=r"the name elm\.example is not known"):
        visit().get("http://elm.example/")


def test_a_site_that_does_not_take_what_is_sent_is_left() -> None:
    with socket.create_server((HERE, 0)) as listener, in_time():
        visit().post(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"x" * 20_000_000)


def test_a_long_silence_ends_a_visit_before_its_deadline() -> None:
    connections = Connections(Policy(user_agent="Hippo", allow_private=True, idle=SOON))
    with serve(SLOW["silence"]) as server, in_time():
        visit(connections, seconds=9).get(server.url)


def late(client: Client, request: Request) -> None:
    if not client.over.wait(0.1):
        client.reply()


def test_the_deadline_covers_the_sum_of_all_requests() -> None:
    with serve(late) as server, visit(seconds=0.5) as web:
        with in_time(0.5):
            for _ in range(100):
                web.get(server.url)
        assert 1 < web.requests < 7
        assert web.deadline_left() == 0


def test_redirects_are_covered_too() -> None:
    def round_and_round(client: Client, request: Request) -> None:
        if not client.over.wait(0.1):
            client.reply(b"", status="302 Found", Location="/")

    with serve(round_and_round) as server, in_time():
        visit().get(server.url)


def test_nothing_is_sent_after_the_deadline() -> None:
    now = [100.0]
    connections = Connections(Policy(user_agent="Hippo", allow_private=True), clock=lambda: now[0])
    with serve(lambda client, _: client.reply()) as server:
        web = visit(connections, seconds=90)
        web.get(server.url)
        now[0] = 150
        assert web.deadline_left() == 40
        now[0] = 190
        with pytest.raises(SiteUnavailable, match="in time"):
            web.get(server.url)
        assert web.deadline_left() == 0
    assert len(server.seen) == 1


def test_a_connection_obeys_the_visit_that_uses_it_not_the_one_that_made_it() -> None:
    connections = Connections(Policy(user_agent="Hippo", allow_private=True))

    def slow_second(client: Client, request: Request) -> None:
        if request.path == "/slow" and client.over.wait(0.5):
            return
        client.reply()

    with serve(slow_second) as server:
        visit(connections, seconds=0.2).get(server.url)
        assert visit(connections, seconds=5).get(server.url + "/slow").body == PAGE
        assert server.connections == 1
        with in_time(0.2):
            visit(connections, seconds=0.2).get(server.url + "/slow")


def test_visits_side_by_side_keep_their_own_deadlines() -> None:
    connections = Connections(Policy(user_agent="Hippo", allow_private=True))

    def slow(client: Client, request: Request) -> None:
        if not client.over.wait(0.5):
            client.reply()

    def ask(seconds: float) -> str:
        try:
            return visit(connections, seconds=seconds).get(server.url).text
        except SiteUnavailable as error:
            return error.kind

    with serve(slow) as server, ThreadPoolExecutor(20) as threads:
        ends = list(threads.map(ask, [0.2, 5] * 10))
    assert ends == ["site_slow", PAGE.decode()] * 10
