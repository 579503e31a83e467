"""People, libraries and cards: what they refuse, and what they know about themselves."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models

from cards.models import Card, Family, Library, Trouble, User
from libraries.account import AccountSnapshot, Loan

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_an_address_is_one_person_in_any_case_of_letters(make_user: Callable[..., User]) -> None:
    ada = make_user(" Ada@Example.org ")
    assert ada.email == "ada@example.org"
    assert User.objects.get_by_natural_key("ADA@example.ORG") == ada
    with pytest.raises(IntegrityError):
        make_user("ada@EXAMPLE.org")


def test_a_person_without_a_password_cannot_sign_in_by_one(make_user: Callable[..., User]) -> None:
    ada = make_user()
    assert not ada.has_usable_password()
    assert not ada.check_password("")


def test_a_person_needs_an_address(db: None) -> None:
    with pytest.raises(ValueError, match="address"):
        User.objects.create_user("")


def test_a_persons_day_is_their_first_familys(
    make_user: Callable[..., User], make_family: Callable[..., Family]
) -> None:
    ada = make_user()
    assert ada.zone().key == "America/Toronto"
    make_family(people=[ada], timezone="Pacific/Auckland")
    make_family(people=[ada], timezone="Europe/Lisbon")
    assert ada.local(NOW).date() == date(2026, 5, 2)


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="no time zone"):
        Family(name="Okafor-Lindqvist", timezone="America/Waterloo").full_clean()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"system": "papyrus"}, "papyrus"),
        ({"options": {}}, "base_url"),
        ({"options": {"base_url": "https://elm.example", "scop": "3"}}, "scop"),
        ({"options": {"base_url": "http://elm.example"}}, "https"),
        ({"currency": "dollars"}, "letters"),
        ({"timezone": "Elm Park"}, "time zone"),
    ],
)
def test_a_library_whose_options_do_not_fit_is_not_saved(db: None, change: dict[str, object], words: str) -> None:
    options = {"base_url": "https://elm.example"}
    library = Library(**{"slug": "elm", "name": "Elm Park", "system": "webpac", "options": options, **change})
    with pytest.raises(ValidationError, match=words):
        library.full_clean()


def test_a_library_is_found_by_its_short_name_or_its_name(make_library: Callable[..., Library]) -> None:
    elm = make_library("Elm Park Library", slug="elm")
    assert list(Library.objects.named("elm")) == list(Library.objects.named("elm park library")) == [elm]


def test_credentials_open_only_for_a_visit_and_never_print(make_card: Callable[..., Card]) -> None:
    card = make_card(number="20000000000001", pin="9876", patron_name="Ada Okafor")
    login = Card.objects.get(pk=card.pk).login()
    assert (login.number, login.pin, login.name) == ("20000000000001", "9876", "Ada Okafor")
    for shown in (repr(login), str(card), repr(card), repr(vars(card))):
        assert "9876" not in shown
        assert "20000000000001" not in shown


def test_a_new_pin_lifts_a_stop_and_keeps_the_number(make_card: Callable[..., Card]) -> None:
    card = make_card(number="2000", trouble=Trouble.LOGIN_FAILED, trouble_words="Invalid PIN", failures=1)
    version = card.credentials_version
    card.seal(pin="1111")
    assert (card.trouble, card.trouble_words, card.failures) == ("", "", 0)
    assert card.credentials_version == version + 1
    assert (card.login().number, card.login().pin) == ("2000", "1111")


def test_trouble_that_is_nobodys_fault_is_not_lifted_by_trying_again(make_card: Callable[..., Card]) -> None:
    card = make_card(trouble=Trouble.SITE_UNAVAILABLE)
    card.lift_stop()
    assert card.trouble == Trouble.SITE_UNAVAILABLE


def test_stopped_cards_and_those_of_a_library_not_visited_are_never_due(
    make_card: Callable[..., Card], make_library: Callable[..., Library]
) -> None:
    past = {"next_check_at": NOW - timedelta(minutes=1)}
    due = [make_card(**past), make_card(**past, trouble=Trouble.SITE_UNAVAILABLE)]
    for trouble in (Trouble.LOGIN_FAILED, Trouble.PATRON_MUST_ACT):
        make_card(**past, trouble=trouble)
    make_card(**past, library=make_library(enabled=False))
    make_card(**past, library=make_library(confirmed=False))
    make_card(next_check_at=NOW + timedelta(minutes=1))
    assert set(Card.objects.due(NOW)) == set(due)


def test_a_card_is_unclaimed_when_nobody_has_it_or_their_lease_ran_out(make_card: Callable[..., Card]) -> None:
    free, late = make_card(), make_card(lease_until=NOW - timedelta(seconds=1))
    held = make_card(lease_until=NOW + timedelta(minutes=1))
    assert set(Card.objects.unclaimed(NOW)) == {free, late}
    assert held.being_checked(NOW)


def test_a_snapshot_comes_back_from_the_database_as_it_went_in(make_card: Callable[..., Card]) -> None:
    seen = AccountSnapshot(loans=(Loan(id="i1", title="The Otter's Almanac", due=date(2026, 5, 4)),), holds=())
    card = make_card(snapshot=seen, at=NOW)
    assert Card.objects.get(pk=card.pk).account() == seen
    assert make_card().account() is None


def test_a_library_with_cards_cannot_be_deleted_by_mistake(make_card: Callable[..., Card]) -> None:
    with pytest.raises(models.ProtectedError):
        make_card().library.delete()
