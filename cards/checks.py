"""System checks: settings that do not go together. `check --deploy` runs them all before people's cards are kept."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register("libraryhippo")
def mail_can_be_sent(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warns where mail goes nowhere; refuses two kinds of TLS at once."""
    found: list[CheckMessage] = []
    if settings.EMAIL_USE_TLS and settings.EMAIL_USE_SSL:
        found.append(Error("EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other.", id="libraryhippo.E001"))
    if not settings.DEBUG and not settings.EMAIL_HOST and not settings.MAIL_FOLDER:
        hint = "Set EMAIL_HOST, or EMAIL_HOST=localhost where this machine sends mail itself."
        found.append(Warning("No mail can be sent: EMAIL_HOST is not set.", hint=hint, id="libraryhippo.W001"))
    return found


@register("libraryhippo")
def somebody_is_told(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warns where nobody would be told that a library's site changed."""
    if settings.STAFF_EMAILS or settings.DEBUG:
        return []
    return [Warning("Nobody is told when a library's site changes: STAFF_EMAILS is not set.", id="libraryhippo.W002")]


@register(Tags.security, deploy=True)
def secrets_are_secret(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuses to deploy with the keys that everybody can read in the code."""
    known = settings.DEVELOPMENT_SECRET
    return [
        Error(f"{name} is the one for development.", id="libraryhippo.E002")
        for name, values in (("SECRET_KEY", [settings.SECRET_KEY]), ("CARD_KEYS", settings.CARD_KEYS))
        if known in values
    ]


@register(Tags.security, deploy=True)
def patrons_are_served_over_https(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warns where card numbers and PINs would be typed into a plain HTTP page."""
    if settings.SITE_URL.startswith("https://"):
        return []
    return [Warning("SITE_URL is not https: PINs would cross the network in the clear.", id="libraryhippo.W003")]


@register(Tags.security, deploy=True)
def libraries_are_not_on_this_network(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warns where a library's options could lead a visit to private addresses, as only the demo needs."""
    if not settings.LIBRARY_ALLOW_PRIVATE:
        return []
    hint = "Unset LIBRARY_ALLOW_PRIVATE; only the demo libraries need it."
    return [Warning("Visits to private addresses are allowed.", hint=hint, id="libraryhippo.W004")]
