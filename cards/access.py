"""Who may see and check whose cards: one's own families', and for staff with the permission any family's."""

from django.db.models import QuerySet

from cards.models import Card, Family, User

SEE, CHECK = "cards.view_card", "cards.change_card"


def families_of(user: User) -> QuerySet[Family]:
    """The families that the person belongs to."""
    return Family.objects.filter(people=user)


def families_open_to(user: User, permission: str) -> QuerySet[Family]:
    """Those of which the person may `SEE`, or `CHECK`, the cards."""
    return Family.objects.all() if is_trusted(user, permission) else families_of(user)


def cards_open_to(user: User, permission: str) -> QuerySet[Card]:
    """The cards of those families; a draft is open to nobody but whoever tries it."""
    return Card.objects.kept().filter(family__in=families_open_to(user, permission))


def is_trusted(user: User, permission: str) -> bool:
    """Whether the person is staff, and may do it with every family's cards."""
    return user.is_staff and user.has_perm(permission)
