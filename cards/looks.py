"""Records what staff see of a family, for that family to read."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from cards.models import Family, StaffLook, User

ONCE_IN = timedelta(hours=1)  # a page that is opened ten times in a row is one look
KEPT = timedelta(days=730)


def record(families: QuerySet[Family], by: User, what: StaffLook.What, now: datetime) -> None:
    """Writes down that a member of staff saw these families, but for their own; once an hour for each kind."""
    lately = StaffLook.objects.filter(by=by, what=what, at__gt=now - ONCE_IN).values("family")
    unknown = families.exclude(people=by).exclude(pk__in=lately).distinct()
    looks = [StaffLook(family=each, by=by, who=by.shown[:100], what=what, at=now) for each in unknown]
    StaffLook.objects.bulk_create(looks)


def prune(now: datetime) -> None:
    """What is older than two years goes."""
    StaffLook.objects.filter(at__lt=now - KEPT).delete()
