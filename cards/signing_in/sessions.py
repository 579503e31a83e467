"""How long a browser is remembered: for as long as the settings say once somebody is in, until then for a day."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

BEFORE_SIGN_IN = timedelta(days=1)


def shorten(request: HttpRequest) -> None:
    """Of somebody who is not in: what was begun is finished today, or never."""
    if request.session.modified and not request.user.is_authenticated:
        request.session.set_expiry(BEFORE_SIGN_IN)


@receiver(user_logged_in)
def _lengthen(request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is not None:
        request.session.set_expiry(None)
