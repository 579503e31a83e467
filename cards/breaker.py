"""Breaks a website's lane off after a few cards in a row that fail alike, and leaves the website alone for a while."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q

from cards.incidents import stopped_there
from cards.lanes import Outcome
from cards.models import Library, Trouble

FEW = 3
DOWN = frozenset(
    {
        Trouble.SITE_UNAVAILABLE,
        Trouble.SITE_SLOW,
        Trouble.SITE_ERROR,
        Trouble.MAINTENANCE,
        Trouble.BAD_CERTIFICATE,
    }
)
RESTS = {
    "down": (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=6)),
    "wall": (timedelta(hours=1), timedelta(hours=4), timedelta(hours=6)),
    "layout": (timedelta(hours=1), timedelta(hours=4), timedelta(hours=6)),
}


def kind_of(trouble: str) -> str:
    """How a visit failed, as far as it tells of the visits to come: "down", "wall", "layout", or "" for not at all."""
    if trouble in DOWN:
        return "down"
    return {Trouble.SITE_REFUSED_US: "wall", Trouble.LAYOUT_CHANGED: "layout"}.get(Trouble(trouble), "")


class Breaker:
    """Hears how the visits to one website end. Pages are each library's own; the rest is the website's."""

    def __init__(self) -> None:
        self._in_a_row: Counter[tuple[str, int | None]] = Counter()

    def trips(self, library: Library, trouble: str) -> bool:
        """Whether it is enough. A website that was left alone and fails again needs no second card to prove it."""
        kind = kind_of(trouble)
        key = (kind, library.pk if kind == "layout" else None)
        for other in [each for each in self._in_a_row if each != key and each[1] in {None, library.pk}]:
            del self._in_a_row[other]
        if not kind:
            return False
        self._in_a_row[key] += 1
        return self._in_a_row[key] >= (1 if library.stops else FEW)


def stop(library: Library, outcome: Outcome, now: datetime) -> set[int]:
    """Leaves the website alone, longer each time; where only its pages changed, the one library. Tells staff once.

    Due cards keep their time. A rest that is under way grows no longer by what somebody asks for meanwhile.
    Returns the libraries that it is about.
    """
    kind = kind_of(outcome.trouble)
    there = Library.objects.filter(pk=library.pk) if kind == "layout" else Library.objects.filter(host=library.host)
    rests = RESTS[kind]
    until = now + rests[min(library.stops, len(rests) - 1)]
    resting = Q(rest_until__gt=now)
    if there.exclude(resting).update(stops=library.stops + 1, rest_until=until):
        stopped_there(library, outcome.trouble, outcome.words, outcome.began)
    return set(there.values_list("pk", flat=True))


def answers_again(library: Library) -> None:
    """A visit went as it should: whatever was left alone together with this library is visited again."""
    together = Library.objects.filter(host=library.host, stops=library.stops, rest_until=library.rest_until)
    together.update(stops=0, rest_until=None)
    library.stops, library.rest_until = 0, None
