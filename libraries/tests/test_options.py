"""A library's options: typed, validated, explained."""

from datetime import date

import pytest

from libraries.errors import LayoutChanged, Misconfigured
from libraries.fetch import build_adapter
from libraries.site import Site
from libraries.systems import SYSTEMS
from libraries.systems.webpac import WebPac

GOOD = {"base_url": "https://catalogue.example.org"}
TODAY = date(2026, 5, 4)


def site(**options: object) -> Site:
    return Site(base_url="https://catalogue.example.org/opac", today=TODAY, **options)  # type: ignore[arg-type]


def test_text_and_json_options_give_the_same_adapter() -> None:
    words = {**GOOD, "scope": "3", "central_login": "no", "hosts": "a.example, b.example"}
    values = {**GOOD, "scope": 3, "central_login": False, "hosts": ["a.example", "b.example"]}
    assert build_adapter("webpac", words, today=TODAY) == build_adapter("webpac", values, today=TODAY)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "base_url is missing"),
        ({"base_url": "catalogue.example.org"}, "must be an address"),
        ({"base_url": "ftp://catalogue.example.org"}, "must be an address"),
        ({"base_url": "https://me:secret@catalogue.example.org"}, "must not hold a user"),
        ({"base_url": "https://[::1"}, "not an address"),
        ({**GOOD, "dates": "ydm"}, "mdy or dmy or ymd"),
        ({**GOOD, "central_login": "perhaps"}, "central_login must be true or false"),
        ({**GOOD, "scopes": "3"}, "no option scopes; there are: base_url"),
        ({**GOOD, "scope": ["3"]}, "scope must be a text"),
    ],
)
def test_an_option_that_does_not_fit_is_named(options: dict[str, object], words: str) -> None:
    with pytest.raises(Misconfigured, match=words) as caught:
        build_adapter("webpac", options)
    assert "secret" not in str(caught.value)


def test_an_unknown_system_is_named_with_those_there_are() -> None:
    with pytest.raises(Misconfigured, match=r"no system webpack; there are: .*webpac"):
        build_adapter("webpack", GOOD)


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_every_system_names_itself_and_labels_its_credentials(system: str) -> None:
    adapter = build_adapter(system, {**GOOD, **MANDATORY.get(system, {})}, today=TODAY)
    assert adapter.name
    assert "number" in adapter.labels
    assert set(adapter.labels) <= {"number", "pin", "name", "birth_date"}


MANDATORY: dict[str, dict[str, str]] = {}


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("en", "mdy"),
        ("en-CA", "mdy"),
        ("en-GB", "dmy"),
        ("de", "dmy"),
        ("fr", "dmy"),
        ("fr-CA", "ymd"),
        ("sv-SE", "ymd"),
    ],
)
def test_the_order_of_dates_follows_the_language_unless_stated(language: str, order: str) -> None:
    assert site(language=language).order == order
    assert site(language=language, dates="dmy").order == "dmy"


def test_addresses_begin_at_the_site_or_at_its_host() -> None:
    assert site().url("account?x=1") == "https://catalogue.example.org/opac/account?x=1"
    assert site().url("/account") == "https://catalogue.example.org/account"
    assert site(hosts=("Login.example.org",)).hosts_allowed == {"catalogue.example.org", "login.example.org"}


def test_a_due_text_without_a_date_is_kept_and_none_at_all_is_an_error() -> None:
    assert site().due("LOST") == (None, "LOST")
    assert site().due("DUE 05-06-26") == (date(2026, 5, 6), None)
    with pytest.raises(LayoutChanged):
        site().due("")


def test_what_cannot_be_read_fails_by_name_and_keeps_the_text_to_itself() -> None:
    with pytest.raises(LayoutChanged, match="no date in the due date") as caught:
        site().day("Salt and copper", "due date")
    assert "Salt" not in str(caught.value)
    with pytest.raises(LayoutChanged, match="no amount in the fine"):
        site().money("nothing", "fine")


def test_an_adapter_is_a_value() -> None:
    assert isinstance(build_adapter("webpac", GOOD, today=TODAY), WebPac)
    assert hash(build_adapter("webpac", GOOD, today=TODAY)) == hash(build_adapter("webpac", GOOD, today=TODAY))
