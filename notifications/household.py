"""What is written to people about family and account: an invitation, warnings before a deletion, a farewell."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from notifications import days
from notifications.note import Note
from notifications.scraped import clean


def invitation(inviter: str, family: str, *, url: str, until: date) -> Note:
    """To an adult who may have never heard of us. `until`: the last day on which the link works."""
    names = {"inviter": clean(inviter), "family": clean(family)}
    return Note(
        subject=_("%(inviter)s invites you to the family “%(family)s”") % names,
        paragraphs=(
            _(
                "LibraryHippo looks after a family’s library cards: what to take back, by when, "
                "and what to pick up, and where."
            ),
            _("%(inviter)s would like to share the library cards of “%(family)s” with you.") % names,
            _("The link below works once, until %(day)s.") % {"day": _day(until)},
        ),
        label=_("See the invitation"),
        url=url,
        why=_(
            "You get this mail because somebody wrote your address into an invitation. If you do not know them, "
            "do nothing: your address is forgotten when the invitation ends."
        ),
    )


def idle_warning(*, days: int, last_seen: date, url: str) -> Note:
    """That an account nobody uses will be deleted in so many days, at the earliest."""
    within = ngettext(
        "Your account at LibraryHippo will be deleted in %(n)d day",
        "Your account at LibraryHippo will be deleted in %(n)d days",
        days,
    )
    return Note(
        subject=within % {"n": days},
        paragraphs=(
            _("You were last here on %(day)s, and there is no card of yours that can still be read.")
            % {"day": _day(last_seen)},
            _(
                "We do not like to keep what nobody needs. If you do nothing, your account is deleted, and with it "
                "every family in which nobody is left but you, its cards and all that was read of them."
            ),
            _("To keep everything as it is, sign in, or follow the link below."),
        ),
        label=_("Keep my account"),
        url=url,
        why=_("You get this mail because you have an account at LibraryHippo. Two are sent before one is deleted."),
    )


def farewell(*, idle: bool) -> Note:
    """The last mail, when all is gone."""
    why = _("It was not used for a long time, and we wrote to you twice.") if idle else _("You asked for it.")
    return Note(
        subject=_("Your account at LibraryHippo is deleted"),
        paragraphs=(
            why,
            _(
                "Your preferences, your sign-in, and every family in which nobody was left but you are gone, with "
                "their cards, card numbers and PINs, and all that was read of them."
            ),
            _("Copies made for emergencies may hold them until they are thrown away. You are welcome back any time."),
        ),
        why=_("This is the last mail to you. Your address is not kept."),
    )


def _day(day: date) -> str:
    return days.written(day, pgettext("date within a sentence", "j F Y"))
