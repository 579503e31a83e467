"""As many invented patrons as a test or a benchmark asks for, the same for the same seed."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from libraries.account import HoldState
from libraries.demo.books import FIRST, LAST, any_book
from libraries.demo.patrons import Held, Lent, Owed, Patron

NOTES = ("", "", "", "", "IN LIBRARY USE", "+1 HOLD")
STATES = (
    HoldState.WAITING,
    HoldState.WAITING,
    HoldState.WAITING,
    HoldState.READY,
    HoldState.IN_TRANSIT,
    HoldState.SUSPENDED,
)
BRANCHES = ("Main Library", "Eastbridge Branch", "Hillside Branch")


def patrons(
    count: int, *, seed: int = 1, today: date, loans: int | None = None, holds: int | None = None
) -> tuple[Patron, ...]:
    """`count` patrons whose dates lie around `today`. `loans` and `holds` fix how many each has (default: 0 to 12)."""
    return tuple(_patron(Random(f"{seed}/{index}"), seed, index, today, loans, holds) for index in range(count))


def _patron(dice: Random, seed: int, index: int, today: date, loans: int | None, holds: int | None) -> Patron:
    return Patron(
        number=f"2{seed % 1000:03d}{4000000000 + index:010d}",
        pin=f"{dice.randrange(10_000):04d}",
        name=f"{dice.choice(FIRST)} {dice.choice(LAST)}",
        expires=today + timedelta(days=dice.randrange(20, 700)),
        loans=tuple(_lent(dice, seed, index, row, today) for row in range(_many(dice, loans))),
        holds=tuple(_held(dice, index, row, today) for row in range(_many(dice, holds))),
        fees=(Owed(amount=Decimal(dice.randrange(10, 900)) / 100, reason="Overdue fine"),)
        if dice.random() < 0.2
        else (),
    )


def _many(dice: Random, fixed: int | None) -> int:
    return dice.randrange(0, 13) if fixed is None else fixed


def _lent(dice: Random, seed: int, index: int, row: int, today: date) -> Lent:
    renewals = dice.choice((0, 0, 0, 1, 2, 3))
    return Lent(
        book=any_book(dice),
        barcode=f"3{seed % 1000:03d}{index:06d}{row:04d}",
        record=f"i{2_000_000 + index * 100 + row}",
        due=today + timedelta(days=dice.randrange(-3, 28)),
        renewals=renewals,
        note=dice.choice(NOTES),
        why_not="Renewal limit reached" if renewals == 3 else "",
    )


def _held(dice: Random, index: int, row: int, today: date) -> Held:
    state, queue = dice.choice(STATES), dice.randrange(1, 90)
    return Held(
        book=any_book(dice),
        record=f"b{2_000_000 + index * 100 + row}",
        state=state,
        position=dice.randint(1, queue),
        queue=queue,
        pickup=dice.choice(BRANCHES),
        chosen=dice.random() < 0.9,
        pickup_by=today + timedelta(days=dice.randrange(0, 8)) if state is HoldState.READY else None,
        expires=today + timedelta(days=dice.randrange(60, 400)),
    )
