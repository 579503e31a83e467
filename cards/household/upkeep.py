"""What is done for families and accounts at each run, without being asked."""

from datetime import datetime

from cards.household import idle, inviting


def look_after(now: datetime) -> None:
    """Invitations that are over are forgotten; idle accounts are warned, and deleted. Safe to repeat."""
    inviting.forget_expired(now)
    idle.look_after(now)
