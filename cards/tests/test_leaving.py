"""Leaving a family; and that it goes, with all it holds, when the last one leaves."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils.timezone import now

from cards.household import inviting
from cards.household.leaving import LastOne, leave
from cards.models import Card, CardChoice, Check, Family, Invitation, Letter, Membership, Notice, User
from cards.outbox import WITHDRAWN

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user("ada@example.org", name="Ada Okafor")
    return user


@pytest.fixture
def card(ada: User, make_family: Make, make_card: Make) -> Card:
    found: Card = make_card(family=make_family("Okafor", people=[ada]))
    found.checks.create(began=now(), seconds=1, outcome="ok")
    return found


@pytest.fixture
def ben(card: Card, make_user: Make) -> User:
    """Another member."""
    user: User = make_user(name="Ben Okafor")
    card.family.people.add(user)
    return user


def test_the_last_one_is_asked_and_told_what_goes(client: Client, ada: User, card: Card) -> None:
    client.force_login(ada)
    asked = client.get(f"/families/{card.family_id}/leave/").content.decode()
    assert "You are the last one" in asked
    assert "1 card, with its number and PIN" in asked
    assert "the record of 1 visit to a library" in asked
    answer = client.post(f"/families/{card.family_id}/leave/", {"delete": "1"}, follow=True)
    assert "You left “Okafor”, and it was deleted." in answer.content.decode()
    for table in (Family, Card, Check, Membership):
        assert not table.objects.exists()


def test_somebody_who_is_not_the_last_leaves_the_cards_to_the_others(
    client: Client, ada: User, ben: User, card: Card
) -> None:
    client.force_login(ada)
    assert "The others keep the cards" in client.get(f"/families/{card.family_id}/leave/").content.decode()
    client.post(f"/families/{card.family_id}/leave/")
    assert Card.objects.get() == card
    assert client.get(f"/families/{card.family_id}/").status_code == 404


def test_who_became_the_last_one_since_the_question_is_asked_again(
    client: Client, ada: User, ben: User, card: Card
) -> None:
    client.force_login(ada)
    leave(card.family, ben, now())
    answer = client.post(f"/families/{card.family_id}/leave/", follow=True)
    assert "Nobody else is left" in answer.content.decode()
    assert "You are the last one" in answer.content.decode()
    assert Card.objects.exists()


def test_the_question_for_the_last_one_deletes_nothing_once_there_are_others(ada: User, ben: User, card: Card) -> None:
    assert not leave(card.family, ada, now(), and_delete=True)
    assert Card.objects.exists()


def test_what_was_the_leavers_own_goes_with_them(ada: User, ben: User, card: Card, make_card: Make) -> None:
    draft = make_card(family=card.family, draft_by=ada)
    for person in (ada, ben):
        person.notices.create(card=card, key="due:1")
        person.card_choices.create(card=card, days_ahead=1)
        inviting.invite(card.family, person, f"friend.of.{person.name[:3]}@example.org", now())
    leave(card.family, ada, now())
    assert not Card.objects.filter(pk=draft.pk).exists()
    for table in (Notice, CardChoice):
        assert table.objects.get().user == ben
    assert Invitation.objects.get().by == ben
    assert Letter.objects.get().to == "friend.of.Ben@example.org"


def test_a_digest_that_waits_is_taken_back(ada: User, ben: User, card: Card) -> None:
    letter = Letter.objects.create(kind="digest", key="d", user=ada, to=ada.email, text="Mia: The copper orchard")
    leave(card.family, ada, now())
    letter.refresh_from_db()
    assert (letter.trouble, letter.text) == (WITHDRAWN, "")


def test_other_families_of_the_person_stay(ada: User, card: Card, make_family: Make, make_card: Make) -> None:
    other = make_card(family=make_family("Lindqvist", people=[ada]))
    leave(card.family, ada, now(), and_delete=True)
    assert Card.objects.get() == other


@pytest.mark.django_db(transaction=True)
def test_of_two_who_leave_at_once_one_is_the_last(make_user: Make, make_family: Make) -> None:
    people = [make_user(), make_user()]
    family, together, said = make_family(people=people), Barrier(2), []

    def go(person: User) -> None:
        together.wait()
        try:
            said.append(leave(family, person, now()))
        except LastOne:
            said.append("last")
        connections.close_all()

    threads = [Thread(target=go, args=(each,)) for each in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(map(str, said)) == ["False", "last"]
    assert Membership.objects.count() == 1
