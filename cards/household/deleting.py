"""Deletes a person at once and for good: the families that only they belonged to, sign-in, letters, everything."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import get_random_string

from cards import access, promptly
from cards.household import inviting, letters, traces
from cards.household.leaving import leave
from cards.household.members import is_last
from cards.models import Family, Invitation, Letter, LetterKind, User
from notifications import household


def families_that_go(user: User) -> list[Family]:
    """Those in which nobody else would be left."""
    return [family for family in access.families_of(user) if is_last(family, user)]


@transaction.atomic
def delete_person(user: User, now: datetime, *, idle: bool = False) -> None:
    """Nothing of theirs stays but one last letter, which goes when it is sent. Safe to repeat, and side by side."""
    locked = User.objects.select_for_update().filter(pk=user.pk).first()
    if locked is None:
        return
    for family in access.families_of(locked):
        leave(family, locked, now, and_delete=True)
    _forget(locked)
    letter = _farewell(locked, now, idle=idle)
    locked.delete()
    letter.save()
    promptly.send_soon(letter)


def _forget(user: User) -> None:
    """What no foreign key leads to, and what would outlive the person without a name on it."""
    traces.end_sessions(user.pk)
    traces.forget(User, [user.pk])
    to_them = Q(email__iexact=user.email) | Q(by=user)
    inviting.revoke(Invitation.objects.filter(to_them))
    Letter.objects.filter(to__iexact=user.email).exclude(kind=LetterKind.STAFF).delete()


def _farewell(user: User, now: datetime, *, idle: bool) -> Letter:
    key, language = f"farewell:{get_random_string(22)}", user.mail_language() if idle else user.language
    letter = letters.write(LetterKind.FAREWELL, key, user.email, lambda: household.farewell(idle=idle), language, now)
    letter.html = "" if user.plain_text else letter.html
    return letter
