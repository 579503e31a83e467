"""Tries a card at a library by one real visit, for staff; nothing of the card is stored."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from cards import seats
from cards.jobs import policy
from cards.lanes import Job, Outcome, attempt
from cards.models import Library
from libraries.account import Login
from libraries.web import Connections


def try_card(library: Library, login: Login, now: datetime) -> Outcome | None:
    """How the visit ended. None, and no visit: somebody else is visiting the library at this moment."""
    token = uuid4()
    seat = seats.hold(library.host, token, now)
    if seat is None:
        return None
    connections = Connections(policy())
    try:
        return attempt(_job(library, login), connections, timezone.now)
    finally:
        connections.close()
        seats.release([seat], token)


def _job(library: Library, login: Login) -> Job:
    return Job(
        card_id=uuid4(),  # nobody's
        version=0,
        system=library.system,
        options=library.all_options(),
        login=login,
        zone=library.zone(),
        user_agent=library.user_agent or settings.USER_AGENT,
        seconds=settings.VISIT_SECONDS,
        pause=library.pause,
    )


def confirm(library: Library) -> bool:
    """A card was read there, so families' cards may be. False: it was confirmed before, or edited meanwhile."""
    tried = Library.objects.filter(pk=library.pk, system=library.system, options=library.options)
    return tried.filter(confirmed=False).update(confirmed=True) == 1
