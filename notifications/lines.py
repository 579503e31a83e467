"""What a card says today, as plain values: the state of a card, and one line of a page or a mail."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from libraries.account import AccountSnapshot
from libraries.errors import LoginFailed, PatronMustAct
from notifications.kinds import Kind

UNREAD_AFTER = timedelta(hours=20)
STOPPING = (LoginFailed.kind, PatronMustAct.kind)


class Heading(StrEnum):
    """The five headings, in the order in which they are read."""

    KNOW = "know"
    TAKE_BACK = "take_back"
    CAN_HAVE = "can_have"
    HOLD_ON_TO = "hold_on_to"
    WANT = "want"


class Urgency(StrEnum):
    """How soon somebody must move, most urgent first. `UNDATED`: the library states no readable date."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    UNDATED = "undated"
    LATER = "later"
    NONE = "none"


class Need(StrEnum):
    """Whether a line is a reason for a mail: on each day that it stands, until it was told once, or never."""

    EACH_DAY = "each_day"
    ONCE = "once"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True, repr=False)
class CardState:
    """A card as it is stored, without its credentials. `now` and `today` are on the library's clock.

    `trouble` is the kind of the error that the last visit ended in, or "". `visited` is False where the
    library is switched off. `added` stands for the last reading of a card that was never read.
    """

    card_id: str
    family: str
    patron: str
    library: str
    today: date
    now: datetime
    snapshot: AccountSnapshot | None = None
    snapshot_at: datetime | None = None
    trouble: str = ""
    trouble_words: str = ""
    trouble_url: str = ""
    trouble_since: datetime | None = None
    currency: str = ""
    waiting_first_check: bool = False
    added: datetime | None = None
    interval: timedelta = timedelta(hours=6)
    visited: bool = True

    @property
    def age(self) -> timedelta | None:
        """How old the last good reading is; None where there is none."""
        return None if self.snapshot_at is None else max(self.now - self.snapshot_at, timedelta())

    @property
    def stopped(self) -> bool:
        """Whether the patron must act before the card is visited again."""
        return self.trouble in STOPPING

    @property
    def unread(self) -> bool:
        """Whether the card could not be read for so long that its people must know.

        Where no visit failed, the card is only late; it gets the time between two visits on top.
        """
        since = self.snapshot_at or self.added
        patience = UNREAD_AFTER if self.trouble else UNREAD_AFTER + self.interval
        return since is not None and self.now - since > patience


@dataclass(frozen=True, kw_only=True, repr=False)
class Line:
    """One line under a heading, in the words of the language that was active when it was made.

    `days` until `due` (or until `pickup_by`), negative when past; `when` and `where` say so in words.
    Under `Heading.KNOW`, `text` is the whole sentence and `action_url` where to act on it, or "".
    `key` is the same as long as it tells the same thing.
    """

    key: str
    kind: Kind
    heading: Heading
    card_id: str
    patron: str
    library: str
    urgency: Urgency = Urgency.NONE
    need: Need = Need.NEVER
    title: str = ""
    author: str = ""
    when: str = ""
    where: str = ""
    due: date | datetime | None = None
    due_text: str = ""
    days: int | None = None
    pickup: str = ""
    pickup_by: date | None = None
    position: int | None = None
    queue: int | None = None
    state: str = ""
    renewals: int | None = None
    renewals_left: int | None = None
    renewable: bool | None = None
    why_not_renewable: str = ""
    url: str = ""
    digital: bool = False
    text: str = ""
    action_url: str = ""
    is_new: bool = False
