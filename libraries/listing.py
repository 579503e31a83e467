"""Lists as a site shows them: the rows read, the count it states, whether there is another page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast

from libraries.account import AccountSnapshot, Fee, Hold, Loan, Shortfall
from libraries.errors import LayoutChanged

Row = TypeVar("Row")
MOST_PAGES = 100


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """One page of a list, or the whole of it.

    `stated` is how many rows the site says the whole list has; `more` is where its next page is, None on the last.
    """

    rows: tuple[Row, ...] = ()
    stated: int | None = None
    more: str | None = None

    def checked(self, what: str) -> "Listing[Row]":
        """Itself. Raises LayoutChanged where the site states rows and none at all could be read."""
        if self.stated and not self.rows:
            raise LayoutChanged(f"the library counts {self.stated} {what}, none could be read")
        return self

    def shortfall(self, what: str) -> tuple[Shortfall, ...]:
        """What is missing from this list by the site's own count, if anything."""
        if self.stated is None or self.stated <= len(self.rows):
            return ()
        return (Shortfall(what=what, stated=self.stated, read=len(self.rows)),)


@dataclass(frozen=True)
class Fees(Listing[Fee]):
    """A list of fees, with the total that the site states."""

    total: Decimal | None = None


def apart(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows (loans or holds), with a number added to the id of the second and any further one that shares it."""
    seen, found = dict[str, int](), list[Row]()
    for row in rows:
        own = cast(Any, row).id
        seen[own] = times = seen.get(own, 0) + 1
        found.append(row if times == 1 else _renamed(row, f"{own} #{times}"))
    return tuple(found)


def _renamed(row: Row, name: str) -> Row:
    """The row under another id. Some sites give no number to any item, and to make each anew takes far longer."""
    twin = object.__new__(type(row))
    vars(twin).update(vars(row), id=name)
    return twin


def together(*lists: Listing[Row]) -> Listing[Row]:
    """Lists that are one to the patron, with what they state together: of one that states nothing, its rows count."""
    rows = tuple(row for each in lists for row in each.rows)
    if all(each.stated is None for each in lists):
        return Listing(rows)
    return Listing(rows, sum(max(each.stated or 0, len(each.rows)) for each in lists))


def follow(first: Listing[Row], turn: Callable[[str], Listing[Row]], what: str) -> Listing[Row]:
    """The whole list: `turn` reads the page at `more`. Raises LayoutChanged for pages that never end.

    The site's count is the greatest that any of the pages states.
    """
    rows, stated, seen, page = [*first.rows], [first.stated], set[str](), first
    while page.more is not None:
        if page.more in seen or len(seen) >= MOST_PAGES:
            raise LayoutChanged(f"the pages of the {what} go in circles")
        seen.add(page.more)
        page = turn(page.more)
        rows += page.rows
        stated.append(page.stated)
    return Listing(tuple(rows), max((each for each in stated if each is not None), default=None))


def snapshot(
    card: AccountSnapshot | None = None,
    *,
    loans: Listing[Loan] | None = None,
    holds: Listing[Hold] | None = None,
    fees: Fees | None = None,
    counts: Mapping[str, int] | None = None,
    **more: Any,
) -> AccountSnapshot:
    """The account from its lists, each compared with every count that the site states.

    `card` is what another page told beside the lists, its counts too; `counts` are further ones; `more` holds
    other fields of the snapshot. Raises LayoutChanged where rows are stated and none could be read.
    """
    base = card or AccountSnapshot()
    counted = {**base.counts, **(counts or {})}
    lists: dict[str, Listing[Any] | None] = {"loans": loans, "holds": holds, "fees": fees}
    told = {what: _greater(each, counted.get(what)).checked(what) for what, each in lists.items() if each is not None}
    if fees is not None and fees.total is not None:
        more["fees_total"] = fees.total
    changes: dict[str, Any] = {what: each.rows for what, each in told.items()} | more
    stated = {what: each.stated for what, each in told.items() if each.stated is not None}
    gaps = tuple(gap for what, each in told.items() for gap in each.shortfall(what))
    return replace(base, **changes, counts=counted | stated, incomplete=base.incomplete + gaps)


def _greater(listing: Listing[Any], elsewhere: int | None) -> Listing[Any]:
    if elsewhere is None or (listing.stated or 0) >= elsewhere:
        return listing
    return Listing(listing.rows, elsewhere, listing.more)


def gapless(numbers: Iterable[int], what: str) -> None:
    """Raises LayoutChanged unless the numbers that a site gives the rows of its list run from 1 without a gap."""
    if any(number != place for place, number in enumerate(numbers, 1)):
        raise LayoutChanged(f"the numbers of the {what} leave out some")
