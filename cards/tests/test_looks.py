"""What staff see of a family is recorded, for that family to see; what they see of their own is not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from cards import looks
from cards.models import Card, Family, StaffLook, User

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 6, 4, tzinfo=ZoneInfo("America/Toronto"))
Make = Callable[..., Any]


@pytest.fixture
def staff(make_user: Make) -> User:
    user: User = make_user(name="Sam", is_staff=True, is_superuser=True)
    return user


@pytest.fixture
def family(make_family: Make, make_user: Make) -> Family:
    made: Family = make_family(people=[make_user(name="Ada")])
    return made


@pytest.fixture
def card(make_card: Make, family: Family) -> Card:
    made: Card = make_card(family=family)
    return made


def seen() -> set[tuple[str, str]]:
    return set(StaffLook.objects.values_list("what", "who"))


@pytest.mark.parametrize("model", ["family", "card", "user"])
def test_a_list_and_a_page_in_admin_are_recorded(
    client: Client, staff: User, family: Family, card: Card, model: str
) -> None:
    client.force_login(staff)
    row = {"family": family, "card": card, "user": family.people.get()}[model]
    client.get(reverse(f"admin:cards_{model}_changelist"))
    assert seen() == {("listed", "Sam")}
    client.get(reverse(f"admin:cards_{model}_change", args=[row.pk]))
    assert seen() == {("listed", "Sam"), ("seen", "Sam")}


def test_a_change_is_recorded(client: Client, staff: User, card: Card, settings: Any) -> None:
    client.force_login(staff)
    answer = client.post(
        reverse("admin:cards_card_change", args=[card.pk]),
        {"family": card.family_id, "library": card.library_id, "patron_name": "Mia", "interval_hours": 12},
    )
    assert answer.status_code == 302
    assert ("changed", "Sam") in seen()


def test_what_staff_see_of_their_own_family_is_nobodys_news(
    client: Client, staff: User, family: Family, card: Card
) -> None:
    family.people.add(staff)
    client.force_login(staff)
    client.get(reverse("admin:cards_card_changelist"))
    assert not seen()


def test_a_page_opened_ten_times_is_one_look_until_an_hour_has_passed(staff: User, family: Family) -> None:
    for minutes in (0, 1, 30, 59, 61):
        looks.record(Family.objects.all(), staff, StaffLook.What.SEEN, NOW + timedelta(minutes=minutes))
    assert StaffLook.objects.count() == 2


def test_looks_are_kept_for_two_years(staff: User, family: Family) -> None:
    looks.record(Family.objects.all(), staff, StaffLook.What.SEEN, NOW)
    looks.prune(NOW + timedelta(days=700))
    assert StaffLook.objects.count() == 1
    looks.prune(NOW + timedelta(days=731))
    assert StaffLook.objects.count() == 0


def test_the_page_of_a_run_names_no_patron(client: Client, staff: User, card: Card) -> None:
    from cards.models import Check, Run

    run = Run.objects.create(began=NOW)
    Check.objects.create(card=card, run=run, began=NOW, seconds=1.0, outcome="ok")
    client.force_login(staff)
    page = client.get(reverse("admin:cards_run_change", args=[run.pk])).content.decode()
    assert str(card.pk)[:8] in page
    assert card.patron_name not in page
    assert not seen()
