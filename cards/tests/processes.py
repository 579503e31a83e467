"""check_cards in processes of their own, on the test's database; and time that goes by."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from django.utils import timezone

from cards.models import Card, Letter, Seat

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The test's own database, for another process."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{own['NAME']}"
    user, host = (quote(str(own[name]), safe="") for name in ("USER", "HOST"))
    password = quote(str(own["PASSWORD"]), safe="")
    return f"postgres://{user}:{password}@{host}:{own['PORT']}/{quote(str(own['NAME']))}"


def environment() -> dict[str, str]:
    """A process's environment that leads it to this test's database, and to libraries on this machine."""
    own = {"DATABASE_URL": database_url(), "LIBRARY_ALLOW_PRIVATE": "1", "SITE_URL": "http://localhost:8000"}
    return {**os.environ, **own, "PYTHONUNBUFFERED": "1"}


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Waits for something to happen elsewhere."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def leases_run_out() -> None:
    """As if minutes had gone by."""
    past = timezone.now() - timedelta(seconds=1)
    Card.objects.exclude(lease_by=None).update(lease_until=past)
    Seat.objects.exclude(holder=None).update(until=past)
    Letter.objects.exclude(held_until=None).update(held_until=past)


def no_leases() -> bool:
    """Whether nobody holds a card or a library."""
    leased = Card.objects.exclude(lease_by=None).exists() or Card.objects.filter(visiting=True).exists()
    return not leased and not Seat.objects.exclude(holder=None).exists()
