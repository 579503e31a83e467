"""Sets Django up for tests, with nothing of the developer's own environment but DATABASE_URL; small factories."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

import pytest

NOT_FOR_TESTS = ("SITE_URL", "DYNO", "STAFF_EMAILS", "CONTACT", "USER_AGENT", "TIME_ZONE", "LOG_LEVEL", "HEARTBEAT_URL")
NOT_FOR_TESTS += ("EMAIL_HOST", "MAIL_FOLDER", "LIBRARY_PROXY", "LIBRARY_ALLOW_PRIVATE")
NOT_FOR_TESTS += ("REDIS_URL", "CELERY_BROKER_URL", "LIBRARYHIPPO_DEMO", "TRUSTED_PROXIES")
for _name in (*NOT_FOR_TESTS, *(each for each in os.environ if each.startswith(("GOOGLE_", "GITHUB_CLIENT", "OIDC_")))):
    os.environ.pop(_name, None)
os.environ |= {"DEBUG": "1", "SECRET_KEY": "for tests only " * 4, "CARD_KEYS": "for-tests-only-it-seals-nothing-real"}
os.environ["DJANGO_SETTINGS_MODULE"] = "libraryhippo.settings"

# ruff: noqa: E402  what follows reads the environment set above
import django

django.setup()

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.timezone import now

from cards.models import Card, Family, Library, User
from libraries.account import AccountSnapshot, to_json

settings.STAFF_NEED_SECOND_FACTOR = False  # tests of admin are about admin; those of its door switch it on
_numbers = count(1)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """SQLite in a file of its own, as in daily use: one in memory locks otherwise when threads share it."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request leaves its language behind in the thread; the next test would speak it."""
    yield
    translation.deactivate()


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """A person: `make_user(name="Ada Okafor", mail_hour=7)`."""

    def make(email: str = "", **fields: Any) -> User:
        return User.objects.create_user(email or f"person{next(_numbers)}@example.org", **fields)

    return make


@pytest.fixture
def make_family(db: None) -> Callable[..., Family]:
    """A family: `make_family("Okafor-Lindqvist", people=[ada])`."""

    def make(name: str = "Okafor-Lindqvist", people: Iterable[User] = (), **fields: Any) -> Family:
        family = Family.objects.create(name=name, **fields)
        family.people.add(*people)
        return family

    return make


@pytest.fixture
def make_library(db: None) -> Callable[..., Library]:
    """A library on an invented site: `make_library("Elm Park Library", system="enterprise")`."""

    def make(name: str = "Elm Park Library", **fields: Any) -> Library:
        slug = f"library-{next(_numbers)}"
        options = {"base_url": f"https://{slug}.example", "dates": "mdy"}
        return Library.objects.create(**{"slug": slug, "name": name, "system": "webpac", "options": options, **fields})

    return make


@pytest.fixture
def make_card(make_family: Callable[..., Family], make_library: Callable[..., Library]) -> Callable[..., Card]:
    """A card: `make_card(family=…, library=…, number="2000", pin="9999", snapshot=AccountSnapshot(…), at=…)`."""

    def make(
        number: str = "",
        pin: str = "0000",
        snapshot: AccountSnapshot | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> Card:
        for name, make_one in (("family", make_family), ("library", make_library)):
            fields[name] = fields.get(name) or make_one()
        card = Card(**{"patron_name": "Ada Okafor", **fields})
        card.seal(number=number or f"2000{next(_numbers):04}", pin=pin)
        for name, value in fields.items():  # sealing lifted a stop and set the next check
            setattr(card, name, value)
        if snapshot is not None:
            card.snapshot, card.snapshot_at = to_json(snapshot), at or now()
        card.save()
        return card

    return make
