"""Invitations into a family: a link that works once and expires. Only a hash of it is kept."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from cards import limits, links, promptly
from cards.household import letters
from cards.household.members import renew_checks
from cards.models import Family, Invitation, Letter, LetterKind, Membership, User
from notifications import household
from notifications.note import Note

LASTS = timedelta(days=7)
DAY = timedelta(days=1)
A_DAY = 10  # from one person
TO_ONE_A_DAY = 3  # to one address, whoever invites it


def may_invite(by: User, email: str, now: datetime) -> bool:
    """Counts one more invitation, and says whether that is not too many for one day."""
    if not limits.allow("invite", by.pk, many=A_DAY, within=DAY, now=now):
        return False
    return limits.allow("invited", email.lower(), many=TO_ONE_A_DAY, within=DAY, now=now)


@transaction.atomic
def invite(family: Family, by: User, email: str, now: datetime) -> Invitation:
    """Writes to that address. An earlier invitation of it into the family no longer works."""
    revoke(family.invitations.filter(email__iexact=email))
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        family=family, by=by, email=email, token_hash=_hash(token), created=now, expires=now + LASTS
    )
    _write(invitation, token, by, now)
    return invitation


def _write(invitation: Invitation, token: str, by: User, now: datetime) -> None:
    def note() -> Note:
        url = links.on_site(reverse("invitation", args=[token]))
        until = by.local(invitation.expires).date()
        return household.invitation(by.shown, invitation.family.name, url=url, until=until)

    letter = letters.write(LetterKind.INVITATION, _key(invitation.pk), invitation.email, note, "", now)
    letter.save()
    promptly.send_soon(letter)


def revoke(invitations: Iterable[Invitation]) -> None:
    """Ends these, and takes back their letters that could not be sent yet."""
    gone = [each.pk for each in invitations]
    Letter.objects.filter(key__in=map(_key, gone)).delete()
    Invitation.objects.filter(pk__in=gone).delete()


def valid(now: datetime) -> QuerySet[Invitation]:
    """Those whose links still work."""
    return Invitation.objects.filter(expires__gt=now).select_related("family", "by")


def find(token: str, now: datetime) -> Invitation | None:
    """The invitation behind a link; None once it was used or revoked, or is over."""
    return valid(now).filter(token_hash=_hash(token)).first()


@transaction.atomic
def accept(invitation: int, user: User, now: datetime) -> Family | None:
    """Makes the person a member, if nobody was faster with the same link."""
    asked = valid(now).filter(pk=invitation)
    family = Family.objects.select_for_update().filter(invitations__in=asked).first()
    if family is None or not Invitation.objects.filter(pk=invitation).delete()[0]:
        return None
    Membership.objects.get_or_create(family=family, user=user)
    renew_checks(family, now)
    return family


def forget_expired(now: datetime) -> None:
    """Addresses of people who did not come."""
    revoke(Invitation.objects.filter(expires__lte=now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(invitation: int) -> str:
    return f"invitation:{invitation}"
