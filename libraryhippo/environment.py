"""Reads the environment for settings.py, and fails loudly by the variable's name, never by a secret's value."""

import os
import re
from collections.abc import Iterable
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

MAKE_ONE = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'
SECRET_LENGTH = 32

HOW = {
    "SECRET_KEY": f"a secret of {SECRET_LENGTH} characters or more, made by: {MAKE_ONE}",
    "CARD_KEYS": f"another such secret; it seals card numbers and PINs, so keep a copy of it. Made by: {MAKE_ONE}",
    "SITE_URL": "where people find this site, like https://library.example.org",
    "STAFF_EMAILS": "who is told when a library's site changed, like ann@example.org,ben@example.org",
    "DATABASE_URL": "postgres://user:password@host/name, or sqlite:////var/lib/libraryhippo/db.sqlite3",
}


def text(name: str, default: str = "") -> str:
    """The variable without the blanks around it; `default` where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def given(names: Iterable[str]) -> bool:
    """Whether any of the variables is set."""
    return any(text(name) for name in names)


def flag(name: str, default: bool = False) -> bool:
    """1 or 0. Raises ImproperlyConfigured for anything else, so that DEBUG=no is not taken for yes."""
    value = text(name, "1" if default else "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} is 1 or 0.")
    return value == "1"


def whole(name: str, default: int, *, least: int = 1) -> int:
    """A whole number of at least `least`. Raises ImproperlyConfigured."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value) >= least):
        raise ImproperlyConfigured(f"{name} is a whole number, {least} or more.")
    return int(value)


def slug(name: str, default: str) -> str:
    """One part of an address: letters, digits and hyphens. Raises ImproperlyConfigured."""
    value = text(name, default).strip("/")
    if not re.fullmatch(r"[A-Za-z0-9-]+", value):
        raise ImproperlyConfigured(f"{name} is letters, digits and hyphens.")
    return value


def words(name: str) -> list[str]:
    """The parts between commas, without blanks and empty ones."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def addresses(name: str) -> list[str]:
    """E-mail addresses between commas. Raises ImproperlyConfigured."""
    found = words(name)
    if not all("@" in each[1:-1] and not set(each) & set(" <>") for each in found):
        raise ImproperlyConfigured(f"{name} holds e-mail addresses with commas between them.")
    return found


def url(name: str, default: str = "") -> str:
    """An http or https address. Raises ImproperlyConfigured."""
    value = text(name, default)
    if value and not _is_web(value):
        raise ImproperlyConfigured(f"{name} is an address that begins with https:// or http://.")
    return value


def _is_web(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def origin(name: str, default: str) -> str:
    """An http or https address with nothing after the host but a port. Raises ImproperlyConfigured."""
    value = url(name, default).rstrip("/")
    parts = urlsplit(value)
    if value != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc or "*" in parts.netloc:
        raise ImproperlyConfigured(f"{name} is {HOW.get(name, 'a host')}, with nothing after the host.")
    return value


def zone(name: str, default: str) -> str:
    """A name in the IANA time zone database. Raises ImproperlyConfigured."""
    value = text(name, default)
    if value not in available_timezones():
        raise ImproperlyConfigured(f"{name} is a time zone like America/Toronto.")
    return value


def secrets(name: str, default: str) -> list[str]:
    """Secrets between commas, the newest first. Raises ImproperlyConfigured for a short one, without showing it."""
    found = words(name) or [default]
    for place, each in enumerate(found, 1):
        _long_enough(each, name if len(found) == 1 else f"{name}: secret {place} of {len(found)}")
    return found


def secret(name: str, default: str) -> str:
    """One secret; a comma may be part of it. Raises ImproperlyConfigured for a short one, without showing it."""
    value = text(name, default)
    _long_enough(value, name)
    return value


def _long_enough(value: str, what: str) -> None:
    if len(value) < SECRET_LENGTH:
        raise ImproperlyConfigured(f"{what} is shorter than {SECRET_LENGTH} characters. Make one by: {MAKE_ONE}")


def require(names: Iterable[str]) -> None:
    """Refuses to start without the variables: names all that are missing and says how to make each."""
    missing = [name for name in names if not text(name)]
    if missing:
        lines = [f"  {name}: {HOW[name]}" for name in missing]
        raise ImproperlyConfigured(
            "\n".join(["LibraryHippo does not start without " + ", ".join(missing) + ".", *lines])
        )
