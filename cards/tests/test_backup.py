"""A backup restored into an empty database goes on with the work; without its key it says so, and loses nothing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from cards.tests.processes import ROOT, database_url, environment
from libraries.demo import DemoSite, patrons

needs_postgres = [
    pytest.mark.skipif(not settings.DATABASE_URL.startswith("postgres"), reason="needs DATABASE_URL of PostgreSQL"),
    pytest.mark.skipif(not shutil.which("pg_dump"), reason="needs pg_dump"),
]
pytestmark = [pytest.mark.django_db(transaction=True), *needs_postgres]


@pytest.fixture
def restored(tmp_path: Path, site: DemoSite) -> Iterator[str]:
    """A fresh database, restored from a dump of the test's own, as the README says."""
    dump, name = tmp_path / "backup.dump", f"restored_{os.getpid()}"
    own, admin = database_url(), urlsplit(database_url())._replace(path="/postgres").geturl()
    fresh = urlsplit(own)._replace(path=f"/{name}").geturl()
    subprocess.run(["pg_dump", "--format=custom", "--no-owner", f"--file={dump}", own], check=True)
    subprocess.run(["psql", "-q", admin, "-c", f'CREATE DATABASE "{name}"'], check=True)
    try:
        subprocess.run(["pg_restore", "--no-owner", f"--dbname={fresh}", str(dump)], check=True)
        yield fresh
    finally:
        subprocess.run(["psql", "-q", admin, "-c", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'], check=True)


@pytest.fixture
def site(make_library: Callable[..., Any], make_card: Callable[..., Any]) -> Iterator[DemoSite]:
    """A library with two cards of ours."""
    crowd = patrons(2, today=timezone.localdate(), loans=2, holds=1)
    with DemoSite.webpac(crowd) as running:
        library = make_library("Elm Park", options={"base_url": running.url, "dates": "mdy"})
        for each in crowd:
            make_card(number=each.number, pin=each.pin, patron_name=each.name, library=library)
        yield running


def manage(url: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**environment(), "DATABASE_URL": url, **more}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_work_goes_on_in_a_restored_database(restored: str) -> None:
    assert connection.settings_dict["NAME"] not in restored
    assert manage(restored, "migrate", "--check").returncode == 0
    done = manage(restored, "check_cards", "--no-mail")
    assert done.returncode == 0, done.stderr
    assert "2 checked, 2 ok, 0 failed" in done.stdout


def test_a_backup_without_its_key_says_so_and_stays_as_it_is(restored: str) -> None:
    lost = {"CARD_KEYS": "another key than the one that sealed them"}
    said = manage(restored, "rotate_card_keys", **lost)
    assert said.returncode == 1
    assert "Keep every key, find the missing one" in said.stdout
    checked = manage(restored, "check_cards", "--no-mail", **lost)
    assert checked.returncode == 1
    assert "misconfigured" in checked.stdout
    found = manage(restored, "rotate_card_keys")
    assert found.returncode == 0
    assert "2 were already sealed by the first key" in found.stdout
