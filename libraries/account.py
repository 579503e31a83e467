"""What is on a library card: plain frozen values that do not print what they hold, and their JSON (schema 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

SCHEMA = 1
Day = date  # for the field that is itself named date


class HoldState(StrEnum):
    """Where a hold stands. `UNKNOWN`: the site's words are none that the adapter knows."""

    READY = "ready"
    IN_TRANSIT = "in_transit"
    WAITING = "waiting"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Login:
    """A patron's credentials. Nothing of it prints."""

    number: str = field(repr=False)
    pin: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, repr=False, init=False)
class Loan:
    """An item checked out. `id` is the same tomorrow: barcode or record number, else title and due date.

    `due` is the library's local date, or a date-time where hours count. Where the site states no date,
    or one that nobody can read, `due` is None and `due_text` holds the site's words.
    """

    id: str
    title: str
    due: date | datetime | None
    due_text: str | None = None
    author: str | None = None
    renewable: bool | None = None
    renewals: int | None = None
    renewals_left: int | None = None
    why_not_renewable: str | None = None
    format: str | None = None
    digital: bool | None = None
    branch: str | None = None
    call_number: str | None = None
    url: str | None = None
    notes: str | None = None

    def __init__(  # what `dataclass` makes takes twice as long (a call for each field), a tenth of reading a loan
        self,
        *,
        id: str,
        title: str,
        due: date | datetime | None,
        due_text: str | None = None,
        author: str | None = None,
        renewable: bool | None = None,
        renewals: int | None = None,
        renewals_left: int | None = None,
        why_not_renewable: str | None = None,
        format: str | None = None,
        digital: bool | None = None,
        branch: str | None = None,
        call_number: str | None = None,
        url: str | None = None,
        notes: str | None = None,
    ) -> None:
        self.__dict__.update(
            id=id, title=title, due=due, due_text=due_text, author=author, renewable=renewable, renewals=renewals,
            renewals_left=renewals_left, why_not_renewable=why_not_renewable, format=format, digital=digital,
            branch=branch, call_number=call_number, url=url, notes=notes,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, repr=False)
class Hold:
    """An item asked for. `position` of `queue`; `pickup_by` is the last day a ready hold is kept."""

    id: str
    title: str
    state: HoldState
    author: str | None = None
    position: int | None = None
    queue: int | None = None
    pickup: str | None = None
    pickup_by: date | None = None
    expires: date | None = None
    suspended_until: date | None = None
    format: str | None = None
    url: str | None = None
    notes: str | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Fee:
    """Money owed, in an ISO 4217 currency from the library's options."""

    amount: Decimal
    reason: str | None = None
    currency: str | None = None
    date: Day | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Renewal:
    """What the library answered when an item was to be renewed; `message` is in its words."""

    id: str
    ok: bool
    due: date | datetime | None = None
    message: str | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """The site states `stated` rows of `what` ("loans", "holds", "fees"), but only `read` could be read."""

    what: str
    stated: int
    read: int


@dataclass(frozen=True, kw_only=True, repr=False)
class AccountSnapshot:
    """A card as the library's site showed it. A list that is None is one that this site does not tell.

    `counts` holds what the site itself stated ("loans", "holds", "fees"); `blocked` the library's words.
    """

    loans: tuple[Loan, ...] | None = None
    holds: tuple[Hold, ...] | None = None
    fees: tuple[Fee, ...] | None = None
    fees_total: Decimal | None = None
    card_expires: date | None = None
    blocked: str | None = None
    messages: tuple[str, ...] = ()
    patron_name: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    incomplete: tuple[Shortfall, ...] = ()


def to_json(value: Any) -> Any:
    """A snapshot, or any value in it, as JSON types: dates ISO 8601, money as a decimal string."""
    if isinstance(value, AccountSnapshot):
        return {"schema": SCHEMA, **_plain(value)}
    return _plain(value)


def _plain(value: Any) -> Any:
    if value is None or type(value) is str:
        return value  # most are
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_json(stored: Mapping[str, Any]) -> AccountSnapshot:
    """The snapshot that `to_json` wrote. Raises ValueError for a schema that this version does not read."""
    if stored.get("schema") != SCHEMA:
        raise ValueError(f"snapshot schema {stored.get('schema')!r} is not {SCHEMA}")
    return AccountSnapshot(
        loans=_each(stored["loans"], _loan),
        holds=_each(stored["holds"], _hold),
        fees=_each(stored["fees"], _fee),
        fees_total=_money(stored["fees_total"]),
        card_expires=_day(stored["card_expires"]),
        blocked=stored["blocked"],
        messages=tuple(stored["messages"]),
        patron_name=stored["patron_name"],
        counts=stored["counts"],
        incomplete=tuple(Shortfall(**each) for each in stored["incomplete"]),
    )


def _each(rows: list[dict[str, Any]] | None, read: Any) -> Any:
    return None if rows is None else tuple(read(row) for row in rows)


def _loan(row: dict[str, Any]) -> Loan:
    return Loan(**{**row, "due": _moment(row["due"])})


def _hold(row: dict[str, Any]) -> Hold:
    days = {name: _day(row[name]) for name in ("pickup_by", "expires", "suspended_until")}
    return Hold(**{**row, **days, "state": HoldState(row["state"])})


def _fee(row: dict[str, Any]) -> Fee:
    return Fee(**{**row, "amount": Decimal(row["amount"]), "date": _day(row["date"])})


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _moment(text: str | None) -> date | datetime | None:
    if text is None or len(text) == 10:
        return _day(text)
    return datetime.fromisoformat(text)
