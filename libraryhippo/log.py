"""Log lines without personal data: one line a record, addresses, card numbers and links' tokens left out."""

import logging
import time
import traceback
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from cards.discreet import without_personal_data

# What these say is about files, servers and settings.
OF_THE_MACHINE = (OSError, ImportError, MemoryError, ImproperlyConfigured, OperationalError)
DEEPEST_CAUSE = 5
MARKS = set(" ^~")  # of such a line, a traceback points at the one above


class OneLine(logging.Formatter):
    """Time in UTC, level, logger, message; a traceback follows on the same line.

    It has neither local variables nor, but for faults of the machine, the exceptions' own words: those quote values.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        said = super().format(record)  # message and traceback
        folded = " | ".join(line.rstrip() for line in said.splitlines() if not set(line) <= MARKS)
        return f"{self.formatTime(record)} {record.levelname} {record.name}: {without_personal_data(folded)}"

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's name
        """Types and places; where one fault led to another, both."""
        fault: BaseException | None = ei[1]
        parts: list[str] = []
        while fault is not None and len(parts) < DEEPEST_CAUSE:
            frames = "".join(traceback.format_tb(fault.__traceback__))
            parts.append(f"{frames}{type(fault).__name__}{_words(fault)}")
            fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
        return "\nwhich came from\n".join(parts)


def _words(fault: BaseException) -> str:
    return f": {fault}" if isinstance(fault, OF_THE_MACHINE) else ""


class RouteForPath(logging.Filter):
    """Says which route a request took instead of its path, which may hold somebody's token."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record pass, with the path in its arguments replaced."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else "(no such page)"
            record.args = tuple(route if each == path else each for each in record.args)
        return True
