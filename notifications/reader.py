"""Who reads a mail, and the addresses in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, repr=False)
class Reader:
    """A person and what they want to be told.

    `days_ahead` of a due date, or by card; `muted`: the kinds of news that are kept out of mails;
    `only_new`: what was told before is no reason for a mail.
    """

    name: str = ""
    days_ahead: int = 3
    by_card: Mapping[str, int] = field(default_factory=dict)
    muted: frozenset[str] = frozenset()
    only_new: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class Links:
    """Where a mail leads: all the cards; why it came, and what to change; and the end of these mails."""

    status: str
    why: str
    unsubscribe: str
