"""How one card stands, in a few words: the whole sentence is under "things you should know"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cards.models import Card, Library, Trouble
from notifications.lines import CardState
from notifications.words import freshness, untold

TROUBLES: Mapping[str, Promise] = {
    Trouble.LOGIN_FAILED: gettext_lazy("number or PIN refused"),
    Trouble.PATRON_MUST_ACT: gettext_lazy("waits for you"),
    Trouble.SITE_UNAVAILABLE: gettext_lazy("the library’s website did not answer"),
    Trouble.SITE_SLOW: gettext_lazy("the library’s website took too long"),
    Trouble.SITE_ERROR: gettext_lazy("the library’s website has a fault"),
    Trouble.MAINTENANCE: gettext_lazy("the library’s website is under repair"),
    Trouble.BAD_CERTIFICATE: gettext_lazy("the library’s website is not safe"),
    Trouble.SITE_REFUSED_US: gettext_lazy("the library’s website keeps us out"),
    Trouble.LAYOUT_CHANGED: gettext_lazy("the library’s pages have changed"),
    Trouble.MISCONFIGURED: gettext_lazy("library not set up properly"),
    Trouble.FAILED: gettext_lazy("our fault"),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A card on top of the page. `look` is "fine", "late", "trouble", "stopped", "paused" or "checking".

    `beta` is said of a library at which nobody's card was read well yet, `since` of the others.
    `button` is what can be asked for: "check", "try_again" (one attempt, after a refusal), or "" for nothing.
    """

    card_id: str
    patron: str
    library: str
    look: str
    label: str
    fresh: str
    read: bool
    untold: str
    beta: str
    since: str
    button: str

    @property
    def checking(self) -> bool:
        """Whether somebody is at it."""
        return self.look == "checking"


def standing_of(card: Card, state: CardState, now: datetime) -> Standing:
    """One card. `now` decides whether whoever claimed it is still at it."""
    look, label, button = _look(card, state, now)
    return Standing(
        card_id=state.card_id,
        patron=state.patron,
        library=state.library,
        look=look,
        label=label,
        fresh=freshness(state),
        read=state.snapshot is not None,
        untold=untold(state),
        beta=_("new here – tell us if something looks wrong") if card.library.beta else "",
        since=works_since(card.library),
        button=button,
    )


def works_since(library: Library) -> str:
    """As "works since May 2026"; "" for a library at which no card was read well yet."""
    if library.works_since is None:
        return ""
    return _("works since %(month)s") % {"month": date_format(library.local(library.works_since), "F Y")}


def _look(card: Card, state: CardState, now: datetime) -> tuple[str, str, str]:
    if card.being_checked(now):
        return "checking", _("being read now …") if card.visiting else _("waiting for its turn …"), ""
    if card.paused:
        return "paused", _("paused"), ""
    if not state.visited:
        return "late", _("not visited at present"), ""
    if state.trouble:
        label = str(TROUBLES.get(state.trouble, TROUBLES[Trouble.FAILED]))
        return ("stopped", label, "try_again") if state.stopped else ("trouble", label, "check")
    return ("late" if state.unread else "fine"), "", "check"
