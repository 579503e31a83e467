"""Counts in words: a mail's subject, and what else is on the cards. Nothing that a website said is in them."""

from collections.abc import Iterable, Mapping

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.lines import Heading, Line, Urgency


def subject(lines: Iterable[Line], asking: Iterable[Line]) -> str:
    """ "1 item overdue, 2 items due and 1 hold ready"; cards in trouble count where they ask for something."""
    counted = list(lines)
    back = [line.urgency is Urgency.OVERDUE for line in counted if line.heading is Heading.TAKE_BACK]
    overdue, due = back.count(True), back.count(False)
    ready = sum(line.heading is Heading.CAN_HAVE for line in counted)
    cards = len({line.card_id for line in asking if line.heading is Heading.KNOW})
    parts = (
        (overdue, ngettext("%(n)d item overdue", "%(n)d items overdue", overdue)),
        (due, ngettext("%(n)d item due", "%(n)d items due", due)),
        (ready, ngettext("%(n)d hold ready", "%(n)d holds ready", ready)),
        (cards, ngettext("%(n)d card needs attention", "%(n)d cards need attention", cards)),
    )
    return get_text_list([words % {"n": number} for number, words in parts if number], _("and"))


def remainder(found: Mapping[Heading, tuple[Line, ...]]) -> str:
    """What else is on the cards, where nothing has to be done; "" for nothing else."""
    loans, holds = len(found[Heading.HOLD_ON_TO]), len(found[Heading.WANT])
    parts = (
        (loans, ngettext("%(n)d thing to hold on to", "%(n)d things to hold on to", loans)),
        (holds, ngettext("%(n)d hold still to come", "%(n)d holds still to come", holds)),
    )
    counted = [words % {"n": number} for number, words in parts if number]
    return _("Also on your cards: %(counted)s.") % {"counted": get_text_list(counted, _("and"))} if counted else ""
