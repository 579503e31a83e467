"""Random kills (-9) of every part under load, and then whether each promise was kept.

`python -m benchmarks.faults [kills] [seed]` (default 200, and 1) starts a PostgreSQL, a Redis and an SMTP server of its
own, demo libraries, two workers, `check_cards` and `check_cards --enqueue` again and again; kills one of them every few
seconds; lets things settle; and prints what was done and which promises were broken. Exit 1 if any was.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.fault_parts import PAUSE, Listening, Part, Program
from cards.tests.clusters import Postgres, PostOffice, RedisServer, running

if TYPE_CHECKING:
    from benchmarks.fault_world import World

LIBRARIES, FAMILIES, AT_A_TIME = 10, 60, 6
BETWEEN = (1.0, 4.5)  # seconds from one kill to the next
A_WAVE = 60.0  # seconds after which more becomes due, whether all was done or not
PATIENCE = 15 * 60.0  # seconds to settle in
TICK = 0.25


class Storm:
    """The parts, the kills, and time."""

    def __init__(self, world: "World", parts: Sequence[Part], dice: Random) -> None:
        self._world, self._parts, self._dice = world, parts, dice
        self.killed: Counter[str] = Counter()

    def rage(self, kills: int) -> None:
        """So many kills."""
        strikes = wave = 0.0
        while self.killed.total() < kills:
            self._turn()
            now = time.monotonic()
            if now >= wave and ask(lambda: self._world.more(AT_A_TIME) or True):
                wave = now + A_WAVE
            if now >= strikes:
                self._strike()
                strikes = now + self._dice.uniform(*BETWEEN)

    def settle(self) -> float:
        """Without kills, until all is done. The seconds that took."""
        began = time.monotonic()
        while time.monotonic() < began + PATIENCE:
            self._turn()
            if ask(self._world.done):
                break
        return time.monotonic() - began

    def _turn(self) -> None:
        for part in self._parts:
            part.revive()
        ask(self._world.watch)
        time.sleep(TICK)

    def _strike(self) -> None:
        alive = [each for each in self._parts if each.alive()]
        self.killed[self._dice.choice(alive).kill(self._dice)] += 1
        if self.killed.total() % 10 == 0:
            print(f"{self.killed.total()} kills", file=sys.stderr, flush=True)


def ask(question):  # type: ignore[no-untyped-def]
    """Django is set up only once its database runs."""
    from benchmarks import fault_world

    return fault_world.ask(question)


def set_up(postgres: Postgres, redis: RedisServer, post: PostOffice) -> None:
    """Django, and all processes after it, on these servers."""
    os.environ |= {
        "DEBUG": "1",
        "DATABASE_URL": postgres.url("postgres"),
        "CELERY_BROKER_URL": redis.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(post.port),
        "SECRET_KEY": "benchmark " * 6,
        "CARD_KEYS": "benchmark-" * 6,
        "LIBRARY_ALLOW_PRIVATE": "1",
        "VISIT_SECONDS": "30",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "libraryhippo.settings",
    }
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # else Django remembers every query
    call_command("migrate", verbosity=0)


def programs(folder: Path) -> list[Program]:
    """The commands and the workers."""
    worker = [
        "-m",
        "celery",
        "-A",
        "libraryhippo",
        "worker",
        "--without-gossip",
        "--without-mingle",
        "--concurrency",
        "4",
        "--pool",
    ]
    wanted = {
        "check_cards": (["manage.py", "check_cards"], PAUSE),
        "check_cards --enqueue": (["manage.py", "check_cards", "--enqueue"], PAUSE),
        "worker (threads)": ([*worker, "threads"], 0.0),
        "worker (processes)": ([*worker, "prefork", "-n", "second@%h"], 0.0),
    }
    return [
        Program(name, command, dict(os.environ), folder / f"{number}.log", pause)
        for number, (name, (command, pause)) in enumerate(wanted.items())
    ]


def main(kills: int, seed: int) -> int:
    """Prints the figures. The exit status."""
    with ExitStack() as stack:
        postgres, redis, post = (stack.enter_context(running(kind)) for kind in (Postgres, RedisServer, PostOffice))
        set_up(postgres, redis, post)
        from benchmarks.fault_world import World

        folder = os.environ.get("FAULTS_LOGS") or stack.enter_context(TemporaryDirectory())
        ours = programs(Path(folder))
        servers = [Listening(*each) for each in (("PostgreSQL", postgres), ("Redis", redis), ("SMTP server", post))]
        for each in ours:
            stack.callback(each.stop)
        world, began = World(LIBRARIES, FAMILIES), time.monotonic()
        storm = Storm(world, [*ours, *servers], Random(seed))
        storm.rage(kills)
        seconds, settled = time.monotonic() - began, storm.settle()
        for each in ours:
            each.stop()
        verdict = world.verdict(post.letters())
        say(f"{kills} kills in {seconds:.0f} s, then settled in {settled:.0f} s", storm.killed)
        say("what was done", world.figures(post.letters()))
        for each in ours:
            say(f"{each.name}: how it ended", {str(status): many for status, many in sorted(each.ends.items())})
            say(f"{each.name}: what it said went wrong", each.faults())
        say("promises broken", verdict)
    return int(any(verdict.values()))


def say(title: str, figures: "dict[str, int] | Counter[str]") -> None:
    """A title, and a line for each."""
    print(f"\n{title}")
    for name, many in figures.items():
        print(f"{many:8} {name}")
    sys.stdout.flush()


if __name__ == "__main__":
    asked = [int(each) for each in sys.argv[1:3]]
    sys.exit(main(*asked, *(200, 1)[len(asked) :]))
