"""A town of demo libraries in processes of their own, and a database with cards there."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.request import Request, urlopen

SITES_A_PROCESS = 6


@dataclass(frozen=True)
class Place:
    """A library's website, its latency in seconds, and those of its patrons who have a card with us."""

    url: str
    latency: float
    logins: tuple[tuple[str, str, str], ...]  # number, PIN, name

    def seen(self) -> dict[str, int]:
        """What the website itself counted."""
        with urlopen(f"{self.url}/__demo__/seen") as answer:
            return dict(json.load(answer))

    def hurry(self) -> None:
        """From now on it answers at once."""
        urlopen(Request(f"{self.url}/__demo__/mode", method="POST", data=b'{"latency": 0}')).close()

    def forget(self) -> None:
        """Its counts begin anew."""
        urlopen(Request(f"{self.url}/__demo__/forget", method="POST", data=b"")).close()


def uneven(cards: int, libraries: int) -> list[int]:
    """So many cards at so many libraries, as towns are: a few large ones, many small ones."""
    weights = [1 / (place + 2) ** 0.7 for place in range(libraries)]
    sizes = [max(1, int(cards * each / sum(weights))) for each in weights]
    sizes[0] += max(0, cards - sum(sizes))
    return sizes


def even(cards: int, libraries: int) -> list[int]:
    """As many at each."""
    return [cards // libraries] * libraries


@contextmanager
def town(sizes: Sequence[int], latency: tuple[float, float]) -> Iterator[list[Place]]:
    """Libraries with so many cards each; their latencies lie evenly between the two."""
    with ExitStack() as running:
        places: list[Place] = []
        for first in range(0, len(sizes), SITES_A_PROCESS):
            some = sizes[first : first + SITES_A_PROCESS]
            seconds = latency[0] + (latency[1] - latency[0]) * first / max(1, len(sizes) - SITES_A_PROCESS)
            places.extend(running.enter_context(_sites(some, min(seconds, max(latency)), seed=first + 1)))
        yield places


@contextmanager
def _sites(sizes: Sequence[int], latency: float, seed: int) -> Iterator[list[Place]]:
    options = ["--patrons", max(sizes), "--seed", seed, "--latency", latency, "--logins", *["--webpac", 0] * len(sizes)]
    command = [sys.executable, "-m", "libraries.demo", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        people = [tuple(each) for each in told["logins"]]
        try:
            yield [Place(url, latency, tuple(people[:many])) for url, many in zip(told["webpac"], sizes, strict=True)]
        finally:
            process.terminate()
