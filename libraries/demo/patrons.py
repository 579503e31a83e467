"""What a demo site knows of a patron: who they are, what they borrowed, asked for and owe."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from threading import Lock

from libraries.account import HoldState
from libraries.demo.books import Book


@dataclass(frozen=True, kw_only=True)
class Lent:
    """A book checked out. `note` is jammed against the date as some sites do; `why_not` stops its renewal."""

    book: Book
    barcode: str
    record: str
    due: date
    renewals: int = 0
    note: str = ""
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A book asked for. `words` replaces the status that the site would print for `state`.

    `chosen` False: the pickup drop-down has nothing selected, so the page does not say where.
    """

    book: Book
    record: str
    state: HoldState = HoldState.WAITING
    position: int = 1
    queue: int = 1
    pickup: str = "Main Library"
    chosen: bool = True
    pickup_by: date | None = None
    expires: date | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Owed:
    """Money owed for something."""

    amount: Decimal
    reason: str
    title: str = ""
    billed: date | None = None


@dataclass(frozen=True, kw_only=True)
class Patron:
    """A card holder. `name` is "First Last"; `blocked` holds the library's words when the card is."""

    number: str
    pin: str = field(repr=False)
    name: str
    expires: date
    loans: tuple[Lent, ...] = ()
    holds: tuple[Held, ...] = ()
    fees: tuple[Owed, ...] = ()
    blocked: str = ""

    @property
    def id(self) -> str:
        """The site's own number for the patron, as its addresses have it."""
        return str(1_000_000 + int(self.number[-6:]))

    @property
    def owes(self) -> Decimal:
        """All that is owed."""
        return sum((each.amount for each in self.fees), Decimal(0))

    def answers_to(self, name: str) -> bool:
        """Whether `name` is this patron's, in any order and case: "LINDQVIST, INGRID" is Ingrid Lindqvist."""
        return _words(name) == _words(self.name)


def _words(name: str) -> list[str]:
    return sorted(name.casefold().replace(",", " ").replace(".", " ").split())


class Register:
    """A site's patrons by card number; a test may change one while the site runs."""

    def __init__(self, patrons: tuple[Patron, ...]) -> None:
        self._lock = Lock()
        self._by_number = {each.number: each for each in patrons}

    def put(self, patron: Patron) -> None:
        """Adds the patron, or replaces the one with that card number."""
        with self._lock:
            self._by_number[patron.number] = patron

    def holder(self, number: str) -> Patron | None:
        """Whose card that is; blanks in the number do not matter."""
        with self._lock:
            return self._by_number.get("".join(number.split()))

    def everyone(self) -> tuple[Patron, ...]:
        """All of them, in the order in which they came."""
        with self._lock:
            return tuple(self._by_number.values())
