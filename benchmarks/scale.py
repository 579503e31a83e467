"""The same checks by Celery workers, one of them killed half-way: `python -m benchmarks.scale [--full]`.

Needs Redis, and PostgreSQL whose user may make databases: SCALE_BROKER_URL, SCALE_DATABASE_URL say where.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import psycopg2
from redis import Redis

from benchmarks.check import FULL, QUICK, Books, environment
from benchmarks.town import Place, even, town

BROKER = os.environ.get("SCALE_BROKER_URL", "redis://127.0.0.1:6379/7")
SERVER = os.environ.get("SCALE_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
THREADS = 8  # of each worker
WORKER = ("-m", "celery", "-A", "libraryhippo", "worker", "--pool", "threads", "--without-gossip", "--without-mingle")
VISIT = 20  # seconds that one may take here, so that a dead worker's lease, a minute more, is soon over


@contextmanager
def database() -> Iterator[str]:
    """A PostgreSQL database of our own."""
    name = f"libraryhippo_scale_{os.getpid()}"
    server = psycopg2.connect(SERVER)
    server.autocommit = True
    server.cursor().execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    finally:
        server.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.close()


class Workers:
    """Celery workers with so many threads each, all there before anything is sent."""

    def __init__(self, many: int, url: str) -> None:
        self._environment = environment(url) | {"CELERY_BROKER_URL": BROKER, "VISIT_SECONDS": str(VISIT)}
        self._broker = Redis.from_url(BROKER)
        self._broker.flushdb()
        self.running = [self._start() for _ in range(many)]

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, *WORKER, "--concurrency", str(THREADS)]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=self._environment, stdout=quiet, stderr=quiet)

    def wait(self) -> None:
        """Until each has connected to the broker."""
        while len([each for each in self._broker.client_list() if each["cmd"] == "brpop"]) < len(self.running):
            time.sleep(0.2)

    def enqueue(self) -> None:
        """check_cards --enqueue."""
        command = [sys.executable, "manage.py", "check_cards", "--enqueue", "--no-mail"]
        subprocess.run(command, env=self._environment, stdout=subprocess.DEVNULL, check=True)

    def end(self) -> None:
        """All of them."""
        for each in self.running:
            each.kill()
            each.wait()
        self._broker.flushdb()


def left(url: str) -> int:
    """How many cards were not read yet."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cards_card WHERE snapshot IS NULL")
        return int(cursor.fetchone()[0])  # type: ignore[index]


def run(many: int, places: Sequence[Place], *, kill: bool = False) -> str:
    """A line of the table: so many workers check the town's cards."""
    for each in places:
        each.forget()
    with ExitStack() as ending:
        url = ending.enter_context(database())
        Books(url, places)
        workers = Workers(many, url)
        ending.callback(workers.end)
        workers.wait()
        took, lost = _work(workers, url, sum(len(each.logins) for each in places), kill=kill)
    seen = [each.seen() for each in places]
    cards, visits = _counts(seen)
    what = f"{many} worker{'s' if many > 1 else ''}{', one killed half-way' if kill else ''}"
    return f"| {what} | {took:.1f} s | {cards} | {visits - cards} | {max(each['at_once'] for each in seen)} | {lost} |"


def _counts(seen: Sequence[dict[str, int]]) -> tuple[int, int]:
    """How many cards signed in, and how many visits there were."""
    right: list[dict[str, int]] = [dict(each["right"]) for each in seen]  # type: ignore[call-overload]
    return sum(len(each) for each in right), sum(sum(each.values()) for each in right)


def _work(workers: Workers, url: str, cards: int, *, kill: bool) -> tuple[float, int]:
    """Seconds until all cards are read, asking every few seconds as a scheduler would; and how many never were."""
    began = asked = time.monotonic()
    workers.enqueue()
    while (waiting := left(url)) and time.monotonic() - began < 1800:
        if kill and waiting < cards / 2:
            workers.running[0].kill()
            kill = False
        if time.monotonic() - asked > 10:
            workers.enqueue()
            asked = time.monotonic()
        time.sleep(0.2)
    return time.monotonic() - began, waiting


def main() -> None:
    """Prints a table, each line as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--full", action="store_true", help="2,000 cards at 60 libraries")
    parser.add_argument("--latency", type=float, default=0.3, metavar="SECONDS")
    asked = parser.parse_args()
    size = FULL if asked.full else QUICK
    sys.stdout.write("| workers | wall | cards read | visits beyond one a card | most at once | never read |\n")
    sys.stdout.write("|---|--:|--:|--:|--:|--:|\n")
    with town(even(size.cards, size.libraries), (asked.latency, asked.latency)) as places:
        for many, kill in ((1, False), (2, False), (4, False), (4, True)):
            sys.stdout.write(run(many, places, kill=kill) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
