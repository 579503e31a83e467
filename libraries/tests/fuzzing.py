"""Visits over example folders in which one answer is mangled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from libraries.account import AccountSnapshot
from libraries.errors import CheckError
from libraries.replay import Example, Exchange
from libraries.tests.mangle import mangle

EXAMPLES = Path(__file__).parent / "examples"
BOUND = 5.0  # CPU seconds for one visit; the longest of 100,000 took a tenth of it


@dataclass(frozen=True)
class MangledVisit:
    """An example with an answer changed. `place`: which one."""

    example: Example
    place: int
    body: bytes

    def exchanges(self) -> tuple[Exchange, ...]:
        """The example's answers, with the changed one among them."""
        return tuple(
            replace(each, body=self.body) if place == self.place else each
            for place, each in enumerate(self.example.exchanges)
        )

    def ends_in(self) -> AccountSnapshot | CheckError:
        """What the visit ends in. Raises only what no visit may raise."""
        try:
            return self.example.fetch(self.exchanges())
        except CheckError as error:
            return error


def mangled_visit(example: Example, examples: Sequence[Example], random: Random) -> MangledVisit:
    """One answer of the example changed by chance, with pieces of the others'."""
    place = random.randrange(len(example.exchanges))
    others = [each.body for other in examples for each in other.exchanges]
    return MangledVisit(example, place, mangle(example.exchanges[place].body, others, random))
