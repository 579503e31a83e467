"""Mail backends that fail, for tests."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend as Memory


class Unreachable(Memory):
    """No server answers."""

    def open(self) -> bool:
        raise ConnectionRefusedError("nobody listens for ada@example.org")


class KilledAfterDelivery(Memory):
    """The process dies after the server's answer."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        super().send_messages(messages)
        raise KeyboardInterrupt
