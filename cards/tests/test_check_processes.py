"""check_cards as processes against demo libraries: two at once, stopped by signals, killed."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from cards import checking
from cards.models import Card, Check, Run
from cards.tests.processes import ROOT, environment, leases_run_out, no_leases, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts check_cards in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def run(*args: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "check_cards", "--no-mail", *args]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment(), **pipes))
        return started[-1]

    yield run
    for each in started:
        each.kill()
        each.communicate()


def finished(process: subprocess.Popen[str], seconds: float = 60) -> str:
    """What it wrote."""
    return process.communicate(timeout=seconds)[0]


def test_two_at_once_visit_every_card_once_and_no_library_twice_at_once(town, start) -> None:
    sites = town(libraries=3, cards=12)
    one, two = start(), start()
    said = finished(one) + finished(two)
    assert (one.returncode, two.returncode) == (0, 0), said
    for site in sites:
        assert site.seen.right == Counter(dict.fromkeys(site.seen.right, 1))
        assert len(site.seen.right) == 12
        assert site.seen.at_once() == 1
    assert Card.objects.filter(trouble="", snapshot__isnull=False).count() == Check.objects.count() == 36
    assert sum(Run.objects.values_list("checked", flat=True)) == 36
    assert no_leases()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_it_within_seconds_with_what_is_done_saved(town, start, number: int, status: int) -> None:
    (site,) = town(libraries=1, cards=8)
    site.latency = 0.1
    process = start()
    until(lambda: Check.objects.count() >= 2)
    process.send_signal(number)
    began = time.monotonic()
    said = finished(process, 10)
    assert (process.returncode, "Stopped before the end" in said) == (status, True)
    assert time.monotonic() - began < 8
    assert no_leases()
    saved = Check.objects.count()
    assert saved == Run.objects.get().checked == Card.objects.filter(snapshot__isnull=False).count() < 8
    assert Run.objects.get().finished is None
    assert sum(site.seen.right.values()) == saved  # no visit was cut off


def test_a_library_that_hangs_does_not_keep_it_from_stopping(town, start) -> None:
    (site,) = town(libraries=1, cards=2)
    site.mode = "hang"
    process = start()
    until(lambda: bool(site.seen.requests))
    process.terminate()
    finished(process, 10)
    assert process.returncode == 143
    assert no_leases()


def test_killed_between_login_and_save_nothing_is_lost_and_the_next_run_does_the_rest(town, start) -> None:
    (site,) = town(libraries=1, cards=6)
    site.latency = 0.1
    process = start()
    until(lambda: Check.objects.count() >= 1 and sum(site.seen.right.values()) > Check.objects.count())
    process.kill()
    finished(process)
    saved = set(Card.objects.filter(snapshot__isnull=False).values_list("pk", flat=True))
    assert saved
    assert not no_leases()
    leases_run_out()
    site.latency = 0
    finished(start())
    assert Card.objects.filter(trouble="", snapshot__isnull=False).count() == 6
    assert Check.objects.count() == 6
    assert no_leases()


def test_a_process_that_slept_through_its_leases_visits_nothing_and_saves_over_nothing(town, start) -> None:
    (site,) = town(libraries=1, cards=8)
    site.latency = 0.1
    sleeper = start()
    until(lambda: Check.objects.count() >= 2)
    time.sleep(0.15)  # into the next visit: it sleeps there, not in the middle of a query
    sleeper.send_signal(signal.SIGSTOP)
    time.sleep(0.15)
    leases_run_out()
    finished(start())
    done = dict(Card.objects.values_list("pk", "snapshot_at"))
    sleeper.send_signal(signal.SIGCONT)
    finished(sleeper)
    assert None not in done.values()
    assert dict(Card.objects.values_list("pk", "snapshot_at")) == done
    twice = sum(site.seen.right.values()) - 8
    assert twice <= 1  # the visit in which it fell asleep
    assert no_leases()


def test_check_now_answers_at_once_and_a_thread_does_the_rest(town, settings) -> None:
    settings.LIBRARY_ALLOW_PRIVATE = True
    (site,) = town(libraries=1, cards=2)
    site.latency = 0.05
    cards = list(Card.objects.select_related("library"))
    Card.objects.update(next_check_at=timezone.now() + timedelta(hours=3))
    began = time.monotonic()
    assert checking.check_now(cards) == 2
    assert time.monotonic() - began < 0.5
    assert Card.objects.filter(lease_by__isnull=False).count() == 2
    until(lambda: Run.objects.get().finished is not None)
    assert Card.objects.filter(trouble="", snapshot__isnull=False).count() == 2
    assert no_leases()
