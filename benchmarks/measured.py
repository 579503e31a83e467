"""A command of manage.py, measured: `python -m benchmarks.measured check_cards …` ends with its CPU and memory."""

import json
import sys
import time
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

COUNT = "--count-queries"


def usage() -> dict[str, float]:
    """CPU seconds of this process, all threads, and the most memory that it held, in MiB."""
    spent = getrusage(RUSAGE_SELF)
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return {"cpu": spent.ru_utime + spent.ru_stime, "peak": peak / 1024}


class Counter:
    """Counts queries."""

    def __init__(self) -> None:
        self.many = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        """One more."""
        self.many += 1
        return execute(*args)


def main(arguments: list[str]) -> None:
    """The command says nothing; what it took is a line of JSON."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    counter, count = Counter(), COUNT in arguments
    if count:
        connection.execute_wrappers.append(counter)
    with open("/dev/null", "w") as quiet:
        idle, began = usage()["cpu"], time.monotonic()
        call_command(*(each for each in arguments if each != COUNT), stdout=quiet)
    took = {"wall": time.monotonic() - began, "start": idle, **usage()}
    sys.stdout.write(json.dumps(took | ({"queries": counter.many} if count else {})) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
