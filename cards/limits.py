"""Not too much of it: how often one person, address or library may, shared by all processes through the database."""

from datetime import datetime, timedelta

from django.db.models import Case, F, Q, Value, When
from django.utils.crypto import salted_hmac

from cards.models import Tally

LONGEST = timedelta(days=1)  # what is older can be forgotten


def allow(name: str, whom: object, *, many: int, within: timedelta, now: datetime) -> bool:
    """Counts one more for `whom`, if that is no more than `many` since the first one `within` this time.

    One conditional UPDATE decides, so that of any number of processes at once no more than `many` are let through.
    Who it is for stands in the database only as a keyed hash.
    """
    if within > LONGEST:
        raise ValueError(f"limits reach back {LONGEST} at most")
    key = _key(name, whom)
    if _count(key, many, now - within, now):
        return True
    Tally.objects.bulk_create([Tally(key=key, since=now, many=0)], ignore_conflicts=True)
    return _count(key, many, now - within, now)


def prune(now: datetime) -> None:
    """Forgets what no limit asks for any more."""
    Tally.objects.filter(since__lt=now - LONGEST).delete()


def _key(name: str, whom: object) -> str:
    return f"{name}:{salted_hmac(f'cards.limits.{name}', str(whom), algorithm='sha256').hexdigest()}"


def _count(key: str, many: int, old: datetime, now: datetime) -> bool:
    """Adds one, or begins anew where the count is old. False: no such row, or it is full."""
    begun = When(since__lte=old, then=Value(1))
    renewed = When(since__lte=old, then=Value(now))
    room = Tally.objects.filter(Q(since__lte=old) | Q(many__lt=many), key=key)
    return room.update(many=Case(begun, default=F("many") + 1), since=Case(renewed, default=F("since"))) == 1
