"""What nobody's browser would send: no error of ours, nobody let in, nothing changed by looking."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import get_resolver

from cards.models import User
from cards.signing_in import urls

pytestmark = pytest.mark.django_db


def plain(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


SAID = plain(b'{"type": "webauthn.get", "challenge": "eA", "origin": "http://testserver"}')
PROOF = {"clientDataJSON": SAID, "authenticatorData": plain(bytes(37)), "signature": "eA"}
NONSENSE: list[Any] = [
    json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": PROOF}),
    json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": {**PROOF, "userHandle": "MQ"}}),
    json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": {**PROOF, "userHandle": "_w"}}),
    json.dumps(
        {"id": "eA", "rawId": "eA", "type": "public-key", "response": {**PROOF, "userHandle": plain(b"9" * 40)}}
    ),
    "",
    "x",
    "[]",
    "{}",
    "null",
    "7",
    '{"id": "x"}',
    json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}),
    json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": {"userHandle": "MQ"}}),
    json.dumps({"id": [], "rawId": {}, "type": 7, "response": "x", "clientExtensionResults": []}),
    json.dumps(
        {
            "id": "eA",
            "rawId": "eA",
            "type": "public-key",
            "response": {"clientDataJSON": "e30", "authenticatorData": "eA", "signature": "eA", "userHandle": "//8"},
        }
    ),
    json.dumps(
        {
            "id": "eA",
            "rawId": "eA",
            "type": "public-key",
            "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
            "clientExtensionResults": {},
        }
    ),
    '{"id": "' + "x" * 100_000 + '"}',
    "[" * 5_000,
]


@pytest.mark.parametrize("credential", NONSENSE, ids=range(len(NONSENSE)))
def test_a_passkey_that_is_none_lets_nobody_in(client: Client, make_user: Callable[..., User], credential: str) -> None:
    make_user(pk=1)
    client.get("/sign-in/passkey/", headers={"accept": "application/json"})
    assert client.post("/sign-in/passkey/", {"credential": credential}).status_code in (200, 302)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("credential", NONSENSE, ids=range(len(NONSENSE)))
def test_a_passkey_that_is_none_is_not_added(client: Client, make_user: Callable[..., User], credential: str) -> None:
    client.force_login(make_user())
    client.get("/account/passkeys/add/")
    assert client.post("/account/passkeys/add/", {"credential": credential, "name": "x"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_passkeys_of_others_are_not_there(client: Client, make_user: Callable[..., User]) -> None:
    theirs = Authenticator.objects.create(user=make_user(), type="webauthn", data={"name": "hers", "credential": {}})
    client.force_login(make_user())
    for path in (f"/account/passkeys/{theirs.pk}/", f"/account/passkeys/{theirs.pk}/remove/"):
        assert client.get(path).status_code == client.post(path, {"name": "mine"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "hers"


def test_trying_passkeys_without_end_ends_on_a_page_of_ours(client: Client) -> None:
    answers = [client.post("/sign-in/passkey/", {"credential": "x"}) for _ in range(11)]
    assert (answers[0].status_code, answers[-1].status_code) == (302, 429)
    assert "That was too often" in answers[-1].content.decode()


FILLED = {"provider_id": "town", "pk": 1, "uidb64": "MQ", "token": "x"}


def paths() -> list[str]:
    """Every address of signing in."""
    resolver = get_resolver("cards.signing_in.urls")
    wanted = [(each.name, {name: FILLED[name] for name in each.pattern.converters}) for each in urls.urlpatterns]
    return sorted({"/" + resolver.reverse(name, **filled) for name, filled in wanted})


@pytest.mark.parametrize("path", paths())
@pytest.mark.parametrize("who", ["nobody", "member"])
def test_looking_changes_nothing_and_posting_takes_the_token(
    path: str, who: str, make_user: Callable[..., User], switch_on: Callable[..., None]
) -> None:
    switch_on()
    client = Client(enforce_csrf_checks=True)
    member = make_user(pk=1)
    if who == "member":
        client.force_login(member)
    before = list(User.objects.values("email", "last_login", "password")), Authenticator.objects.count()
    assert client.get(path).status_code < 500
    assert ("_auth_user_id" in client.session) == (who == "member")
    assert (list(User.objects.values("email", "last_login", "password")), Authenticator.objects.count()) == before
    assert client.post(path, {"code": "1"}).status_code in (403, 405)
