"""The demo shows everything, from any state it was left in."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from urllib.request import ProxyHandler, build_opener

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from cards import demo

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py"), "demo"]
HERE = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


def show(folder: Path) -> str:
    command = [*MANAGE, "--no-serve", "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=HERE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the demo says when it is shown a second time, in the folder of the first."""
    folder = tmp_path_factory.mktemp("demo")
    show(folder)
    return show(folder)


def test_it_checks_every_card_once_a_run_and_no_refused_pin_again(shown: str) -> None:
    yesterday, today = shown.partition("Mail: ")[0].split("Today: ")
    assert yesterday.count(": ok, ") == 6
    assert yesterday.count(": login failed") == 1
    assert today.count(": ok, ") == 4
    assert today.count(": site unavailable") == 2
    assert "login failed" not in today


def test_it_mails_each_adult_and_shows_the_first_letter(shown: str) -> None:
    assert re.search(r"Mail: 4 letters lie in \S+mail:", shown)
    letter = shown.split("  | ", 1)[1]
    assert "Bread for people in a hurry" in letter
    assert "The copper orchard" in letter
    assert "PIN" in letter
    assert "Last read 26 hours ago" in letter


def test_it_prints_logins(shown: str) -> None:
    assert re.search(r"sign in as adaeze@demo.example: http://localhost:\d+/sign-in/demo/\S+/", shown)
    assert re.search(rf"as {demo.STAFF[1]}: http://localhost:\d+/sign-in/demo/\S+/", shown)


def test_it_serves_the_site_until_it_is_told_to_stop(tmp_path: Path) -> None:
    wanted = demo.free_port(8700)
    env = {**HERE, "PORT": str(wanted), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*MANAGE, "--folder", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env
    ) as process:
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        address = re.search(r"The site: (http://localhost:\d+)", "".join(said))
        assert address, "".join(said)
        assert wait_for(address[1] + "/healthz") == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def wait_for(address: str) -> int:
    """The status there, once somebody answers."""
    until = monotonic() + 10
    while True:
        try:
            with build_opener(ProxyHandler({})).open(address, timeout=5) as answer:
                return int(answer.status)
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.1)


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert demo.free_port(port) > port


def test_it_refuses_to_run_where_real_people_are(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=1"):
        call_command("demo")
