"""The heartbeat after a good run."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django import Settings

from cards.heartbeat import beat


class Listener(BaseHTTPRequestHandler):
    """Answers 200 below /alive, 500 elsewhere, and remembers what was asked for."""

    heard: list[str]

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_response(200 if self.path.startswith("/alive") else 500)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    Listener.heard = []
    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_it_is_heard(listener: HTTPServer, settings: Settings) -> None:
    settings.HEARTBEAT_URL = f"http://127.0.0.1:{listener.server_port}/alive/key-of-ours"
    assert beat()
    assert Listener.heard == ["/alive/key-of-ours"]


def test_a_service_that_fails_is_logged_without_its_address(
    listener: HTTPServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.HEARTBEAT_URL = f"http://127.0.0.1:{listener.server_port}/gone/key-of-ours"
    with caplog.at_level(logging.WARNING):
        assert not beat()
    assert "was not heard" in caplog.text
    assert "key-of-ours" not in caplog.text


def test_a_dead_service_does_not_stop_a_run(settings: Settings) -> None:
    settings.HEARTBEAT_URL = "http://127.0.0.1:9/alive"
    assert not beat()


def test_without_an_address_nothing_is_sent(settings: Settings) -> None:
    settings.HEARTBEAT_URL = ""
    assert not beat()
