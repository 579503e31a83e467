"""A sentence for each way a card can fail its people: what happened, who acts next, what is known all the same."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from libraries.account import Shortfall
from notifications import days
from notifications.lines import CardState
from notifications.moments import day_of
from notifications.scraped import clean
from notifications.spoken import spoken

# %(said)s: the library's own words in quotes, or nothing.
TROUBLES: Mapping[str, Promise] = {
    "login_failed": gettext_lazy(
        "%(library)s refused the number or PIN of %(patron)s’s card%(said)s. "
        "We will not try it again until you correct them or say “try again”."
    ),
    "patron_must_act": gettext_lazy(
        "%(library)s wants %(patron)s to do something before it shows the card%(said)s. "
        "We will not try again until you have done it and say “try again”."
    ),
    "site_unavailable": gettext_lazy(
        "The website of %(library)s could not be reached for %(patron)s’s card. We keep trying."
    ),
    "site_slow": gettext_lazy(
        "The website of %(library)s was too slow for %(patron)s’s card to be read. We keep trying."
    ),
    "site_error": gettext_lazy(
        "The website of %(library)s answered with an error, so %(patron)s’s card could not be read. We keep trying."
    ),
    "maintenance": gettext_lazy(
        "The website of %(library)s is closed for maintenance, so %(patron)s’s card could not be read. "
        "We look again later."
    ),
    "bad_certificate": gettext_lazy(
        "The website of %(library)s could not prove that it is the library’s own, "
        "so nothing of %(patron)s’s card was sent to it. We keep trying."
    ),
    "site_refused_us": gettext_lazy(
        "The website of %(library)s takes us for a robot and did not let us in for %(patron)s’s card. "
        "We have told our staff, and try again less often."
    ),
    "layout_changed": gettext_lazy(
        "The website of %(library)s shows pages that we do not know, so %(patron)s’s card could not be read. "
        "We have told our staff, who must teach us the new pages."
    ),
    "misconfigured": gettext_lazy(
        "%(library)s is not set up properly here, so %(patron)s’s card could not be read. Our staff must put it right."
    ),
    "failed": gettext_lazy(
        "A fault of ours kept us from reading %(patron)s’s card at %(library)s. Our staff must put it right."
    ),
}


def names(state: CardState) -> dict[str, str]:
    """Whose card it is and where, for a sentence."""
    return {"patron": clean(state.patron), "library": clean(state.library)}


def trouble_sentence(state: CardState) -> str:
    """What kept the card from being read, who acts next, and what is known all the same; "" without trouble."""
    if not state.trouble:
        return ""
    sentence = str(TROUBLES.get(state.trouble, TROUBLES["failed"])) % {**names(state), "said": _said(state)}
    return f"{sentence} {still_known(state)}"


def _said(state: CardState) -> str:
    said = spoken(state.trouble_words).rstrip(".")
    return _(": “%(words)s”") % {"words": said} if said else ""


def late_sentence(state: CardState) -> str:
    """That nobody came to read the card, though no visit failed."""
    sentence = _("%(patron)s’s card at %(library)s has not been read for a while.") % names(state)
    return f"{sentence} {still_known(state)}"


def unvisited_sentence(state: CardState) -> str:
    """That the library is switched off here."""
    sentence = _("We do not visit %(library)s at present, so we know nothing new of %(patron)s’s card.") % names(state)
    return f"{sentence} {still_known(state)}"


def still_known(state: CardState) -> str:
    """How old the last good reading is, and what follows from it: no more than it told."""
    if state.age is None:
        return _("It has never been read yet.")
    told = _told(state)
    if not told:
        return _("Last read %(ago)s.") % {"ago": days.ago(state.age)}
    return _("Last read %(ago)s; %(told)s.") % {"ago": days.ago(state.age), "told": told}


def _told(state: CardState) -> str:
    snapshot = state.snapshot
    if snapshot is None or snapshot.loans is None:
        return ""
    if any(each.what == "loans" for each in snapshot.incomplete):
        return _("that reading was not complete")
    to_return = [day_of(loan.due, state.now) or state.today for loan in snapshot.loans if not loan.digital]
    if not to_return:
        return _("from that, nothing has to go back")
    if min(to_return) <= state.today:
        return _("from that, something has to go back now")
    return _("from that, nothing is due before %(day)s") % {"day": days.before(min(to_return), state.today)}


def shortfall_sentence(state: CardState, shortfall: Shortfall) -> str:
    """That a list could be read only in part."""
    counted = _counted(shortfall) % {"stated": shortfall.stated, "read": shortfall.read}
    sentence = _("%(patron)s’s card at %(library)s could be read only in part: %(counted)s.")
    return sentence % {**names(state), "counted": counted}


def _counted(shortfall: Shortfall) -> str:
    stated = shortfall.stated
    if shortfall.what == "loans":
        return ngettext(
            "the library counts %(stated)d loan, %(read)d could be read",
            "the library counts %(stated)d loans, %(read)d could be read",
            stated,
        )
    if shortfall.what == "holds":
        return ngettext(
            "the library counts %(stated)d hold, %(read)d could be read",
            "the library counts %(stated)d holds, %(read)d could be read",
            stated,
        )
    return ngettext(
        "the library counts %(stated)d fee, %(read)d could be read",
        "the library counts %(stated)d fees, %(read)d could be read",
        stated,
    )
