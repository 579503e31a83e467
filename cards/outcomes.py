"""Saves how a visit ended: on the card, on those with the same number, in the history, for staff."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from cards import incidents, telling
from cards.claims import FREE, NOT_NEEDED, give_back
from cards.jobs import Claimed
from cards.lanes import Outcome
from cards.models import Card, Check, Library, Run, Trouble
from cards.models.card import STOPPING
from cards.one_row import add, change_if
from cards.schedule import next_after_good, retry
from cards.timetable import Timetable

OURS = frozenset({Trouble.LAYOUT_CHANGED, Trouble.MISCONFIGURED, Trouble.FAILED})
FOR_STAFF = (Trouble.SITE_REFUSED_US, Trouble.LAYOUT_CHANGED, Trouble.MISCONFIGURED)
INCOMPLETE = "incomplete"
LONGEST_URL = 500


@transaction.atomic
def save(
    outcome: Outcome, *, token: UUID, run: Run, same_number: Collection[str], claimed: Claimed | None = None
) -> None:
    """Saves one outcome, if the card is still this run's and its credentials are still those that were tried.

    Otherwise the card is only given back, as due as it is. A refusal stops every card of the library whose
    fingerprint is in `same_number`. The attempt goes into the history either way. What is known of the card since
    it was `claimed` spares most good readings the way by the database.
    """
    if claimed and _all_is_well(claimed, outcome) and _saved_as_claimed(claimed, outcome, token):
        _record(outcome, run)
        return
    found = Card.objects.select_for_update(of=("self",)).select_related("library").defer(*NOT_NEEDED)
    if card := found.filter(pk=outcome.card_id).first():
        _save(card, outcome, token, same_number)
        _record(outcome, run)
        _tell_staff(card.library, outcome)
    if claimed:
        claimed.card.library.refresh_from_db(fields=["trouble", "works_since"])


def _all_is_well(claimed: Claimed, outcome: Outcome) -> bool:
    """Whether the reading says nothing new of the library."""
    library = claimed.card.library
    return outcome.name == "ok" and library.works_since is not None and not library.trouble


def _saved_as_claimed(claimed: Claimed, outcome: Outcome, token: UUID) -> bool:
    """Saves by one query a reading of a card that nobody changed since; False where somebody did."""
    card = claimed.card
    ours = {"id": card.pk, "lease_by": token, "credentials_version": outcome.version}
    unchanged = {"interval_hours": card.interval_hours, "family": card.family_id}
    return change_if(Card, ours | unchanged, _changes(card, outcome, claimed.digests) | FREE)


def _save(card: Card, outcome: Outcome, token: UUID, same_number: Collection[str]) -> None:
    row = Card.objects.filter(pk=card.pk, lease_by=token, credentials_version=outcome.version)
    if not row.update(**_changes(card, outcome), **FREE):
        give_back([card.pk], token)
    if outcome.name == "ok" and card.library.works_since is None:
        Library.objects.filter(pk=card.library_id, works_since=None).update(works_since=outcome.began)
    if outcome.trouble == Trouble.LOGIN_FAILED:
        _stop_siblings(card, outcome, same_number)


def _changes(card: Card, outcome: Outcome, digests: Iterable[Timetable] | None = None) -> dict[str, Any]:
    """What becomes of the card. An error never touches the snapshot."""
    if outcome.stored is not None:
        return {
            "snapshot": outcome.stored,
            "snapshot_at": outcome.began,
            "read_version": outcome.version,
            "failures": 0,
            "last_began": outcome.began,
            "next_check_at": next_after_good(card, outcome.began, digests),
            **_trouble("", "", "", None),
        }
    return {
        "failures": card.failures + 1,
        "last_began": outcome.began,
        "next_check_at": retry(outcome.began, card.failures + 1),
        **_trouble(outcome.trouble, outcome.words, outcome.url, card.trouble_since or outcome.began),
    }


def _trouble(kind: str, words: str, url: str, since: datetime | None) -> dict[str, Any]:
    url = url if len(url) <= LONGEST_URL else ""
    return {"trouble": kind, "trouble_words": _text(words), "trouble_url": _text(url), "trouble_since": since}


def _text(words: str) -> str:
    """Without what PostgreSQL cannot store."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def _stop_siblings(card: Card, outcome: Outcome, same_number: Collection[str]) -> None:
    """The library counts refusals by number, whoever holds it: not one more attempt for any of them.

    But what somebody only tries out says nothing of the cards of others.
    """
    if card.draft_by_id is not None:
        return
    siblings = Card.objects.filter(library=card.library_id, fingerprint__in=same_number).exclude(pk=card.pk)
    siblings.exclude(trouble__in=STOPPING).update(
        **_trouble(outcome.trouble, outcome.words, outcome.url, outcome.began), failures=1
    )


def _record(outcome: Outcome, run: Run) -> None:
    done = {
        "card": outcome.card_id,
        "run": run.pk,
        "began": outcome.began,
        "seconds": outcome.seconds,
        "requests": outcome.requests,
        "outcome": outcome.name,
        "error": _text(outcome.words),
        "loans": outcome.loans,
        "holds": outcome.holds,
    }
    add(Check, done)


def _tell_staff(library: Library, outcome: Outcome) -> None:
    """Once a library, when it starts; and not again before all its cards have been read well."""
    if outcome.name in FOR_STAFF or outcome.name == INCOMPLETE:
        if incidents.begins(library, outcome.name, outcome.began):
            telling.staff_incident(library, outcome.name, _text(outcome.words))
    elif outcome.name == "ok" and library.trouble and not _still_in_trouble(library):
        Library.objects.filter(pk=library.pk).update(trouble="", trouble_since=None)


def _still_in_trouble(library: Library) -> bool:
    """Whether some card of the library waits for staff: one odd card among good ones is no new incident every day."""
    partly = Q(snapshot__isnull=False) & ~Q(snapshot__incomplete=[])
    return Card.objects.filter(partly | Q(trouble__in=FOR_STAFF), library=library).exists()
