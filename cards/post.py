"""One mail connection for many letters, opened when the first is sent, and again after a drop."""

import errno
import os
from contextlib import suppress
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection

CLOSING = 421  # RFC 5321: the server closes the channel, through no fault of the letter
# A folder in the server's place has no room for any letter, or may not be written to.
OF_THE_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EEXIST, errno.ENOTDIR, errno.EIO}
)


class NoServer(Exception):
    """The mail server cannot be reached, or refuses us as such: no letter can go now. Says only what kind of error."""


class Post:
    """Use in `with`. Any backend of Django's will do."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Hands over one letter; where the connection was dropped, once more over a new one.

        A drop after the server's answer makes the letter arrive twice, with the same Message-ID.
        Raises NoServer, SMTPException, OSError, or ValueError for an address that is none.
        """
        self._open()
        try:
            self._hand_over(message)
        except (SMTPException, OSError) as error:
            if not _dropped(error):
                raise
            self._close()
            self._open()
            self._hand_over(message)

    def _hand_over(self, message: EmailMessage) -> None:
        try:
            self._connection.send_messages([message])
        except OSError as error:
            if error.errno in OF_THE_DISK:
                raise NoServer(os.strerror(error.errno)) from error
            raise

    def _open(self) -> None:
        try:
            self._connection.open()
        except (SMTPException, OSError) as error:
            raise NoServer(type(error).__name__) from error

    def _close(self) -> None:
        with suppress(SMTPException, OSError):
            self._connection.close()


def _dropped(error: Exception) -> bool:
    if isinstance(error, SMTPResponseException):
        return error.smtp_code == CLOSING
    return isinstance(error, SMTPServerDisconnected) or not isinstance(error, SMTPException)


def refused_for_good(error: Exception) -> bool:
    """Whether the receiver's side will not take this letter, however often it is asked (RFC 5321, 4.2.1: 5yz).

    A refused sender is our trouble, not the receiver's. What cannot be written as a mail will never be one.
    """
    if isinstance(error, SMTPSenderRefused):
        return False
    code = _code(error)
    return isinstance(error, ValueError) if code is None else 500 <= code < 600


def reason(error: Exception) -> str:
    """What kind of failure it was, with SMTP's code; never its words, which may quote the address."""
    return f"{type(error).__name__} {_code(error) or ''}".strip()


def _code(error: Exception) -> int | None:
    """SMTP's answer, if there was one."""
    if isinstance(error, SMTPResponseException):
        return error.smtp_code
    if isinstance(error, SMTPRecipientsRefused):
        return next((answer[0] for answer in error.recipients.values()), None)
    return None
