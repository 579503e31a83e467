"""What a mail consists of, and the mail made of it, as a page and as plain text. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from notifications import days, plain
from notifications.lines import Heading, Line
from notifications.reader import Links


class Why(StrEnum):
    """What makes us write: a day's news, a week without any, or that somebody wants to see whether mail arrives."""

    DAY = "day"
    WEEK = "week"
    TEST = "test"


@dataclass(frozen=True, kw_only=True, repr=False)
class Part:
    """One heading with its lines."""

    heading: Heading
    label: Promise
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True, repr=False)
class Section:
    """One family: what needs doing, and a word on the rest. `family` is "" where there is only one."""

    family: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, repr=False)
class Page:
    """All that a mail shows: what it says of this very mail, then of the cards, then why it came."""

    subject: str
    person: str
    day: date
    why: str
    links: Links
    remarks: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def dateline(self) -> str:
        """The day, and whom the mail is for."""
        day = days.written(self.day, pgettext("date at the top of a mail", "l, j F"))
        return _("%(day)s, for %(person)s") % {"day": day, "person": self.person} if self.person else day


@dataclass(frozen=True, kw_only=True, repr=False)
class Digest:
    """A mail, ready to be stored; the ledger keys of what it tells, and how much of each kind was the reason for it."""

    subject: str
    text: str
    html: str
    keys: tuple[tuple[str, str], ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)


def written(page: Page, keys: tuple[tuple[str, str], ...] = (), reasons: Mapping[str, int] | None = None) -> Digest:
    """The mail in the language that is active."""
    html = render_to_string("notifications/digest.html", {"page": page, "language": get_language() or "en"})
    return Digest(subject=page.subject, text=plain.written(page), html=html, keys=keys, reasons=reasons or {})


def headed(subject: str, why: Why) -> str:
    """The subject; a test says that it is one."""
    return _("Test: %(subject)s") % {"subject": subject} if why is Why.TEST else subject


def reason(why: Why, *, only_new: bool) -> str:
    """Why the mail came, in a sentence at its foot."""
    if why is Why.TEST:
        return _("You get this mail because you asked for a test mail.")
    if why is Why.WEEK:
        return _("You get this mail because you asked for a word after seven days without one.")
    if only_new:
        return _("You get this mail when there is something new to do on your library cards.")
    return _("You get this mail on days on which something needs doing on your library cards.")
