"""Who somebody is and what they may do is as in Django; only a password proves nothing."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest


class WithoutPasswords(ModelBackend):
    """Knows people and their rights, and signs nobody in by itself."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> None:
        """No password is right."""
        return
