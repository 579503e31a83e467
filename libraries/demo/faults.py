"""What can be wrong with a demo site."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How the site is today."""

    UP = "up"
    DOWN = "down"  # takes the connection and closes it without a word
    HANG = "hang"  # takes the request and never answers
    TRICKLE = "trickle"  # answers a byte at a time
    ERROR = "error"  # 500
    MAINTENANCE = "maintenance"  # 503 with a page that says so
    MAINTENANCE_OK = "maintenance_ok"  # the same page, but 200
    REDESIGNED = "redesigned"  # new classes, ids and words
    BOT_WALL = "bot_wall"  # 403 and a browser check
    BOT_WALL_OK = "bot_wall_ok"  # the same, but 200
    TOO_MANY = "too_many"  # 429
    TRUNCATED = "truncated"  # the page ends early, in good order
    CUT = "cut"  # the connection ends before the page does
    BLOCKED = "blocked"  # every card is blocked
    MISCOUNTED = "miscounted"  # each list lacks its last row, and still states its count


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A mode, for the paths that the pattern `paths` is found in.

    `latency`: seconds before each answer, in any mode. `pace`: seconds a byte when trickling.
    `fraction`: how much of a truncated or cut page is sent.
    """

    mode: Mode = Mode.UP
    latency: float = 0.0
    paths: str = ""
    pace: float = 1.0
    fraction: float = 0.5

    def __post_init__(self) -> None:
        """Takes a mode by its name too, as other processes send it. Raises ValueError for one that is none."""
        object.__setattr__(self, "mode", Mode(self.mode))

    def mode_for(self, path: str) -> Mode:
        """The mode in which that path is answered."""
        return self.mode if re.search(self.paths, path) else Mode.UP
