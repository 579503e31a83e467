"""Mail as .eml files in a folder, for development: MAIL_FOLDER instead of a mail server."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_numbers = count(1)


class EmailBackend(BaseEmailBackend):
    """Writes each message as one file, named by time and a number; no address is in the name."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were written. A file is there whole or not at all. Raises OSError."""
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            _write(folder / _name(datetime.now(UTC)), message.message().as_bytes())
        return len(email_messages)


def _name(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%S.%f}-{os.getpid()}-{next(_numbers):04}.eml"


def _write(path: Path, raw: bytes) -> None:
    part = path.with_suffix(".part")
    try:
        part.write_bytes(raw)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)  # half a letter, where the disk is full
