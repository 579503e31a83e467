"""What a person takes home: each row and field of each table that leads to them, but for what is named as left out."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from cards.household.export import WITHHELD, held_about
from cards.models import Card, Family, Invitation, Letter, User
from cards.tests.every_table import AT, fill
from libraries.account import AccountSnapshot, Loan

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user("ada@example.org", name="Ada Okafor")
    return user


@pytest.fixture
def family(ada: User, make_family: Make) -> Family:
    found: Family = make_family("Okafor", people=[ada])
    return found


@pytest.fixture
def card(family: Family, make_card: Make) -> Card:
    snapshot = AccountSnapshot(loans=(Loan(id="1", title="The copper orchard", due=AT.date()),), holds=())
    found: Card = make_card(family=family, number="20009876", pin="PIN-4711", snapshot=snapshot)
    return found


def taken_home(client: Client, user: User) -> Any:
    """The file, as it comes."""
    client.force_login(user)
    return json.loads(client.post("/privacy/mine/").content)


def rows(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the file, however deep."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from rows(each)


def test_it_holds_every_field_of_every_table_that_leads_to_the_person(client: Client, ada: User, card: Card) -> None:
    made = fill(card, ada)
    home = taken_home(client, ada)
    for row in made:
        fields = {each.name for each in row._meta.concrete_fields}
        asked = {name for name in fields if f"{row._meta.label}.{name}" not in WITHHELD}
        found = [each for each in rows(home) if asked <= set(each) and str(each[row._meta.pk.name]) == str(row.pk)]
        assert found, f"{row._meta.label} is not in the file"
        held = held_about(ada, AT)
        assert set(held["left_out"]) == set(WITHHELD)


def test_what_is_left_out_is_a_field_that_there_is(ada: User) -> None:
    from django.apps import apps

    for name in WITHHELD:
        label, _, field = name.rpartition(".")
        assert apps.get_model(label)._meta.get_field(field)


def test_it_holds_the_card_number_and_what_was_read_but_never_the_pin(client: Client, ada: User, card: Card) -> None:
    said = json.dumps(taken_home(client, ada))
    assert "20009876" in said
    assert "The copper orchard" in said
    assert "PIN-4711" not in said
    assert "password" not in taken_home(client, ada)["person"]


def test_a_number_that_no_key_opens_does_not_keep_the_rest_back(
    client: Client, ada: User, card: Card, settings: Any
) -> None:
    settings.CARD_KEYS = ["another key that is long enough for all"]
    [found] = taken_home(client, ada)["families"][0]["cards"]
    assert found["number"] is None
    assert found["snapshot"]["loans"]


def test_it_holds_nothing_of_other_people_but_their_names(
    client: Client, ada: User, card: Card, make_user: Make, make_card: Make
) -> None:
    ben = make_user("ben@example.org", name="Ben Okafor", days_ahead=11)
    card.family.people.add(ben)
    ben.notices.create(card=card, key="due:what Ben was told")
    ben.card_choices.create(card=card, days_ahead=13)
    make_card(family=card.family, draft_by=ben, number="30001111")
    make_card(number="40002222")
    home = taken_home(client, ada)
    said = json.dumps(home)
    assert home["families"][0]["people"] == ["Ada Okafor", "Ben Okafor"]
    for theirs in ("ben@example.org", "what Ben was told", "30001111", "40002222"):
        assert theirs not in said


def test_it_holds_what_was_written_to_the_address_before_there_was_an_account(
    client: Client, ada: User, make_family: Make
) -> None:
    other = make_family("Lindqvist")
    Invitation.objects.create(family=other, email="Ada@example.org", token_hash="the hash", expires=AT)
    Letter.objects.create(kind="invitation", key="k", to=ada.email, text="a link that joins")
    home = taken_home(client, ada)
    assert home["invitations_to_me"][0]["family"] == other.pk
    assert home["letters_to_me"][0]["to"] == ada.email
    assert "the hash" not in json.dumps(home)
    assert "a link that joins" not in json.dumps(home)


def test_sessions_are_told_without_their_keys(client: Client, ada: User) -> None:
    home = taken_home(client, ada)
    assert len(home["sessions"]) == 1
    assert client.session.session_key not in json.dumps(home)


def test_it_comes_as_a_file_that_no_cache_keeps(client: Client, ada: User) -> None:
    client.force_login(ada)
    answer = client.post("/privacy/mine/")
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith('attachment; filename="libraryhippo-')
    assert "no-store" in answer["Cache-Control"]


def test_so_many_downloads_a_day_and_no_more(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert [client.post("/privacy/mine/").status_code for _ in range(21)] == [200] * 20 + [303]
