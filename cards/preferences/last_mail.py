"""The last mail to a person, and why it came: from what is kept of a letter once its words are erased."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.models import REGULAR, Letter, LetterKind, Notice, User
from cards.outbox import WITHDRAWN
from cards.preferences import choices, words
from cards.telling import AT_ONCE
from notifications.kinds import counted

SHOWN = (*REGULAR, LetterKind.TEST)


@dataclass(frozen=True, kw_only=True)
class LastMail:
    """When it went ("" while it still waits), why it came, and what asked for it."""

    went: str
    why: str
    reasons: list[str]
    new: str


def last_mail(user: User) -> LastMail | None:
    """The latest of the mails about the person's cards, as long as a trace of it is kept."""
    letters = Letter.objects.filter(user=user, kind__in=SHOWN).exclude(trouble=WITHDRAWN)
    letter = letters.order_by("-created", "-pk").first()
    if letter is None:
        return None
    return LastMail(went=_went(letter, user), why=_why(letter), reasons=counted(letter.reasons), new=_new(letter))


def _went(letter: Letter, user: User) -> str:
    if letter.sent is None:
        return ""
    sent = user.local(letter.sent)
    words_for = {"day": words.full_day(sent.date()), "time": choices.clock(sent)}
    return _("The last mail went at %(time)s on %(day)s.") % words_for


def _why(letter: Letter) -> str:
    if letter.kind == LetterKind.TEST:
        return _("It came because you asked for a test mail.")
    if letter.key.startswith(f"{LetterKind.DIGEST}:{letter.user_id}:{AT_ONCE}"):
        return _("It came because those who run this site had it sent at once, with:")
    if letter.kind == LetterKind.WORD and not letter.reasons:
        return _("It came because no mail had come for seven days, and you want a word then.")
    if letter.kind == LetterKind.WORD:
        return _("It came because no mail had come for seven days, and this still waits for you:")
    return _("It came because of:") if letter.reasons else _("It came because something needed doing.")


def _new(letter: Letter) -> str:
    new = Notice.objects.filter(user=letter.user_id, told=letter.created).count()
    if not letter.reasons or not new:
        return ""
    said = ngettext("%(n)d line in it was new to you.", "%(n)d lines in it were new to you.", new)
    return said % {"n": new}
