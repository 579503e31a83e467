"""Ctrl-C and SIGTERM as a wish to stop, that a long piece of work asks for between its steps."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


def never() -> bool:
    """Nobody wants it to stop."""
    return False


class Stop:
    """Whether Ctrl-C or SIGTERM came, and which. A second one ends the process where it stands."""

    signal = 0

    def __call__(self) -> bool:
        """Whether to stop."""
        return bool(self.signal)

    def hear(self, number: int, _frame: object) -> None:
        """The signal's handler."""
        self.signal = number
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def stopping() -> Iterator[Stop]:
    """Inside, in the main thread, both signals only ask to stop."""
    stop = Stop()
    before = {each: signal.signal(each, stop.hear) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
