"""Why a card cannot be checked, in a patron's words: one answer for each trouble that a card may have."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cards.models import Trouble


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What happened, and who acts next."""

    question: Promise
    answer: Promise
    who: Promise


YOU = _("Your turn.")
NOBODY = _("Nobody’s turn: we keep trying.")
WE = _("Our turn.")

ANSWERS: Mapping[str, Answer] = {
    Trouble.LOGIN_FAILED: Answer(
        question=_("The library refuses the number or PIN"),
        answer=_(
            "The library said so itself, in the words that stand beside the card. We do not try again, since too "
            "many wrong attempts may lock a card. Correct number or PIN on the card’s page, or press “try again” "
            "if you have mended it at the library."
        ),
        who=YOU,
    ),
    Trouble.PATRON_MUST_ACT: Answer(
        question=_("The library wants something from you first"),
        answer=_(
            "The card is blocked or expired, the PIN must be changed, or there are terms to accept. The library’s "
            "own words stand beside the card, with a link where there is one. Do it there, then press “try again”."
        ),
        who=YOU,
    ),
    Trouble.SITE_UNAVAILABLE: Answer(
        question=_("The library’s website cannot be reached"),
        answer=_(
            "It did not answer. We come back after one hour, then four, then every six. What was read last stays on "
            "your page, with its age."
        ),
        who=NOBODY,
    ),
    Trouble.SITE_SLOW: Answer(
        question=_("The library’s website is too slow"),
        answer=_("It did answer, but not within the time that we give a visit. Most often it is better at night."),
        who=NOBODY,
    ),
    Trouble.SITE_ERROR: Answer(
        question=_("The library’s website answers with an error"),
        answer=_("Something is broken there. You would see the same if you signed in yourself."),
        who=NOBODY,
    ),
    Trouble.MAINTENANCE: Answer(
        question=_("The library’s website is closed for maintenance"),
        answer=_("It says so itself. We look again later."),
        who=NOBODY,
    ),
    Trouble.BAD_CERTIFICATE: Answer(
        question=_("The website could not prove that it is the library’s"),
        answer=_(
            "Its certificate is not valid. It may be an oversight of the library’s, or somebody in between. We do "
            "not send your number there until it is mended."
        ),
        who=NOBODY,
    ),
    Trouble.SITE_REFUSED_US: Answer(
        question=_("The library’s website takes us for a robot"),
        answer=_(
            "Well, we are one: a polite one, that comes a few times a day. We have been told, and try "
            "less often meanwhile. A word to your library that you like this service may help."
        ),
        who=WE,
    ),
    Trouble.LAYOUT_CHANGED: Answer(
        question=_("The library’s pages have changed"),
        answer=_(
            "We read pages that were made for people. When they are rebuilt, we would rather say that we do not "
            "understand them than tell you something wrong. We have been told, and must learn the new pages."
        ),
        who=WE,
    ),
    Trouble.MISCONFIGURED: Answer(
        question=_("The library is not set up properly here"),
        answer=_("A setting of ours does not fit that library’s website."),
        who=WE,
    ),
    Trouble.FAILED: Answer(
        question=_("A fault of ours"),
        answer=_("Our program stumbled over something that nobody had thought of. It is written down for us to mend."),
        who=WE,
    ),
}
