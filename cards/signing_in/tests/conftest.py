"""A real OpenID provider on this machine, switched on as an operator would; codes out of the mail."""

import re
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from oidc_provider_mock import User as Account
from oidc_provider_mock import run_server_in_thread
from pytest_django import Settings

from libraryhippo.browser import content_security_policy
from libraryhippo.providers import providers

ACCOUNTS = [
    Account(sub="ada", claims={"email": "Ada@Example.org", "email_verified": True, "name": "Ada Okafor"}),
    Account(sub="unproven", claims={"email": "ada@example.org", "email_verified": False, "name": "Mallory"}),
    Account(sub="in-words", claims={"email": "ada@example.org", "email_verified": "false"}),
    Account(sub="shy", claims={"name": "Nils Okafor"}),
]
SWITCHES = {"OIDC_TOWN_CLIENT_ID": "hippo", "OIDC_TOWN_CLIENT_SECRET": "a secret", "OIDC_TOWN_NAME": "Town Hall"}


@pytest.fixture(scope="session")
def town_hall() -> Iterator[str]:
    """The provider's address."""
    with run_server_in_thread(user_claims=ACCOUNTS) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def switch_on(settings: Settings, monkeypatch: pytest.MonkeyPatch, town_hall: str) -> Callable[..., None]:
    """`switch_on(trusted=True)` offers the provider on the sign-in page; `at` puts it somewhere else."""

    def switch(*, trusted: bool = False, at: str = town_hall) -> None:
        for name, value in {**SWITCHES, "OIDC_TOWN_URL": at, "OIDC_TOWN_TRUSTED": str(int(trusted))}.items():
            monkeypatch.setenv(name, value)
        settings.SOCIALACCOUNT_PROVIDERS = providers(plain_http=True)
        settings.CONTENT_SECURITY_POLICY = content_security_policy(settings.SOCIALACCOUNT_PROVIDERS, ())

    return switch


def go(client: Client, who: str = "ada", **sent: str) -> HttpResponse:
    """There and back: `who` says yes at the provider."""
    there = client.post("/sign-in/with/town/", sent)
    assert there.status_code == 302
    back = say_yes(there["Location"], who)
    return client.get(back.path + "?" + back.query)


def say_yes(address: str, who: str):
    """Where the provider sends somebody who agreed."""
    asked = urlsplit(address)
    connection = HTTPConnection(asked.netloc)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{asked.path}?{asked.query}", urlencode({"sub": who}), headers)
    answer = connection.getresponse()
    assert answer.status == 302, answer.read()
    return urlsplit(answer.headers["Location"])


def newest_code() -> str:
    """The code in the newest mail."""
    found = re.search(r"^    (\d{4} \d{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def wrong(code: str) -> str:
    """Another code of the same length."""
    return code.translate(str.maketrans("0123456789", "1234567890"))
