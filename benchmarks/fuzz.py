"""Feeds the adapters mangled answers, for as long as you like: a visit ends in a snapshot or a CheckError, and soon.

`python -m benchmarks.fuzz [inputs] [seed]` (default 100,000 and 1) prints the worst time, the growth of memory, and
every input that ended otherwise, by system, seed and number, so that it can be repeated.
"""

import resource
import sys
import time
import traceback
from collections import Counter
from random import Random

from libraries.account import AccountSnapshot
from libraries.replay import Example, read_example
from libraries.systems import SYSTEMS
from libraries.tests.fuzzing import BOUND, EXAMPLES, mangled_visit


def main(inputs: int, seed: int) -> int:
    """Exit status 1 where an input ended otherwise."""
    examples = {system: [read_example(each) for each in sorted((EXAMPLES / system).iterdir())] for system in SYSTEMS}
    ended: Counter[str] = Counter()
    faults, worst, began = 0, (0.0, ""), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(inputs):
        system = sorted(SYSTEMS)[number % len(SYSTEMS)]
        name, seconds, trace = _one(examples[system], Random(f"{seed}-{number}"))
        ended[name] += 1
        worst = max(worst, (seconds, f"{system} {number}"))
        if trace or seconds > BOUND:
            faults += 1
            print(f"{system}, seed {seed}, input {number}: {name}, {seconds:.1f} s\n{trace}")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - began
    print(
        f"{inputs} inputs, {faults} faults; worst {worst[0]:.2f} s ({worst[1]}); memory grew by {grown / 1024:.0f} MB"
    )
    print(", ".join(f"{name} {many}" for name, many in ended.most_common()))
    return int(faults > 0)


def _one(examples: list[Example], random: Random) -> tuple[str, float, str]:
    """How it ended, in what CPU time, and the traceback of what should not have been."""
    visit, began = mangled_visit(random.choice(examples), examples, random), time.process_time()
    try:
        found = visit.ends_in()
    except Exception as fault:  # noqa: BLE001  finding these is what this is for
        return type(fault).__name__, time.process_time() - began, traceback.format_exc(limit=-4)
    name = "snapshot" if isinstance(found, AccountSnapshot) else type(found).__name__
    return name, time.process_time() - began, ""


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    sys.exit(main(given[0] if given else 100_000, given[1] if len(given) > 1 else 1))
