"""Puts letters about families and accounts into the outbox."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import translation

from cards import outbox
from cards.models import Letter, LetterKind
from notifications.note import Note


def write(kind: LetterKind, key: str, to: str, note: Callable[[], Note], language: str, now: datetime) -> Letter:
    """A letter, unsaved, in that language; where it is "", in the one that is spoken now."""
    with translation.override(language or translation.get_language() or settings.LANGUAGE_CODE):
        written = note()
        letter = outbox.letter(kind, key, to, written.subject, written.text(), now)
        letter.html = written.html()
    return letter
