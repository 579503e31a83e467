"""`python -m cards.tests.killed cards.outcomes save 3`: check_cards, killed (-9) where it takes a step that time."""

import os
import signal
import sys
from importlib import import_module
from itertools import count
from typing import Any

import django


def main(module: str, step: str, times: str) -> None:
    """The step is a function of that module, or "Class.method"."""
    django.setup()
    from django.core.management import call_command

    *inside, name = step.split(".")
    where: Any = import_module(module)
    for each in inside:
        where = getattr(where, each)
    real, calls = getattr(where, name), count(1)

    def killed(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == int(times):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(where, name, killed)
    call_command("check_cards")


if __name__ == "__main__":
    main(*sys.argv[1:])
