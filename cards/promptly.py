"""Sends one letter at once, for somebody who waits for it; what fails waits for the next run, as every letter does."""

import threading

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from cards.models import Letter
from cards.sending import send_pending


def send_soon(letter: Letter) -> None:
    """Once it is committed, from a thread of this process: nobody's page waits for a mail server."""
    transaction.on_commit(lambda: _send(letter.pk))


def _send(letter: int) -> None:
    if not settings.CHECK_IN_BACKGROUND:
        send_pending(timezone.now(), letter=letter)
        return
    threading.Thread(target=_in_background, args=(letter,), name=f"letter-{letter}", daemon=True).start()


def _in_background(letter: int) -> None:
    try:
        send_pending(timezone.now(), letter=letter)
    finally:
        connections.close_all()  # this thread's own
