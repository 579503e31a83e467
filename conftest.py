"""Sets Django up for tests, with nothing of the developer's own environment but DATABASE_URL; small factories."""

import os
from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec
from itertools import count
from typing import Any

import pytest

NOT_FOR_TESTS = ("SITE_URL", "DYNO", "STAFF_EMAILS", "CONTACT", "USER_AGENT", "TIME_ZONE", "LOG_LEVEL", "HEARTBEAT_URL")
NOT_FOR_TESTS += ("EMAIL_HOST", "MAIL_FOLDER", "LIBRARY_PROXY", "LIBRARY_ALLOW_PRIVATE", "WEB_CONCURRENCY")
for _name in NOT_FOR_TESTS:
    os.environ.pop(_name, None)
os.environ |= {"DEBUG": "1", "SECRET_KEY": "for tests only " * 4, "CARD_KEYS": "for tests only, seals nothing real"}
os.environ["DJANGO_SETTINGS_MODULE"] = "libraryhippo.settings"

import django  # noqa: E402  after the environment that the settings read

if find_spec("libraries.web") and find_spec("libraries.systems.webpac"):
    django.setup()


def pytest_configure() -> None:
    """Passwords cost nothing in tests."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """SQLite in a file of its own, as in daily use: one in memory locks otherwise when threads share it."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


_numbers = count(1)


@pytest.fixture
def make_user(db: None) -> Callable[..., Any]:
    """A person: `make_user(name="Ada Okafor", mail_hour=7)`."""
    from cards.models import User

    def make(email: str = "", password: str | None = None, **fields: Any) -> User:
        return User.objects.create_user(email or f"person{next(_numbers)}@example.org", password, **fields)

    return make


@pytest.fixture
def make_family(db: None) -> Callable[..., Any]:
    """A family: `make_family("Okafor-Lindqvist", people=[ada])`."""
    from cards.models import Family

    def make(name: str = "Okafor-Lindqvist", people: tuple[Any, ...] | list[Any] = (), **fields: Any) -> Family:
        family = Family.objects.create(name=name, **fields)
        family.people.add(*people)
        return family

    return make


@pytest.fixture
def make_library(db: None) -> Callable[..., Any]:
    """A library on an invented webpac site: `make_library("Elm Park", system="enterprise")`."""
    from cards.models import Library

    def make(name: str = "Elm Park Library", **fields: Any) -> Library:
        number = next(_numbers)
        options = {"base_url": f"https://library{number}.example", "dates": "mdy"}
        return Library.objects.create(
            **{"slug": f"library-{number}", "name": name, "system": "webpac", "options": options, **fields}
        )

    return make


@pytest.fixture
def make_card(make_family: Callable[..., Any], make_library: Callable[..., Any]) -> Callable[..., Any]:
    """A card: `make_card(family=family, library=library, number="2 1234", pin="9999", snapshot=AccountSnapshot(…))`."""
    from cards.models import Card
    from libraries.account import AccountSnapshot, to_json

    def make(
        number: str = "",
        pin: str = "0000",
        snapshot: AccountSnapshot | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> Card:
        family, library = fields.pop("family", None) or make_family(), fields.pop("library", None) or make_library()
        card = Card(**{"patron_name": "Ada Okafor", "family": family, "library": library, **fields})
        card.seal(number=number or f"2000{next(_numbers):04}", pin=pin)
        for name, value in fields.items():  # sealing lifts a stop and sets the next check
            setattr(card, name, value)
        if snapshot is not None:
            card.snapshot, card.snapshot_at = to_json(snapshot), at or django.utils.timezone.now()
        card.save()
        return card

    return make
