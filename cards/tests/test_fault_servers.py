"""PostgreSQL, Redis, a worker, the mail server killed (-9) at work: nothing is lost, and libraries notice nothing."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import count
from typing import Any

import dj_database_url
import pytest
from celery import Celery
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.utils import load_backend
from django.utils.timezone import now

from cards import handing, sending, telling
from cards.models import Card, Check, Letter, User
from cards.tests.clusters import ROOT, Missing, Postgres, PostOffice, RedisServer, Server, kill, running
from cards.tests.mornings import READY
from cards.tests.processes import environment, leases_run_out, no_leases, until
from libraries.demo import DemoSite

pytestmark = pytest.mark.django_db(transaction=True)
CARDS, PEOPLE = 8, 3
WORKER = ("-m", "celery", "-A", "libraryhippo", "worker", "--pool", "threads", "--without-gossip", "--without-mingle")
PATIENCE = 60  # seconds
Started = "subprocess.Popen[str]"
Start = Callable[..., Started]


def started(kind: type[Server]) -> Iterator[Any]:
    """A server of the test's own; where it is not installed, the test is skipped."""
    try:
        with running(kind) as server:
            yield server
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    yield from started(Postgres)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    yield from started(RedisServer)


@pytest.fixture
def post() -> Iterator[PostOffice]:
    yield from started(PostOffice)


@pytest.fixture(scope="module")
def migrated(cluster: Postgres, django_db_setup: None, django_db_blocker: Any) -> str:
    """A database there with our tables, to make others from."""
    cluster.do("CREATE DATABASE migrated")
    with django_db_blocker.unblock():
        own = connections["default"]
        lead_to(cluster.url("migrated"))
        call_command("migrate", verbosity=0)
        connection.close()
        connections["default"] = own
    return "migrated"


def lead_to(url: str) -> None:
    """From now on, this test's database is that one."""
    settings = {**connections.settings["default"], "OPTIONS": {}, **dj_database_url.parse(url)}
    connections["default"] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")


@pytest.fixture
def postgres(cluster: Postgres, migrated: str, transactional_db: None) -> Iterator[Postgres]:
    """A cluster to kill, and a database in it that is this test's."""
    cluster.do("DROP DATABASE IF EXISTS test")
    cluster.do(f"CREATE DATABASE test TEMPLATE {migrated}")
    own = connections["default"]
    lead_to(cluster.url("test"))
    yield cluster
    connection.close()
    connections["default"] = own


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python with these arguments, led to the test's servers."""
    processes: list[Any] = []

    def run(*args: str, **variables: str) -> Started:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        own = environment() | {"LOG_LEVEL": "ERROR"} | variables
        processes.append(subprocess.Popen([sys.executable, *args], cwd=ROOT, env=own, **pipes))
        return processes[-1]

    yield run
    for each in processes:
        kill(each)
        each.stdout.close()


def ended(process: Started, status: int = 0) -> str:
    """What it wrote."""
    said = process.communicate(timeout=60)[0]
    assert process.returncode == status, said
    return said


@pytest.fixture
def site(town, make_family, make_user) -> DemoSite:
    """A library whose cards belong to a family of some who read their mail at once. It takes its time."""
    (site,) = town(libraries=1, cards=CARDS)
    people = [make_user(mail_hour=0, days_ahead=28) for _ in range(PEOPLE)]
    Card.objects.update(family=make_family(people=people))
    site.latency = 0.05
    return site


def all_read() -> bool:
    """Whether every card has its snapshot, and nobody holds any."""
    return Card.objects.filter(trouble="", snapshot__isnull=False).count() == CARDS and no_leases()


def at_work() -> bool:
    """Whether some cards were read, and others not."""
    return 2 <= Check.objects.count() < CARDS


def visited_in_order(site: DemoSite, more: int) -> bool:
    """Whether each card was visited once, but for so many visits that were lost; and never two at once."""
    return site.seen.at_once() == 1 and len(site.seen.right) == CARDS and site.seen.right.total() <= CARDS + more


def everybody_has_one_letter(post: PostOffice) -> bool:
    """Whether each person got their mail, perhaps twice, but then as the same letter."""
    told = Counter(to for to, _ in post.letters())
    return told == Counter(User.objects.values_list("email", flat=True)) and not unsent()


def everybody_is_told_by_now(enqueue: Callable[[], str], post: PostOffice) -> bool:
    """As the scheduler does: asks again and again."""
    enqueue()
    time.sleep(1)
    return everybody_has_one_letter(post)


def unsent() -> bool:
    return Letter.objects.filter(sent=None).exists()


def mailed_by(post: PostOffice) -> dict[str, str]:
    return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(post.port)}


def test_postgresql_killed_during_a_run_is_said_and_the_next_run_does_the_rest(postgres, site, start, post) -> None:
    run = start("manage.py", "check_cards", **mailed_by(post))
    until(at_work, PATIENCE)
    postgres.kill()
    said = ended(run, 1)
    assert "The database cannot be used" in said
    assert "Traceback" not in said
    postgres.start()
    connection.close()
    saved = Check.objects.count()
    assert saved == Card.objects.exclude(snapshot=None).count() < CARDS
    leases_run_out()
    assert f"{CARDS - saved} checked" in ended(start("manage.py", "check_cards", **mailed_by(post)))
    assert all_read()
    assert visited_in_order(site, more=2)
    assert everybody_has_one_letter(post)


@pytest.fixture
def enqueue(redis: RedisServer, settings: Any) -> Iterator[Callable[[], str]]:
    """check_cards --enqueue, from this process, and what it says."""
    settings.CELERY_BROKER_URL = redis.url
    ours = Celery("tests", broker=redis.url)
    ours.set_current()

    def run() -> str:
        out = StringIO()
        call_command("check_cards", "--enqueue", stdout=out)
        return out.getvalue()

    yield run
    ours.close()


@pytest.fixture
def worker(start: Start, redis: RedisServer, post: PostOffice) -> Callable[[], Started]:
    """Starts a worker; it takes what is sent from now on or waits there."""
    return lambda: start(*WORKER, CELERY_BROKER_URL=redis.url, **mailed_by(post))


def test_a_worker_outlives_postgresql_and_does_the_rest_when_it_is_back(postgres, site, worker, enqueue, post) -> None:
    process = worker()
    enqueue()
    until(at_work, PATIENCE)
    postgres.kill()
    site.latency = 0
    postgres.start()
    connection.close()
    leases_run_out()
    until(lambda: "1 lane" in enqueue(), PATIENCE)
    until(all_read, PATIENCE)
    until(lambda: everybody_is_told_by_now(enqueue, post), PATIENCE)
    assert process.poll() is None
    assert visited_in_order(site, more=2)


def test_redis_killed_while_a_worker_works_costs_no_visit_and_what_it_lost_is_sent_again(
    site, worker, enqueue, redis, post
) -> None:
    worker()
    enqueue()
    until(at_work, PATIENCE)
    redis.kill()
    until(all_read, PATIENCE)  # a lane that was begun needs no broker
    with pytest.raises(CommandError, match="broker cannot be reached"):
        enqueue()
    assert not post.letters()
    redis.start()
    worker()  # the first has perhaps ended: Celery's does where it cannot give back what it works on
    until(lambda: everybody_is_told_by_now(enqueue, post), PATIENCE)
    assert visited_in_order(site, more=0)


def test_redis_killed_while_lanes_are_handed_out_loses_none(
    enqueue, redis, make_library, make_card, monkeypatch
) -> None:
    for _ in range(3):
        make_card(library=make_library())
    real, sent = handing.send, count(1)

    def send(*args: Any) -> None:
        if next(sent) == 2:
            redis.kill()
        real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(handing, "send", send)
        with pytest.raises(CommandError, match="broker cannot be reached"):
            enqueue()
    redis.start()
    assert "3 lanes" in enqueue()


def test_a_mail_server_killed_amid_many_letters_gets_the_rest_when_it_is_back(
    post: PostOffice, settings: Any, make_user, make_family, make_card, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port
    people = [make_user(mail_hour=0) for _ in range(PEOPLE)]
    make_card(family=make_family(people=people), snapshot=READY)
    real, marks = sending._mark_sent, count(1)

    def mark_sent(*args: Any) -> None:
        real(*args)
        if next(marks) == PEOPLE - 1:
            post.kill()

    monkeypatch.setattr(sending, "_mark_sent", mark_sent)
    assert telling.tell(now()) == telling.Told(mailed=PEOPLE - 1, failed=1)
    assert Letter.objects.filter(sent=None, held_until=None).count() == 1
    post.start()
    assert telling.tell(now()) == telling.Told(mailed=1, failed=0)
    assert everybody_has_one_letter(post)
