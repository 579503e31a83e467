"""The small print of a line on the page, and what to say under a heading that has no lines."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.lines import CardState, Heading, Line

NOTHING: Mapping[Heading, Promise] = {
    Heading.KNOW: gettext_lazy("Nothing out of the ordinary."),
    Heading.TAKE_BACK: gettext_lazy("Nothing has to go back yet."),
    Heading.CAN_HAVE: gettext_lazy("Nothing is waiting for you."),
    Heading.HOLD_ON_TO: gettext_lazy("Nothing else is at home."),
    Heading.WANT: gettext_lazy("No holds are on their way. Time to find the next good book?"),
}
LISTS = {Heading.TAKE_BACK: "loans", Heading.HOLD_ON_TO: "loans", Heading.CAN_HAVE: "holds", Heading.WANT: "holds"}


def remarks(line: Line) -> str:
    """Renewals, as far as the library tells."""
    said = (_renewed(line.renewals), _left(line), _renewable(line))
    return " · ".join(each for each in said if each)


def _renewed(times: int | None) -> str:
    if not times:
        return ""
    return ngettext("renewed once", "renewed %(n)d times", times) % {"n": times}


def _left(line: Line) -> str:
    if line.renewals_left is None:
        return ""
    left = line.renewals_left
    return ngettext("%(n)d renewal left", "%(n)d renewals left", left) % {"n": left} if left else _("no renewals left")


def _renewable(line: Line) -> str:
    if line.why_not_renewable:
        return _("cannot be renewed: “%(words)s”") % {"words": line.why_not_renewable.rstrip(".")}
    if line.renewable is None:
        return ""
    return _("can be renewed") if line.renewable else _("cannot be renewed")


def empty(heading: Heading, states: Iterable[CardState]) -> str:
    """What stands under a heading without lines. That there is nothing is said only where every card told it."""
    told = LISTS.get(heading)
    if told is None or all(_sure(state, told) for state in states):
        return str(NOTHING[heading])
    return _("Nothing that we know of: not every card tells us.")


def _sure(state: CardState, told: str) -> bool:
    if state.snapshot is None or state.unread:
        return False
    missing = any(each.what == told for each in state.snapshot.incomplete)
    return getattr(state.snapshot, told) is not None and not missing
