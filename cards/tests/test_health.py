"""The health page: what it answers, and how little it tells."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, InterfaceError
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from cards.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[DatabaseError, InterfaceError])
def dead_database(request: pytest.FixtureRequest) -> Iterator[None]:
    with patch.object(CursorWrapper, "execute", side_effect=request.param("password=hush")):
        yield


def run(hours_ago: float, trigger: str = Run.Trigger.COMMAND) -> None:
    when = now() - timedelta(hours=hours_ago)
    Run.objects.create(trigger=trigger, began=when, finished=when)


def test_a_healthy_site_says_ok_and_nothing_else(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.usefixtures("dead_database")
@pytest.mark.parametrize("query", ["", "?runs=1"])
def test_a_dead_database_is_503_without_a_word_why(client: Client, query: str) -> None:
    answer = client.get(f"/healthz{query}")
    assert (answer.status_code, answer.content) == (503, b"not ok\n")


def test_runs_are_asked_for_only_when_named(client: Client) -> None:
    assert client.get("/healthz?runs=1").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_run_within_the_hours_is_enough(client: Client, settings: Settings) -> None:
    run(hours_ago=25)
    assert client.get("/healthz?runs=1").status_code == 200
    settings.RUNS_WITHIN_HOURS = 24
    assert client.get("/healthz?runs=1").status_code == 503


def test_somebodys_check_now_and_an_unfinished_run_do_not_count(client: Client) -> None:
    run(hours_ago=1, trigger=Run.Trigger.PAGE)
    Run.objects.create(began=now())
    assert client.get("/healthz?runs=1").status_code == 503


def test_a_platform_may_ask_over_plain_http(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/admin/").status_code == 301


def test_nobody_can_post_to_it(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
