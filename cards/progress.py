"""How a run is reported: lines for people, a moving line on a terminal, JSON for programs, the log for the rest."""

import json
import logging
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from django.core.management.base import OutputWrapper
from django.utils import timezone

from cards.lanes import Outcome

logger = logging.getLogger(__name__)


class Reporter(Protocol):
    """Hears how a run goes on. Nothing that it hears is a person's."""

    def begin(self, total: int) -> None:
        """So many cards are to be visited."""

    def done(self, library: str, outcome: Outcome) -> None:
        """One was, and the outcome is saved."""

    def tick(self, under_way: int) -> None:
        """Time goes by; so many visits are under way."""


def sentence(library: str, outcome: Outcome) -> str:
    """ "Elm Park: card 1b2c3d4e-5f60: ok, 5 loans, 1 hold (1.3 s)"; without a name, number or title."""
    counts = [
        f", {many} {what}{'' if many == 1 else 's'}"
        for what, many in (("loan", outcome.loans), ("hold", outcome.holds))
        if many is not None
    ]
    said = f"{outcome.name.replace('_', ' ')}{''.join(counts)}"
    return f"{library}: card {str(outcome.card_id)[:13]}: {said} ({outcome.seconds:.1f} s)"


class LogReporter:
    """For runs that nobody watches."""

    def begin(self, total: int) -> None:
        """Nothing to say yet."""

    def done(self, library: str, outcome: Outcome) -> None:
        """A log line a card."""
        logger.info("%s", sentence(library, outcome))

    def tick(self, under_way: int) -> None:
        """Nothing to say."""


class PlainReporter:
    """A line a card, with its time: for cron's mail and for pipes."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out

    def begin(self, total: int) -> None:
        """Nothing to say yet."""

    def done(self, library: str, outcome: Outcome) -> None:
        """The line."""
        self._out.write(f"{timezone.localtime():%Y-%m-%d %H:%M:%S} {sentence(library, outcome)}")

    def tick(self, under_way: int) -> None:
        """Nothing to say."""


class JsonReporter:
    """A JSON object a line."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out

    def begin(self, total: int) -> None:
        """Nothing to say yet."""

    def done(self, library: str, outcome: Outcome) -> None:
        """One card."""
        seconds = round(outcome.seconds, 3)
        row = {"card": str(outcome.card_id), "library": library, "outcome": outcome.name, "seconds": seconds}
        self._out.write(json.dumps({**row, "loans": outcome.loans, "holds": outcome.holds}, ensure_ascii=False))

    def tick(self, under_way: int) -> None:
        """Nothing to say."""


class TerminalReporter:
    """One line that moves; what went wrong stays above it."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out, self._began = out, time.monotonic()
        self._total = self._done = self._failed = 0

    def begin(self, total: int) -> None:
        """So many are to come."""
        self._total = total

    def done(self, library: str, outcome: Outcome) -> None:
        """Counts, and keeps a line for a card that could not be read, or not wholly."""
        self._done += 1
        self._failed += bool(outcome.trouble)
        if outcome.name != "ok":
            self._over(sentence(library, outcome) + "\n")

    def tick(self, under_way: int) -> None:
        """Draws the line anew."""
        many, passed = max(self._total, self._done), time.monotonic() - self._began
        self._over(f"{self._done} of {many} checked, {self._failed} failed, {under_way} under way, {passed:.0f} s")

    def end(self) -> None:
        """Takes the line away."""
        self._over("")

    def _over(self, text: str) -> None:
        """Writes over the moving line, at most as wide as the terminal unless it ends a line."""
        width = shutil.get_terminal_size().columns - 1
        shown = text if text.endswith("\n") else text[:width]
        self._out.write(f"\r\x1b[K{shown}", ending="")
        self._out.flush()


@contextmanager
def logs_on_stderr() -> Iterator[None]:
    """Leaves stdout to what programs read."""
    streams = [each for each in logging.getLogger().handlers if isinstance(each, logging.StreamHandler)]
    moved = [each for each in streams if each.stream is sys.stdout]
    for each in moved:
        each.setStream(sys.stderr)
    try:
        yield
    finally:
        for each in moved:
            each.setStream(sys.stdout)
