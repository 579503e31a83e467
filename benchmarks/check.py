"""Checking against what it must cost at least, and against the usual way: `python -m benchmarks.check [--full]`."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.measured import COUNT
from benchmarks.town import Place, even, town, uneven

WORKERS = 60
NAIVE_CARDS = 4  # at one library: the usual way does one after the other
NOT_OURS = ("SITE_URL", "DYNO", "CELERY_BROKER_URL", "EMAIL_HOST", "MAIL_FOLDER", "HEARTBEAT_URL", "LIBRARY_PROXY")


class Size(NamedTuple):
    """How much is measured: cards at libraries, cards at each of equal ones, and for memory."""

    cards: int
    libraries: int
    each: int
    memory: tuple[int, ...]


QUICK, FULL = Size(120, 12, 4, (100, 1000)), Size(2000, 60, 8, (100, 1000, 20_000))


def environment(database: str) -> dict[str, str]:
    """A process's, with settings of its own."""
    own = {
        "DATABASE_URL": database,
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "libraryhippo.settings",
        "SECRET_KEY": "for benchmarks only " * 3,
        "CARD_KEYS": "for benchmarks only: it seals nothing",
        "LIBRARY_ALLOW_PRIVATE": "1",
        "LOG_LEVEL": "WARNING",
        "SITE_URL": "http://localhost:8000",
    }
    return {name: value for name, value in os.environ.items() if name not in NOT_OURS} | own


class Books:
    """A database with a town's cards."""

    def __init__(self, database: str, places: Sequence[Place]) -> None:
        self._environment = environment(database)
        self._places = json.dumps([asdict(each) for each in places])
        self.run("benchmarks.books")

    def run(self, module: str, *arguments: object) -> str:
        """`python -m module`, which is told the places. What it says."""
        command = [sys.executable, "-m", module, *map(str, arguments)]
        ran = subprocess.run(
            command, input=self._places, text=True, env=self._environment, stdout=subprocess.PIPE, check=True
        )
        return ran.stdout

    def measured(self, module: str, *arguments: object) -> dict[str, Any]:
        """What it took."""
        return dict(json.loads(self.run(module, *arguments)))


@contextmanager
def books(places: Sequence[Place]) -> Iterator[Books]:
    """In a file that goes when all is done."""
    with TemporaryDirectory() as folder:
        yield Books(f"sqlite:///{Path(folder) / 'benchmark.sqlite3'}", places)


def lanes(size: Size, latency: tuple[float, float]) -> Iterator[str]:
    """Libraries of uneven size: wall time against the ideal schedule, CPU against a bare script, queries."""
    with town(uneven(size.cards, size.libraries), latency) as places, books(places) as ours:
        took = ours.measured("benchmarks.measured", "check_cards", "--no-mail", "--workers", WORKERS)
        seen = [each.seen() for each in places]
        bare = ours.measured("benchmarks.bare", "bare", WORKERS)
        for each in places:
            each.hurry()
        counted = ours.measured("benchmarks.measured", "check_cards", "--no-mail", "--all", COUNT)
    cards = sum(each["visits"] for each in seen)
    waiting = max(each["requests"] * place.latency for each, place in zip(seen, places, strict=True))
    ideal = max(waiting, took["cpu"])
    what = f"{cards} cards at {size.libraries} libraries, {latency[0]:g} to {latency[1]:g} s"
    yield f"| {what}: wall {took['wall']:.1f} s, the longest lane waits {waiting:.1f} s | {took['wall'] / ideal:.2f} |"
    yield (
        f"| … CPU {took['cpu'] / cards * 1000:.1f} ms a card, of a bare script {bare['cpu'] / cards * 1000:.1f} ms |"
        + (f" {took['cpu'] / bare['cpu']:.2f} |")
    )
    yield f"| … queries a card | {counted['queries'] / cards:.1f} |"
    yield f"| … visits at once at one library | {max(each['at_once'] for each in seen)} |"


def throughput(size: Size, latency: float) -> Iterator[str]:
    """Equal lanes: how many times the throughput of one card after the other."""
    cards = size.each * size.libraries
    with town(even(cards, size.libraries), (latency, latency)) as places:
        with books(places) as ours:
            took = ours.measured("benchmarks.measured", "check_cards", "--no-mail", "--workers", WORKERS)
        few = replace(places[0], logins=places[0].logins[:NAIVE_CARDS])
        with books([few]) as theirs:
            naive = theirs.measured("benchmarks.bare", "naive", 1)
    times = (cards / took["wall"]) / (len(few.logins) / naive["wall"])
    what = f"{size.libraries} equal lanes of {size.each} cards, {latency:g} s: times the throughput of the usual way"
    yield f"| {what} ({naive['wall'] / len(few.logins):.1f} s a card) | {times:.1f} |"
    yield f"| … its CPU {naive['cpu'] / len(few.logins) * 1000:.0f} ms a card, with its start | |"


def memory(size: Size) -> Iterator[str]:
    """The most memory that a run holds, by its number of cards."""
    peaks = []
    for cards in size.memory:
        with town(even(cards, min(20, cards // 10)), (0.0, 0.0)) as places, books(places) as ours:
            took = ours.measured("benchmarks.measured", "check_cards", "--no-mail", "--workers", WORKERS)
        peaks.append(took["peak"])
        yield f"| {cards} cards without latency: {took['peak']:.0f} MiB, {took['wall']:.0f} s | |"
    yield f"| … the most cards' memory against the one before | {peaks[-1] / peaks[-2]:.2f} |"


def main() -> None:
    """Prints a table, each line as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check", description=__doc__)
    parser.add_argument("--full", action="store_true", help="2,000 cards at 60 libraries; memory of 20,000 cards")
    parser.add_argument("--latency", type=float, nargs=2, default=(0.05, 0.5), metavar="SECONDS", help="from, to")
    parser.add_argument("--only", choices=("lanes", "throughput", "memory"), help="one of the three")
    asked = parser.parse_args()
    size = FULL if asked.full else QUICK
    parts = {
        "lanes": lambda: lanes(size, tuple(asked.latency)),
        "throughput": lambda: throughput(size, 0.3),
        "memory": lambda: memory(size),
    }
    for name, part in parts.items():
        for line in part() if asked.only in {None, name} else ():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
