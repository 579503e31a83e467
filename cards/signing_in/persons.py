"""The person with an address that was proven: found, or made on the spot."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from cards.models import User


def of(email: str, name: str = "") -> tuple[User, bool]:
    """Whose address it is, and whether they are new here."""
    return of_any([email], name=name)


def of_any(emails: Iterable[str], *, name: str = "") -> tuple[User, bool]:
    """The first whom we know by one of these addresses; else a new person with the first of them."""
    addresses = [each.strip().lower() for each in emails]
    for each in addresses:
        if known := User.objects.filter(email=each).first():
            return known, False
    try:
        with transaction.atomic():
            return User.objects.create_user(addresses[0], name=name), True
    except IntegrityError:  # made meanwhile, in another window
        return User.objects.get(email=addresses[0]), False
