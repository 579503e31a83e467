"""Each system's page of loans, out of its examples, and how to make it longer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.grow import grown
from libraries.account import Loan
from libraries.errors import CheckError
from libraries.fetch import Adapter
from libraries.replay import read_example

EXAMPLES = Path(__file__).parent.parent / "libraries/tests/examples"


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


def longest(system: str) -> Reading | None:
    """The page with the most loans among the system's examples, the full account's first; None if it reads no HTML."""
    best: tuple[int, Reading | None] = (1, None)
    for folder in sorted((EXAMPLES / system).iterdir(), key=lambda each: (each.name != "full_account", each.name)):
        example = read_example(folder)
        for exchange in example.exchanges:
            reading = Reading(example.adapter(), exchange.body)
            count = _count(reading) if _is_html(exchange.body) else 0
            best = max(best, (count, reading), key=lambda each: each[0])
        if best[1] and folder.name == "full_account":
            break
    return best[1]


def _is_html(body: bytes) -> bool:
    """Whether an answer is a page, or JSON with one inside."""
    start = body.lstrip()[:200].lower()
    if start[:1] != b"{":
        return b"<" in body and (not start.startswith(b"<?xml") or b"<!doctype html" in start or b"<html" in start)
    return any(isinstance(each, str) and each.count("<") > 9 for each in json.loads(body).values())


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
