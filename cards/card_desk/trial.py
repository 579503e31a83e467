"""How the trial of a card stands, as plain values: under way, read, refused, or not possible at this moment."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.models import Card, Trouble
from cards.standing import TROUBLES
from cards.states import card_state
from libraries.account import AccountSnapshot, HoldState
from notifications.scraped import clean, web_link
from notifications.spoken import spoken
from notifications.words import untold

MOST_TITLES = 5


class Trial(NamedTuple):
    """`stage`: "under_way", "found", "refused", "must_act", "outage", or "lost" where the visit never ended.

    `says` is the sentence on top, `words` are the library's own, `titles` the first of what was read.
    """

    stage: str
    says: str
    words: str = ""
    url: str = ""
    titles: tuple[str, ...] = ()
    untold: str = ""

    @property
    def over(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.stage != "under_way"

    @property
    def may_be_kept(self) -> bool:
        """Whether the card can be saved: as it was read, or unread where that is not its holder's fault."""
        return self.stage in ("found", "must_act", "outage", "lost")


def trial_of(card: Card, now: datetime) -> Trial:
    """The trial of a draft."""
    if card.being_checked(now):
        reading = _("Reading the card at the library …") if card.visiting else _("Waiting for the library’s turn …")
        return Trial("under_way", reading)
    if card.trouble:
        return _troubled(card)
    state = card_state(card, now)
    if state.snapshot is None:
        return Trial("lost", _("The visit did not come about, or was interrupted."))
    return Trial(
        "found",
        _("%(counted)s – is that you?") % {"counted": counted(state.snapshot)},
        titles=tuple(_titles(state.snapshot)),
        untold=untold(state),
    )


def _troubled(card: Card) -> Trial:
    words, url = spoken(card.trouble_words), web_link(card.trouble_url)
    if card.trouble == Trouble.LOGIN_FAILED:
        return Trial("refused", _("The library did not let us in with that."), words)
    if card.trouble == Trouble.PATRON_MUST_ACT:
        return Trial("must_act", _("The library wants you to do something first."), words, url)
    return Trial("outage", f"{capfirst(str(TROUBLES.get(card.trouble, TROUBLES[Trouble.FAILED])))}.")


def counted(snapshot: AccountSnapshot) -> str:
    """As "3 loans, 1 hold ready"; lists that the library does not tell are left out."""
    loans = None if snapshot.loans is None else len(snapshot.loans)
    ready = [hold.state is HoldState.READY for hold in snapshot.holds or ()]
    parts = (
        (loans or 0, ngettext("%(n)d loan", "%(n)d loans", loans or 0)),
        (ready.count(True), ngettext("%(n)d hold ready", "%(n)d holds ready", ready.count(True))),
        (ready.count(False), ngettext("%(n)d hold on its way", "%(n)d holds on their way", ready.count(False))),
    )
    said = [words % {"n": many} for many, words in parts if many]
    return ", ".join(said) or _empty(snapshot)


def _empty(snapshot: AccountSnapshot) -> str:
    told = [_("nothing on loan")] if snapshot.loans is not None else []
    told += [_("nothing on hold")] if snapshot.holds is not None else []
    return capfirst(get_text_list(told, _("and"))) or _("The library let us in")


def _titles(snapshot: AccountSnapshot) -> Iterator[str]:
    ready = [hold.title for hold in snapshot.holds or () if hold.state is HoldState.READY]
    titles = [loan.title for loan in snapshot.loans or ()] + ready
    yield from (clean(title) for title in titles[:MOST_TITLES])
