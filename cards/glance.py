"""The answer in ten seconds: what goes back by when and where, and what can be picked up where."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from notifications.lines import Heading, Line, Urgency

MOST = 4
LABELS = {Heading.TAKE_BACK: gettext_lazy("Take back"), Heading.CAN_HAVE: gettext_lazy("Pick up")}


class Gist(NamedTuple):
    """How many things, and what they have in common: the day and the place."""

    many: int
    words: str
    urgency: Urgency


class Glance(NamedTuple):
    """A heading in a few gists, the most urgent first. `more`: how many things are not among them, in words."""

    heading: Heading
    label: Promise
    gists: tuple[Gist, ...]
    more: str


def glance(heading: Heading, lines: Sequence[Line]) -> Glance:
    """What stands under a heading, those together that are alike. The lines come the most urgent first."""
    counted = Counter((_words(line), line.urgency) for line in lines)
    alike = [Gist(many, words, urgency) for (words, urgency), many in counted.items()]
    shown = alike if len(alike) <= MOST else alike[: MOST - 1]
    left = len(lines) - sum(each.many for each in shown)
    more = ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left} if left else ""
    return Glance(heading, LABELS[heading], tuple(shown), more)


def _words(line: Line) -> str:
    return when_and_where(line) if line.pickup else ", ".join(filter(None, (line.when, line.library)))


def when_and_where(line: Line) -> str:
    """The line's time and place: what can be had is somewhere first, what is wanted is not there yet."""
    pair = (line.when, line.where) if line.heading is Heading.WANT else (line.where, line.when)
    return ", ".join(filter(None, pair))
