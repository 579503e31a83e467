"""Times each system's parsing against the least and the usual way of it: `python -m benchmarks.parse [system …]`."""

import json
import sys
from collections.abc import Callable, Iterator
from time import process_time
from typing import Any, NamedTuple, cast

from bs4 import BeautifulSoup
from lxml.html import HtmlElement, document_fromstring

from benchmarks.pages import EXAMPLES, Reading, longer, longest

SIZES = (5, 20, 50, 200)
ROUNDS = 60  # short ones: of these one or another goes undisturbed
SLOW_ROUNDS = 5  # of BeautifulSoup
BATCH = 0.005  # seconds that one measurement takes at least: process_time has a grain
LEAVES = ("li", "div", "p", "span")


class Measured(NamedTuple):
    """Seconds that a page takes: the adapter, the least that any reader has to do, BeautifulSoup."""

    ours: float
    bare: float
    soup: float


def bare(body: bytes) -> list[str]:
    """What any reader has to do: parse the page and read every cell's text (of a page without any, every leaf's).

    Where the lists are not in the HTML but in the state that it hands to its script, that is parsed, and its texts.
    """
    tree = document_fromstring(body)
    states = [json.loads(each.text or "") for each in tree.iter("script") if each.get("type") == "application/json"]
    if states:
        return list(_texts(states))
    cells = list(tree.iter("td", "th")) or [each for each in tree.iter(*LEAVES) if not len(each)]
    return [cast("HtmlElement", cell).text_content() for cell in cells]


def _texts(value: Any) -> Iterator[str]:
    """Every value in JSON, as text."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    else:
        yield str(value)


def soup(body: bytes) -> list[str]:
    """The usual way: BeautifulSoup, row by row and cell by cell (where there are no rows, every leaf)."""
    tree = BeautifulSoup(body, "lxml")
    rows = tree.find_all("tr")
    if rows:
        return [cell.get_text(" ", strip=True) for row in rows for cell in row.find_all(["td", "th"], recursive=False)]
    states = [json.loads(each.string or "") for each in tree.find_all("script", type="application/json")]
    leaves = [each.get_text(" ", strip=True) for each in tree.find_all(list(LEAVES)) if each.find(True) is None]
    return [*_texts(states), *leaves]


def measured(reading: Reading, html: bytes) -> Measured:
    """The least of several rounds, turn and turn about."""
    reading.loans()
    times = max(1, int(BATCH / max(_seconds(lambda: bare(html), 1), 1e-5)))
    rounds = [(_seconds(reading.loans, times), _seconds(lambda: bare(html), times)) for _ in range(ROUNDS)]
    ours, least = (min(each) for each in zip(*rounds, strict=True))
    return Measured(ours, least, min(_seconds(lambda: soup(html), max(1, times // 10)) for _ in range(SLOW_ROUNDS)))


def _seconds(call: Callable[[], object], times: int) -> float:
    start = process_time()
    for _ in range(times):
        call()
    return (process_time() - start) / times


def table(systems: list[str]) -> Iterator[str]:
    """The lines of the table, each as soon as it is measured."""
    sizes = [str(size) for size in SIZES]
    yield f"| system | {' | '.join(sizes)} | than BeautifulSoup: {' | '.join(sizes)} | {SIZES[-1]} loans take |"
    yield "|---|" + "--:|" * (2 * len(SIZES) + 1)
    for system in systems:
        cells = _cells(system)
        yield f"| `{system}` | " + " | ".join([*cells, *[""] * (2 * len(SIZES) + 1 - len(cells))]) + " |"


def _cells(system: str) -> list[str]:
    """What the table says of a system; why, where nothing can be measured."""
    reading = longest(system)
    if reading is None:
        return ["no page of HTML"]
    try:
        found = [measured(*longer(reading, size)) for size in SIZES]
    except ValueError as error:
        return [f"its page does not grow: {error}"]
    least = [f"{each.ours / each.bare:.1f}" for each in found]
    faster = [f"{each.soup / each.ours:.1f} ×" for each in found]
    return [*least, *faster, f"{found[-1].ours * 1000:.1f} ms"]


if __name__ == "__main__":
    for line in table(sys.argv[1:] or sorted(each.name for each in EXAMPLES.iterdir() if each.is_dir())):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
