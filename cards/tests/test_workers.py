"""Celery workers for real, on the Redis of this machine: each library sees one visit at a time, and nothing is lost."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from celery import Celery
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from cards import broker
from cards.checking import check_now
from cards.models import Card, Check, Library, Run
from cards.tests.processes import ROOT, environment, leases_run_out, no_leases, until

pytestmark = pytest.mark.django_db(transaction=True)
FIRST_DB, DBS = 8, 8  # of Redis: not those that somebody may use


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A broker of this test's own."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = f"redis://127.0.0.1:6379/{FIRST_DB + int(number) % DBS}"
    client = Redis.from_url(url)
    try:
        client.flushdb()
    except RedisError:
        pytest.skip("no Redis at 127.0.0.1:6379")
    yield url
    client.flushdb()
    client.close()


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(redis_url: str) -> Iterator[Start]:
    """Starts Python with these arguments, led to the test's database and broker."""
    started: list[subprocess.Popen[str]] = []

    def run(*args: str) -> subprocess.Popen[str]:
        own = environment() | {"CELERY_BROKER_URL": redis_url, "LOG_LEVEL": "INFO"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        started.append(subprocess.Popen([sys.executable, *args], cwd=ROOT, env=own, **pipes))
        return started[-1]

    yield run
    for each in started:
        each.kill()
        each.communicate()


@pytest.fixture
def worker(start: Start) -> Callable[[], "subprocess.Popen[str]"]:
    """Starts a worker as the Procfile does."""
    quick = ("--without-gossip", "--without-mingle", "--concurrency", "4")
    return lambda: start("-m", "celery", "-A", "libraryhippo", "worker", "--pool", "threads", *quick)


@pytest.fixture
def enqueue(start: Start) -> Callable[[], "subprocess.Popen[str]"]:
    return lambda: start("manage.py", "check_cards", "--enqueue", "--no-mail")


def ended(process: "subprocess.Popen[str]") -> str:
    """What it wrote, once it ended well."""
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said
    return said


def all_read(cards: int) -> bool:
    return Card.objects.filter(trouble="", snapshot__isnull=False).count() == cards and no_leases()


def test_two_workers_and_commands_on_several_machines_visit_each_card_once(town, worker, enqueue, start) -> None:
    sites = town(libraries=3, cards=8)
    Library.objects.filter(name="Library 1").update(side_by_side=2)
    worker(), worker()
    commands = [enqueue(), enqueue(), start("manage.py", "check_cards", "--no-mail"), enqueue()]
    for each in commands:
        ended(each)
    until(lambda: all_read(24), 60)
    for site, limit in zip(sites, (2, 1, 1), strict=True):
        assert site.seen.right == Counter(dict.fromkeys(site.seen.right, 1))
        assert site.seen.at_once() <= limit
    assert Check.objects.count() == 24
    until(lambda: not Run.objects.filter(finished=None).exists())


def test_what_a_killed_worker_held_is_visited_once_its_leases_run_out(town, worker, enqueue) -> None:
    (site,) = town(libraries=1, cards=8)
    site.latency = 0.1
    doomed = worker()
    ended(enqueue())
    until(lambda: Check.objects.count() >= 2, 60)
    doomed.kill()
    doomed.wait()
    saved = Check.objects.count()
    assert saved < 8
    assert not no_leases()
    worker()
    said = ended(enqueue())
    assert "0 lanes" in said  # the lease still stands: the dead worker's visit may be under way
    leases_run_out()
    site.latency = 0
    assert "1 lane," in ended(enqueue())
    until(lambda: all_read(8), 60)
    assert sum(site.seen.right.values()) <= 9  # the visit whose outcome was lost
    assert site.seen.at_once() == 1


def test_a_worker_that_is_told_to_stop_ends_within_seconds_and_hands_its_lane_on(town, worker, enqueue) -> None:
    (site,) = town(libraries=1, cards=10)
    site.latency = 0.1
    first = worker()
    ended(enqueue())
    until(lambda: Check.objects.count() >= 2, 60)
    first.send_signal(signal.SIGTERM)
    ended(first)
    assert no_leases()
    assert Check.objects.count() < 10
    site.latency = 0
    worker()  # and nobody enqueues again
    until(lambda: all_read(10), 60)
    assert sum(site.seen.right.values()) == 10
    until(lambda: Run.objects.get().finished is not None)
    assert Run.objects.get().checked == 10


@pytest.fixture
def app(redis_url: str, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process sends to that broker too, as the web process does."""
    settings.CELERY_BROKER_URL, settings.LIBRARY_ALLOW_PRIVATE = redis_url, True
    monkeypatch.setattr(broker, "_seen", [])
    ours = Celery("tests", broker=redis_url)
    ours.set_current()
    yield
    ours.close()


@pytest.mark.parametrize("there", [True, False])
def test_check_now_uses_a_worker_if_there_is_one(town, worker, app: None, there: bool) -> None:
    (site,) = town(libraries=1, cards=1)
    Card.objects.update(next_check_at=timezone.now() + timedelta(hours=3))
    if there:
        worker()
        until(broker.worker_answers, 60)
    assert check_now(Card.objects.select_related("library")) == 1
    until(lambda: all_read(1), 60)
    until(lambda: Run.objects.get().finished is not None)
    assert site.seen.right.total() == 1
    assert Run.objects.get().parts == 0
