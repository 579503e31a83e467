"""From a card to the visit to make for it: plain values that a lane's thread may have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from cards.lanes import Job, Outcome
from cards.models import Card, Trouble
from cards.timetable import Timetable
from libraries.web import Policy


@dataclass(frozen=True)
class Claimed:
    """A card of ours with its library, the visit to make for it, and when its family reads its mail."""

    card: Card
    job: Job
    digests: Sequence[Timetable] = ()


def job_for(card: Card) -> Job:
    """The visit, with the credentials in the clear. Raises `vault.CannotOpen`."""
    library = card.library
    return Job(
        card_id=card.pk,
        version=card.credentials_version,
        system=library.system,
        options=library.all_options(),
        login=card.login(),
        zone=library.zone(),
        user_agent=library.user_agent or settings.USER_AGENT,
        seconds=settings.VISIT_SECONDS,
        pause=library.pause,
    )


def policy() -> Policy:
    """How we go about on the web, by the settings."""
    return Policy(
        user_agent=settings.USER_AGENT,
        proxy=settings.LIBRARY_PROXY or None,
        max_body=settings.MAX_BODY_BYTES,
        allow_private=settings.LIBRARY_ALLOW_PRIVATE,
        plain_http=settings.LIBRARY_ALLOW_PRIVATE,  # as the demo's sites are
    )


def not_opened(card: Card, now: datetime) -> Outcome:
    """A card whose number or PIN no key opens: not visited, and nothing of it is overwritten."""
    return _not_read(
        card, now, 0.0, Trouble.MISCONFIGURED, "its number and PIN do not open: is a key missing in CARD_KEYS?"
    )


def stuck(card: Card, began: datetime, now: datetime) -> Outcome:
    """A visit that outlived its time by far."""
    return _not_read(card, began, (now - began).total_seconds(), Trouble.FAILED, "the visit did not end in its time")


def _not_read(card: Card, began: datetime, seconds: float, trouble: Trouble, words: str) -> Outcome:
    version = card.credentials_version
    return Outcome(card_id=card.pk, version=version, began=began, seconds=seconds, trouble=trouble.value, words=words)
