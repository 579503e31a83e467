"""Words for a card as a whole: the headings, how fresh its reading is, what the library does not tell."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import days
from notifications.lines import CardState, Heading
from notifications.troubles import names, trouble_sentence

__all__ = ["HEADINGS", "freshness", "names", "trouble_sentence", "untold"]

HEADINGS: Mapping[Heading, Promise] = {
    Heading.KNOW: gettext_lazy("Things you should know"),
    Heading.TAKE_BACK: gettext_lazy("Things you should take back"),
    Heading.CAN_HAVE: gettext_lazy("Things you can have"),
    Heading.HOLD_ON_TO: gettext_lazy("Things you can hold on to"),
    Heading.WANT: gettext_lazy("Things you want"),
}


def freshness(state: CardState) -> str:
    """How old what is shown of the card is."""
    if state.age is None:
        return _("waiting for its first check") if state.waiting_first_check else _("not read yet")
    return _("read %(ago)s") % {"ago": days.ago(state.age)}


def untold(state: CardState) -> str:
    """That this library does not tell its loans, its holds, or both; "" where it tells, or nothing is known yet."""
    if state.snapshot is None or (state.snapshot.loans is not None and state.snapshot.holds is not None):
        return ""
    if state.snapshot.loans is not None:
        sentence = _("%(library)s does not tell us what is on hold on %(patron)s’s card.")
    elif state.snapshot.holds is not None:
        sentence = _("%(library)s does not tell us what is on loan on %(patron)s’s card.")
    else:
        sentence = _("%(library)s tells us neither loans nor holds of %(patron)s’s card.")
    return sentence % names(state)
