"""Leaving a family. One that nobody belongs to any more is deleted, with all it holds."""

from datetime import datetime

from django.db import transaction

from cards.household import inviting, traces
from cards.household.members import is_last, renew_checks
from cards.models import Card, CardChoice, Family, Invitation, Membership, Notice, User
from cards.outbox import withdraw_digests


class LastOne(Exception):
    """Nobody would be left: leaving deletes the family, and the person did not say that this is what they want."""


@transaction.atomic
def leave(family: Family, user: User, now: datetime, *, and_delete: bool = False) -> bool:
    """Takes the person out of the family. Whether that deleted it, as it does when nobody is left.

    Raises LastOne then, unless `and_delete`. Of two who leave at the same moment, one is the last.
    """
    locked = Family.objects.select_for_update().filter(pk=family.pk).first()
    if locked is None:
        return True
    last = is_last(locked, user)
    if last and not and_delete:
        raise LastOne
    withdraw_digests(user.pk, now)  # they tell of cards that are no longer this person's
    if last:
        _delete(locked)
    else:
        _forget_in(locked, user)
        renew_checks(locked, now)
    return last


def _delete(family: Family) -> None:
    inviting.revoke(family.invitations.all())
    traces.forget(Card, Card.objects.filter(family=family).values_list("pk", flat=True))
    traces.forget(Family, [family.pk])
    family.delete()


def _forget_in(family: Family, user: User) -> None:
    """What the person was told there, chose, tried out, and whom they invited."""
    Membership.objects.filter(user=user, family=family).delete()
    Notice.objects.filter(user=user, card__family=family).delete()
    CardChoice.objects.filter(user=user, card__family=family).delete()
    Card.objects.filter(draft_by=user, family=family).delete()
    inviting.revoke(Invitation.objects.filter(by=user, family=family))
