"""Log lines: one a record, and nobody's address, number or token in them."""

import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from libraryhippo.log import OneLine, RouteForPath


def record(message: str, *arguments: Any, **more: Any) -> logging.LogRecord:
    made = logging.LogRecord("cards.checking", logging.WARNING, __file__, 1, message, arguments, None)
    made.__dict__.update(more)
    return made


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("could not mail ada.okafor@example.org today", "could not mail [address] today"),
        ("to=<ada@example.org>, refused", "to=<[address]>, refused"),
        ("card 20000000000001 again", "card [number] again"),
        ("card 2 0000 0000 0001 again", "card [number] again"),
        ('"GET /static/hippo.svg HTTP/1.1" 200 12345', '"GET /static/hippo.svg HTTP/1.1" 200 12345'),
        ("12 of 14 cards in 3.5 s", "12 of 14 cards in 3.5 s"),
        ("card 12345678-1234-4234-8234-123456789012", "card 12345678-1234-4234-8234-123456789012"),
    ],
)
def test_addresses_and_numbers_are_struck_out(said: str, shown: str) -> None:
    assert OneLine().format(record(said)).endswith(f"WARNING cards.checking: {shown}")


def logged(fault: Exception) -> str:
    try:
        raise fault
    except type(fault):
        return OneLine().format(record("failed", exc_info=sys.exc_info()))


def test_a_traceback_stays_on_its_records_line_and_quotes_no_values() -> None:
    pin = "9876"
    line = logged(ValueError(f"no such loan: Salt Bridge {pin}"))
    assert "\n" not in line
    assert "test_log.py" in line
    assert line.endswith("ValueError")
    assert "Salt Bridge" not in line
    assert pin not in line


def test_what_a_fault_came_from_is_told_too() -> None:
    fault = KeyError("Salt Bridge")
    fault.__cause__ = ValueError("Tin Moon")
    line = logged(fault)
    assert line.endswith("KeyError | which came from | ValueError")


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), ImportError("no such room")])
def test_faults_of_the_machine_keep_their_words(fault: Exception) -> None:
    assert logged(fault).endswith(f"{type(fault).__name__}: {fault}")


def test_a_request_is_named_by_its_route_so_that_no_token_is_logged() -> None:
    match = SimpleNamespace(route="mail-off/<str:token>/")
    request = SimpleNamespace(path="/mail-off/secret-token/", resolver_match=match)
    made = record("%s: %s", "Internal Server Error", request.path, request=request)
    RouteForPath().filter(made)
    assert made.getMessage() == "Internal Server Error: /mail-off/<str:token>/"


def test_a_path_that_leads_nowhere_is_not_logged() -> None:
    request = SimpleNamespace(path="/mail-off/secret-token", resolver_match=None)
    made = record("%s: %s", "Not Found", request.path, request=request)
    RouteForPath().filter(made)
    assert made.getMessage() == "Not Found: (no such page)"
