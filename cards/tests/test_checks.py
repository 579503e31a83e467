"""System checks: what must not be deployed."""

from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

PRODUCTION = {
    "DEBUG": False,
    "EMAIL_HOST": "smtp.example.org",
    "STAFF_EMAILS": ["ann@example.org"],
    "SITE_URL": "https://library.example.org",
    "SECRET_KEY": "a secret for the tests of what is deployed, 64 characters of it",
    "CARD_KEYS": ["a-card-key-for-the-tests-of-what-is-deployed"],
    "LIBRARY_ALLOW_PRIVATE": False,
}


def found(settings: Settings, **more: Any) -> list[str]:
    for name, value in {**PRODUCTION, **more}.items():
        setattr(settings, name, value)
    messages = run_checks(include_deployment_checks=True)
    return [str(each.id) for each in messages if str(each.id).startswith("libraryhippo")]


def test_a_site_that_is_set_up_well_is_clean(settings: Settings) -> None:
    assert found(settings) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"EMAIL_HOST": "", "MAIL_FOLDER": ""}, "libraryhippo.W001"),
        ({"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": True}, "libraryhippo.E001"),
        ({"STAFF_EMAILS": []}, "libraryhippo.W002"),
        ({"SITE_URL": "http://library.example.org"}, "libraryhippo.W003"),
        ({"LIBRARY_ALLOW_PRIVATE": True}, "libraryhippo.W004"),
    ],
)
def test_what_does_not_go_together_is_said(settings: Settings, change: dict[str, Any], complaint: str) -> None:
    assert found(settings, **change) == [complaint]


@pytest.mark.parametrize("name", ["SECRET_KEY", "CARD_KEYS"])
def test_the_development_secrets_are_not_deployed(settings: Settings, name: str) -> None:
    known = settings.DEVELOPMENT_SECRET
    assert found(settings, **{name: [known] if name == "CARD_KEYS" else known}) == ["libraryhippo.E002"]


def test_a_developers_desk_needs_neither_mail_nor_staff(settings: Settings) -> None:
    assert found(settings, DEBUG=True, EMAIL_HOST="", STAFF_EMAILS=[]) == []
