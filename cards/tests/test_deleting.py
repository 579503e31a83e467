"""Deleting a person leaves nothing of them behind, in no table."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from cards.household.deleting import delete_person
from cards.household.upkeep import look_after
from cards.models import Card, Family, Letter, LetterKind, Membership, User
from cards.sending import send_pending
from cards.tests.every_table import fill

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user("ada@example.org", name="Ada Okafor")
    return user


@pytest.fixture
def card(ada: User, make_family: Make, make_card: Make) -> Card:
    found: Card = make_card(family=make_family("Okafor", people=[ada]), number="20009876", patron_name="Mia Okafor")
    return found


def left() -> str:
    """The whole database, as text."""
    return "\n".join(str(row) for model in apps.get_models() for row in model._default_manager.values())


def delete_by_hand(client: Client, user: User, typed: str) -> Any:
    client.force_login(user)
    return client.post("/privacy/mine/delete/", {"email": typed}, follow=True)


def test_not_one_row_stays(client: Client, ada: User, card: Card) -> None:
    made = fill(card, ada)
    kept = {"cards.Run", "cards.Library", "socialaccount.SocialApp"}
    for each in (ada, card, card.family):
        kind = ContentType.objects.get_for_model(each)
        LogEntry.objects.create(
            user=None or ada, content_type=kind, object_id=each.pk, object_repr=str(each), action_flag=CHANGE
        )
    assert "All is deleted" in delete_by_hand(client, ada, " ADA@example.org ").content.decode()
    send_pending(now())
    assert "ada@example.org" not in left()
    for word in ("Okafor", "20009876", card.fingerprint):
        assert word not in left()
    for row in made:
        survivor = type(row)._default_manager.filter(pk=row.pk).first()
        if survivor is not None and row._meta.label not in kept:
            pointing = [each.name for each in row._meta.concrete_fields if each.related_model in (User, Family, Card)]
            assert all(getattr(survivor, name) is None for name in pointing), row._meta.label


def test_admins_history_of_them_goes_too_whoever_of_staff_wrote_it(ada: User, card: Card, make_user: Make) -> None:
    staff = make_user(is_staff=True)
    for each in (ada, card, card.family):
        kind = ContentType.objects.get_for_model(each)
        LogEntry.objects.create(user=staff, content_type=kind, object_id=each.pk, object_repr=str(each), action_flag=1)
    delete_person(ada, now())
    assert not LogEntry.objects.exists()


def test_a_last_mail_confirms_it_and_is_forgotten(client: Client, ada: User) -> None:
    delete_by_hand(client, ada, ada.email)
    assert Letter.objects.get().kind == LetterKind.FAREWELL
    send_pending(now())
    [message] = mail.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject == "Your account at LibraryHippo is deleted"
    assert not Letter.objects.exists()


def test_every_browser_is_signed_out(client: Client, ada: User, make_user: Make) -> None:
    elsewhere, other = Client(), Client()
    elsewhere.force_login(ada)
    other.force_login(make_user())
    delete_by_hand(client, ada, ada.email)
    for each in (client, elsewhere):
        assert each.get("/privacy/mine/").status_code == 302
    assert other.get("/privacy/mine/").status_code == 200


def test_a_family_with_other_people_stays_with_its_cards(
    client: Client, ada: User, card: Card, make_user: Make
) -> None:
    ben = make_user()
    card.family.people.add(ben)
    client.force_login(ada)
    asked = client.get("/privacy/mine/delete/").content.decode()
    assert "stays with its other people" in asked
    assert "goes too" not in asked
    delete_by_hand(client, ada, ada.email)
    assert Card.objects.get() == card
    assert Membership.objects.get().user == ben


def test_the_question_says_what_goes(client: Client, ada: User, card: Card) -> None:
    client.force_login(ada)
    asked = client.get("/privacy/mine/delete/").content.decode()
    assert "“Okafor” goes too" in asked
    assert "1 card, with its number and PIN" in asked


@pytest.mark.parametrize("typed", ["", "ben@example.org", "ada", "ada@example.org x"])
def test_without_the_own_address_typed_nothing_goes(client: Client, ada: User, card: Card, typed: str) -> None:
    answer = delete_by_hand(client, ada, typed)
    assert answer.status_code == 200
    assert re.search('class="errorlist', answer.content.decode())
    assert User.objects.get() == ada
    assert Card.objects.exists()


def test_deleting_twice_is_deleting_once(ada: User, card: Card) -> None:
    delete_person(ada, now())
    delete_person(ada, now())
    assert Letter.objects.count() == 1


def test_sessions_that_are_over_and_what_was_noted_of_their_browsers_go_by_themselves(
    client: Client, ada: User
) -> None:
    client.force_login(ada)
    client.get("/privacy/mine/")
    for each in (1, 2):
        noted = {"session_key": f"over{each}", "ip": "192.0.2.7", "created_at": now() - timedelta(days=each)}
        UserSession.objects.create(user=ada, **noted)
    Session.objects.create(session_key="over1", session_data="", expire_date=now() - timedelta(days=1))
    Session.objects.create(session_key="over2", session_data="", expire_date=now() + timedelta(days=1))
    look_after(now())
    assert set(UserSession.objects.values_list("session_key", flat=True)) - {client.session.session_key} == {"over2"}
    assert not Session.objects.filter(pk="over1").exists()
    assert client.get("/privacy/mine/").status_code == 200


def test_who_wants_plain_text_only_gets_it_to_the_last(client: Client, ada: User) -> None:
    User.objects.update(plain_text=True)
    delete_by_hand(client, ada, ada.email)
    assert Letter.objects.get().html == ""
