"""What is done for families and accounts at each run, without being asked."""

from datetime import datetime

from cards import limits, looks
from cards.household import idle, inviting, traces


def look_after(now: datetime) -> None:
    """Forgets what is over; warns of idle accounts, and deletes them. Safe to repeat, and side by side."""
    inviting.forget_expired(now)
    looks.prune(now)
    limits.prune(now)
    traces.prune(now)
    idle.look_after(now)
