"""What is done for families and accounts at each run, without being asked."""

from datetime import datetime

from cards import looks
from cards.household import idle, inviting


def look_after(now: datetime) -> None:
    """Forgets old invitations and old looks of staff; warns of idle accounts, and deletes them. Safe to repeat."""
    inviting.forget_expired(now)
    looks.prune(now)
    idle.look_after(now)
