"""The kinds of news that a mail may bring, and which of them a person may do without."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Kind(StrEnum):
    """What a line is about. What is on hold is of the same kind before it is ready."""

    NEEDS_YOU = "needs_you"
    DUE = "due"
    READY = "ready"
    EXPIRY = "expiry"
    UNREAD = "unread"
    FEES = "fees"
    MESSAGES = "messages"


# A card that waits for its patron cannot be muted: it is told once, and without it all the card's other news would
# stop without a word.
MUTABLE: Mapping[Kind, Promise] = {
    Kind.DUE: _("things to take back"),
    Kind.READY: _("things ready to be picked up"),
    Kind.EXPIRY: _("cards that expire"),
    Kind.UNREAD: _("cards that cannot be read"),
    Kind.FEES: _("what is owed"),
    Kind.MESSAGES: _("what a library writes"),
}

_COUNTED: Mapping[Kind, Callable[[int], str]] = {
    Kind.NEEDS_YOU: lambda n: ngettext("%(n)d card that needs you", "%(n)d cards that need you", n),
    Kind.DUE: lambda n: ngettext("%(n)d thing to take back", "%(n)d things to take back", n),
    Kind.READY: lambda n: ngettext("%(n)d thing ready to be picked up", "%(n)d things ready to be picked up", n),
    Kind.EXPIRY: lambda n: ngettext("%(n)d card that expires", "%(n)d cards that expire", n),
    Kind.UNREAD: lambda n: ngettext("%(n)d card that cannot be read", "%(n)d cards that cannot be read", n),
}


def counted(reasons: Mapping[str, int]) -> list[str]:
    """Reasons for a mail, each as "2 things to take back", in the order of `Kind`."""
    return [words(reasons[kind]) % {"n": reasons[kind]} for kind, words in _COUNTED.items() if reasons.get(kind)]
