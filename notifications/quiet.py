"""The word on a quiet day: that all is well, or at least that nothing is new. Pure: states in, a mail out."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from libraries.account import Loan
from notifications import days, letter
from notifications.letter import Digest, Page, Why
from notifications.lines import CardState, Heading, Need
from notifications.moments import day_of
from notifications.reader import Links, Reader
from notifications.scraped import clean
from notifications.sorting import sort_cards
from notifications.summary import remainder
from notifications.troubles import shortfall_sentence, trouble_sentence
from notifications.words import untold


def word(reader: Reader, cards: Iterable[CardState], *, links: Links, day: date, why: Why = Why.WEEK) -> Digest:
    """A short mail for a day on which nothing needs telling; a test says that it is one."""
    states = list(cards)
    page = Page(
        subject=letter.headed(_headline(states, reader), why),
        person=clean(reader.name),
        day=day,
        why=letter.reason(why, only_new=reader.only_new),
        links=links,
        remarks=(*([_tested()] if why is Why.TEST else []), *_remarks(states, reader)),
    )
    return letter.written(page)


def _tested() -> str:
    return _(
        "This is the test mail that you asked for. There is nothing that you need to be told today: "
        "without the test, no mail would have come."
    )


def _headline(states: Sequence[CardState], reader: Reader) -> str:
    """ "All is well: 12 things at home, the next due Tue 1 Dec"; where something is amiss, "Nothing new: …"."""
    if not states:
        return _("No library card is looked after yet")
    home = {"home": _at_home(states)}
    return _("All is well: %(home)s") % home if _is_well(states, reader) else _("Nothing new: %(home)s") % home


def _is_well(states: Sequence[CardState], reader: Reader) -> bool:
    """Whether every card was read, and none asks for anything, be it muted or told before."""
    if any(state.snapshot is None or state.trouble or not state.visited for state in states):
        return False
    found = sort_cards(states, days_ahead=reader.days_ahead, by_card=reader.by_card)
    return not any(line.need is not Need.NEVER for lines in found.values() for line in lines)


def _at_home(states: Iterable[CardState]) -> str:
    loans = [(state, loan) for state in states for loan in _loans(state) if not loan.digital]
    if not loans:
        return _("nothing at home")
    dated = [(day, state.today) for state, loan in loans if (day := day_of(loan.due, state.now))]
    if not dated:
        return ngettext("%(n)d thing at home", "%(n)d things at home", len(loans)) % {"n": len(loans)}
    words = ngettext("%(n)d thing at home, %(due)s", "%(n)d things at home, the next %(due)s", len(loans))
    return words % {"n": len(loans), "due": days.due(*min(dated))}


def _loans(state: CardState) -> tuple[Loan, ...]:
    return (state.snapshot.loans if state.snapshot else None) or ()


def _remarks(states: Sequence[CardState], reader: Reader) -> tuple[str, ...]:
    """What is still to come, and what may be wrong with the count above."""
    found = sort_cards(states, days_ahead=reader.days_ahead, by_card=reader.by_card)
    rest = remainder({**found, Heading.HOLD_ON_TO: ()})
    short = [
        shortfall_sentence(state, each) for state in states if state.snapshot for each in state.snapshot.incomplete
    ]
    return tuple(each for each in (rest, *map(trouble_sentence, states), *short, *map(untold, states)) if each)
