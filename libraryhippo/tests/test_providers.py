"""Sign-in providers are switched on by the environment alone, and never by half."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from libraryhippo.providers import providers

GOOGLE = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "hush"}
TOWN = {"OIDC_TOWN_URL": "https://login.example.org/", "OIDC_TOWN_CLIENT_ID": "id", "OIDC_TOWN_CLIENT_SECRET": "hush"}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`read({"GOOGLE_CLIENT_ID": …})`"""

    def get(environment: dict[str, str], *, plain_http: bool = False) -> dict[str, Any]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return providers(plain_http=plain_http)

    return get


def test_nothing_is_on_by_itself(read: Any) -> None:
    assert read({}) == {"openid_connect": {"APPS": []}}


def test_google_and_github_are_trusted_unless_told_otherwise(read: Any) -> None:
    found = read({**GOOGLE, "GITHUB_CLIENT_ID": "id", "GITHUB_CLIENT_SECRET": "hush", "GITHUB_TRUSTED": "0"})
    assert found["google"]["APPS"] == [{"client_id": "id", "secret": "hush", "settings": {"trusted": True}}]
    assert found["github"]["APPS"][0]["settings"] == {"trusted": False}


def test_any_openid_connect_provider_is_named_by_its_operator(read: Any) -> None:
    more = {name.replace("TOWN", "CLUB2"): value for name, value in TOWN.items()}
    found = read({**TOWN, **more, "OIDC_TOWN_NAME": "Town Hall", "OIDC_CLUB2_TRUSTED": "1"})["openid_connect"]["APPS"]
    assert [(each["provider_id"], each["name"]) for each in found] == [("club2", "Club2"), ("town", "Town Hall")]
    assert [each["settings"]["trusted"] for each in found] == [True, False]
    assert found[1]["settings"]["server_url"] == "https://login.example.org"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"GOOGLE_CLIENT_ID": "id"}, "GOOGLE_CLIENT_SECRET"),
        ({"GITHUB_CLIENT_SECRET": "hush"}, "GITHUB_CLIENT_ID"),
        ({"OIDC_TOWN_NAME": "Town Hall"}, "OIDC_TOWN_URL"),
        ({"OIDC_TOWN_URL": "https://login.example.org"}, "OIDC_TOWN_CLIENT_ID"),
        ({**TOWN, "OIDC_TOWN_URL": "http://login.example.org"}, "https://"),
        ({**TOWN, "OIDC_TOWN_TRUSTED": "yes"}, "OIDC_TOWN_TRUSTED"),
        ({name.replace("TOWN", "GOOGLE"): value for name, value in TOWN.items()}, "built in"),
        ({**GOOGLE, "GOOGLE_TRUSTED": "maybe"}, "GOOGLE_TRUSTED"),
    ],
)
def test_what_is_set_up_by_half_is_refused_by_name(read: Any, environment: dict[str, str], named: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=named) as refused:
        read(environment)
    assert "hush" not in str(refused.value)


def test_plain_http_is_for_development(read: Any) -> None:
    plain = {**TOWN, "OIDC_TOWN_URL": "http://localhost:9000"}
    assert read(plain, plain_http=True)["openid_connect"]["APPS"]
