"""Who belongs to a family, and what it holds."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cards import schedule
from cards.models import Card, Check, Family, Invitation, Membership, User


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """What goes when a family is deleted."""

    cards: int
    read: int
    checks: int
    invitations: int


def holdings(family: Family) -> Holdings:
    """Counted now."""
    cards = Card.objects.filter(family=family)
    return Holdings(
        cards=cards.kept().count(),
        read=cards.kept().filter(snapshot__isnull=False).count(),
        checks=Check.objects.filter(card__in=cards).count(),
        invitations=Invitation.objects.filter(family=family).count(),
    )


@transaction.atomic
def found(name: str, timezone: str, user: User) -> Family:
    """A new family with its first member."""
    family = Family.objects.create(name=name, timezone=timezone)
    Membership.objects.create(family=family, user=user)
    return family


def is_last(family: Family, user: User) -> bool:
    """Whether nobody else belongs to it."""
    return not Membership.objects.filter(family=family).exclude(user=user).exists()


def renew_checks(family: Family, now: datetime) -> None:
    """Who is mailed, and when, decides when their cards are checked."""
    together = Q(family=family) | Q(family__people__in=family.people.all())
    schedule.reschedule(Card.objects.filter(together).distinct(), now)
