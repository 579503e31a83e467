"""What staff of each role may see and do in admin; and that nobody gives themselves more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from cards import roles
from cards.models import Card, StaffLook, User
from cards.signing_in.first_link import make_staff

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]
MODELS = ("family", "user", "card", "check", "run", "letter", "library", "librarywish")
SEES = {
    roles.SUPPORT: {"family", "user", "card", "check", "run", "letter", "library"},
    roles.CATALOGUE: {"run", "library", "librarywish"},
    roles.OWNER: set(MODELS),
}


@pytest.fixture
def card(make_card: Make, make_family: Make, make_user: Make) -> Card:
    made: Card = make_card(family=make_family(people=[make_user()]), number="29000123", pin="7788")
    return made


def sign_in(client: Client, role: str) -> User:
    user = make_staff(f"{role}@example.org", role)
    client.force_login(user)
    return user


@pytest.mark.parametrize("role", SEES)
@pytest.mark.parametrize("model", MODELS)
def test_each_role_sees_its_lists_and_no_others(client: Client, role: str, model: str) -> None:
    sign_in(client, role)
    status = client.get(reverse(f"admin:cards_{model}_changelist")).status_code
    assert status == (200 if model in SEES[role] else 403)


@pytest.mark.parametrize("role", [roles.SUPPORT, roles.CATALOGUE])
@pytest.mark.parametrize("model", ["family", "user", "card"])
def test_only_owners_change_what_is_a_familys(client: Client, card: Card, role: str, model: str) -> None:
    sign_in(client, role)
    row = {"family": card.family, "user": card.family.people.get(), "card": card}[model]
    for page in ("change", "delete"):
        assert client.post(reverse(f"admin:cards_{model}_{page}", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse(f"admin:cards_{model}_add"), {}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_support_reads_no_number_and_no_pin(client: Client, card: Card) -> None:
    sign_in(client, roles.SUPPORT)
    page = client.get(reverse("admin:cards_card_change", args=[card.pk])).content.decode()
    assert card.patron_name in page
    assert "29000123" not in page
    assert "7788" not in page


def test_an_owner_reads_no_number_and_no_pin_either(client: Client, card: Card) -> None:
    sign_in(client, roles.OWNER)
    page = client.get(reverse("admin:cards_card_change", args=[card.pk])).content.decode()
    assert "29000123" not in page
    assert "7788" not in page


def test_who_may_change_people_but_is_no_owner_gives_nobody_rights(client: Client) -> None:
    """As in a group of the operator's own."""
    user = make_staff("helper@example.org", roles.SUPPORT)
    user.groups.add(Group.objects.get(name=roles.OWNER))
    client.force_login(user)
    assert user.has_perm("cards.change_user")
    mine = {"email": "mine@example.org", "is_staff": "on", "is_superuser": "on", "is_active": "on", "mail_hour": 6}
    client.post(
        reverse("admin:cards_user_change", args=[user.pk]),
        {**mine, "days_ahead": 3, "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0},
    )
    user.refresh_from_db()
    assert (user.email, user.is_superuser) == ("helper@example.org", False)


def test_only_an_owner_makes_a_sign_in_link_and_families_see_that(client: Client, card: Card) -> None:
    person = card.family.people.get()
    asked = {"action": "sign_in_link", "_selected_action": [person.pk]}
    sign_in(client, roles.SUPPORT)
    assert "/sign-in/first/" not in client.post(reverse("admin:cards_user_changelist"), asked).content.decode()
    sign_in(client, roles.OWNER)
    assert "/sign-in/first/" in client.post(reverse("admin:cards_user_changelist"), asked).content.decode()
    assert StaffLook.objects.filter(family=card.family, what="link", who="owner@example.org").exists()


def test_a_migration_puts_the_groups_rights_back(client: Client) -> None:
    Group.objects.get(name=roles.SUPPORT).permissions.clear()
    roles.ensure()
    assert Group.objects.get(name=roles.SUPPORT).permissions.count() == 7


def test_somebody_who_was_an_owner_and_becomes_support_is_no_owner() -> None:
    make_staff("ann@example.org")
    ann = make_staff("ann@example.org", roles.SUPPORT)
    assert not ann.is_superuser
    assert [each.name for each in ann.groups.all()] == [roles.SUPPORT]


def test_a_person_is_found_by_an_address_that_is_posted(client: Client, make_user: Make) -> None:
    ada = make_user("ada@example.org", name="Ada")
    sign_in(client, roles.SUPPORT)
    found = client.post(reverse("admin:cards_user_find"), {"email": " Ada@Example.org "})
    assert found["Location"] == reverse("admin:cards_user_change", args=[ada.pk])
    nobody = client.post(reverse("admin:cards_user_find"), {"email": "eve@example.org"}, follow=True)
    assert "Nobody here has that address." in nobody.content.decode()
    assert client.get(reverse("admin:cards_user_find")).status_code == 405


def test_who_may_see_no_people_finds_none(client: Client, make_user: Make) -> None:
    make_user("ada@example.org")
    sign_in(client, roles.CATALOGUE)
    assert client.post(reverse("admin:cards_user_find"), {"email": "ada@example.org"}).status_code == 403
