"""What is done for families and accounts at each run, without being asked."""

from datetime import datetime

from cards import looks
from cards.household import idle, inviting


def look_after(now: datetime) -> None:
    """Invitations that are over and old looks of staff are forgotten; idle accounts are warned, and deleted. Safe to repeat."""
    inviting.forget_expired(now)
    looks.prune(now)
    idle.look_after(now)
