"""The Procfile for real: released and served by honcho on PORT, asked as a proxy would ask, ended by SIGTERM."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "library.example.org"
BEHIND_PROXY = {"Host": HOST, "X-Forwarded-Proto": "https"}

pytestmark = [
    pytest.mark.hosting,
    pytest.mark.skipif("HOSTING_DATABASE_URL" not in os.environ, reason="needs a database of its own"),
]


def environment(port: int) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SECRET_KEY": "for this test only, and long enough for Django's own check of it",
        "CARD_KEYS": "for-this-test-only-it-seals-nothing-real",
        "SITE_URL": f"https://{HOST}",
        "STAFF_EMAILS": "ann@example.org",
        "EMAIL_HOST": "localhost",
        "DATABASE_URL": os.environ["HOSTING_DATABASE_URL"],
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def ask(port: int, path: str, headers: dict[str, str]) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def wait_until_served(port: int) -> None:
    for _ in range(100):
        try:
            ask(port, "/healthz", BEHIND_PROXY)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nothing is served after ten seconds")


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[int, subprocess.Popen[str]]]:
    port = free_port()
    honcho = [sys.executable, "-m", "honcho", "--env", os.devnull]
    manage = [sys.executable, "manage.py"]
    for command in ([*manage, "collectstatic", "--noinput", "-v0"], [*honcho, "run", "sh", "-c", line_of("release")]):
        subprocess.run(command, cwd=ROOT, env=environment(port), check=True, timeout=120)
    process = subprocess.Popen(
        [*honcho, "start", "--port", str(port), "web"],
        cwd=ROOT,
        env=environment(port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_served(port)
        yield port, process
    finally:
        process.kill()
        process.wait()


def line_of(kind: str) -> str:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith(f"{kind}:"))


def test_it_is_served_ended_and_tells_nobodys_secrets(served: tuple[int, subprocess.Popen[str]]) -> None:
    port, process = served
    assert ask(port, "/healthz", {"Host": HOST}).read() == b"ok\n"
    assert ask(port, "/healthz?runs=1", BEHIND_PROXY).status == 503
    assert ask(port, "/healthz", {"Host": "elsewhere.example"}).status == 400
    assert (
        ask(port, "/admin/login/?next=/hush", {"Host": HOST}).getheader("Location", "").startswith(f"https://{HOST}/")
    )
    page = ask(port, "/sign-in/?next=/hush", BEHIND_PROXY)
    assert page.status == 200
    assert "max-age" in page.getheader("Strict-Transport-Security", "")
    assert page.getheader("Referrer-Policy") == "same-origin"
    assert "secure" in page.getheader("Set-Cookie", "").lower()
    style = next(
        word for word in page.read().decode().split('"') if word.startswith("/static/") and word.endswith(".css")
    )
    kept = ask(port, style, BEHIND_PROXY).getheader("Cache-Control", "")
    assert "immutable" in kept
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert time.monotonic() - began < 25
    assert "hush" not in said
