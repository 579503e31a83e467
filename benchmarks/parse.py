"""Times each system's parsing against a bare lxml parse of the same page: `python -m benchmarks.parse [system …]`."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any, cast

from lxml.html import document_fromstring

from benchmarks.grow import grown
from libraries.account import Loan
from libraries.errors import CheckError
from libraries.fetch import Adapter
from libraries.replay import read_example

EXAMPLES = Path(__file__).parent.parent / "libraries/tests/examples"
SIZES = (5, 50, 200)
ROUNDS = 15
BATCH = 0.02  # seconds that one measurement takes at least: process_time has a grain
LEAVES = ("li", "div", "p", "span")


@dataclass(frozen=True)
class Reading:
    """A page of loans as a site sent it, and the adapter that reads it."""

    adapter: Adapter
    body: bytes

    def loans(self) -> tuple[Loan, ...]:
        """The loans on it. Raises CheckError."""
        adapter: Any = self.adapter
        if hasattr(adapter, "parse_loans"):
            return tuple(adapter.parse_loans(adapter.read(self.body)).rows)
        return adapter.parse_account(adapter.read(self.body)).loans or ()


def bare(body: bytes) -> list[str]:
    """What any reader has to do: parse the page and read every cell's text (of a page without any, every leaf's).

    Where the lists are not in the HTML but in the state that it hands to its script, that is parsed too.
    """
    tree = document_fromstring(body)
    for script in tree.iter("script"):
        if script.get("type") == "application/json":
            json.loads(script.text or "")
    cells = list(tree.iter("td", "th")) or [each for each in tree.iter(*LEAVES) if not len(each)]
    return ["".join(cast("Iterator[str]", cell.itertext())) for cell in cells]


def longest(system: str) -> Reading | None:
    """The page with the most loans among the system's examples, the full account's first; None if it reads no HTML."""
    best: tuple[int, Reading | None] = (1, None)
    for folder in sorted((EXAMPLES / system).iterdir(), key=lambda each: (each.name != "full_account", each.name)):
        example = read_example(folder)
        for exchange in example.exchanges:
            reading = Reading(example.adapter(), exchange.body)
            count = _count(reading) if b"<" in exchange.body and not exchange.file.endswith(".xml") else 0
            best = max(best, (count, reading), key=lambda each: each[0])
        if best[1] and folder.name == "full_account":
            break
    return best[1]


def _count(reading: Reading) -> int:
    try:
        return len(reading.loans())
    except (CheckError, LookupError, TypeError, AttributeError, ValueError):
        return 0


def longer(reading: Reading, size: int) -> tuple[Reading, bytes]:
    """The page with `size` loans as the site would send it, and its HTML alone. Raises ValueError if it is not read."""
    markup, wrap = _unwrapped(reading.body)
    html = grown(markup, reading.loans(), size)
    found = Reading(reading.adapter, wrap(html))
    if _count(found) != size:
        raise ValueError(f"{_count(found)} of {size} loans are read")
    return found, found.body if found.body.lstrip()[:1] != b"{" else html.encode()


def _unwrapped(body: bytes) -> tuple[str, Callable[[str], bytes]]:
    """The HTML of an answer, and how to put it back: some sites send it inside JSON."""
    if body.lstrip()[:1] != b"{":
        charset = _charset(body)
        return body.decode(charset), lambda html: html.encode(charset, "xmlcharrefreplace")
    value = json.loads(body)
    key = max(value, key=lambda name: str(value[name]).count("<"))
    return value[key], lambda html: json.dumps({**value, key: html}).encode()


def _charset(body: bytes) -> str:
    try:
        body.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def ratio(reading: Reading, html: bytes) -> tuple[float, float]:
    """The adapter's time in times the bare one's, and in seconds: the least of several rounds, turn and turn about."""
    reading.loans()
    start = process_time()
    bare(html)
    times = max(1, int(BATCH / max(process_time() - start, 1e-5)))
    rounds = [(_seconds(reading.loans, times), _seconds(lambda: bare(html), times)) for _ in range(ROUNDS)]
    ours, theirs = (min(each) for each in zip(*rounds, strict=True))
    return ours / theirs, ours


def _seconds(call: Callable[[], object], times: int) -> float:
    start = process_time()
    for _ in range(times):
        call()
    return (process_time() - start) / times


def table(systems: list[str]) -> Iterator[str]:
    """The lines of the table, each as soon as it is measured."""
    yield "| system | " + " | ".join(f"{size} loans" for size in SIZES) + f" | {SIZES[-1]} loans take |"
    yield "|---|" + "--:|" * (len(SIZES) + 1)
    for system in systems:
        reading = longest(system)
        if reading is None:
            continue
        found = [ratio(*longer(reading, size)) for size in SIZES]
        yield f"| `{system}` | " + " | ".join(f"{each:.1f}" for each, _ in found) + f" | {found[-1][1] * 1000:.1f} ms |"


if __name__ == "__main__":
    for line in table(sys.argv[1:] or sorted(each.name for each in EXAMPLES.iterdir() if each.is_dir())):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
