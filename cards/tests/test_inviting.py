"""Invitations: by mail, for one person, for a while; and what becomes of the link afterwards."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils.timezone import now

from cards.household import inviting
from cards.models import Family, Invitation, Letter, Membership, User
from cards.sending import send_pending
from libraryhippo.log import RouteForPath

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user("ada@example.org", name="Ada Okafor")
    return user


@pytest.fixture
def ben(make_user: Make) -> User:
    user: User = make_user("ben@example.net", name="Ben Lindqvist")
    return user


@pytest.fixture
def family(ada: User, make_family: Make) -> Family:
    found: Family = make_family("Okafor", people=[ada])
    return found


def invite(client: Client, family: Family, email: str = "ben@example.org") -> Any:
    return client.post(f"/families/{family.pk}/people/", {"deed": "invite", "email": email}, follow=True)


@pytest.fixture
def link(client: Client, ada: User, family: Family) -> str:
    """The path that the invited person gets by mail; Ada is signed in."""
    client.force_login(ada)
    invite(client, family)
    return mailed_link()


def mailed_link() -> str:
    send_pending(now())
    found = re.search(r"http://localhost:8000(/invitations/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_the_mail_says_who_invites_and_leads_to_a_page_that_says_so_too(link: str) -> None:
    [message] = mail.outbox
    assert message.to == ["ben@example.org"]
    assert message.subject == "Ada Okafor invites you to the family “Okafor”"
    page = Client().get(link)
    assert "Ada Okafor invites you to “Okafor”" in page.content.decode()
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]


def test_looking_at_it_changes_nothing(link: str, ben: User) -> None:
    other = Client()
    other.force_login(ben)
    for _ in range(3):
        assert other.get(link).status_code == 200
    assert Membership.objects.count() == 1
    assert Invitation.objects.count() == 1


def test_whoever_has_the_link_joins_by_whichever_address_they_signed_in(link: str, ben: User, family: Family) -> None:
    other = Client()
    other.force_login(ben)
    answer = other.post(link, follow=True)
    assert "You belong to “Okafor” now." in answer.content.decode()
    assert set(family.people.all()) >= {ben}


def test_signed_out_it_leads_to_sign_in_and_back_without_the_link_in_any_query(
    link: str, ben: User, family: Family
) -> None:
    other = Client()
    answer = other.post(link)
    assert answer["Location"] == "/sign-in/?next=/invitations/"
    assert not family.people.filter(pk=ben.pk).exists()
    other.force_login(ben)
    assert "Ada Okafor invites you" in other.get("/invitations/").content.decode()
    other.post("/invitations/")
    assert family.people.filter(pk=ben.pk).exists()


def test_a_link_works_once(link: str, ben: User, make_user: Make) -> None:
    for person, status in ((ben, 302), (make_user(), 410)):
        other = Client()
        other.force_login(person)
        assert other.post(link).status_code in (status, 303 if status == 302 else status)
    assert Membership.objects.count() == 2


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("why", ["expired", "revoked", "unknown"])
def test_a_link_that_works_no_more_says_kindly_what_to_do(
    client: Client, link: str, ben: User, family: Family, why: str, signed_in: bool
) -> None:
    if why == "expired":
        Invitation.objects.update(expires=now() - timedelta(seconds=1))
    elif why == "revoked":
        client.post(f"/families/{family.pk}/people/", {"deed": "revoke", "invitation": Invitation.objects.get().pk})
    else:
        link = "/invitations/x/"
    other = Client()
    if signed_in:
        other.force_login(ben)
    for answer in (other.get(link), other.post(link)):
        assert answer.status_code == 410
        assert "This invitation is over" in answer.content.decode()
        assert "Ask whoever invited you" in answer.content.decode()
    assert Membership.objects.count() == 1


def test_only_a_hash_of_the_link_is_kept_and_of_the_mail_nothing(link: str) -> None:
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) > 40
    assert token not in str(list(Invitation.objects.values()))
    assert not Letter.objects.exists()


def test_no_log_holds_the_link(link: str, caplog: pytest.LogCaptureFixture) -> None:
    inviting.revoke(Invitation.objects.all())
    with caplog.filtering(RouteForPath()), caplog.at_level("DEBUG"):
        assert Client().get(link).status_code == 410
        assert Client(enforce_csrf_checks=True).post(link).status_code == 403
    assert "/invitations/<str:token>/" in caplog.text
    assert link.rstrip("/").rpartition("/")[2] not in caplog.text


def test_a_member_who_follows_the_link_does_not_use_it_up(client: Client, link: str) -> None:
    assert "You belong to “Okafor” already" in client.get(link).content.decode()
    assert Invitation.objects.exists()


def test_a_second_invitation_of_the_same_address_ends_the_first(client: Client, link: str, family: Family) -> None:
    invite(client, family, "BEN@example.org")
    assert Client().get(link).status_code == 410
    assert Client().get(mailed_link()).status_code == 200


def test_taken_back_before_it_could_be_sent_it_is_not_sent(client: Client, ada: User, family: Family) -> None:
    client.force_login(ada)
    invite(client, family)
    inviting.revoke(Invitation.objects.all())
    assert send_pending(now()).sent == 0


def test_the_answer_does_not_tell_whether_an_address_is_known(
    client: Client, ada: User, ben: User, family: Family
) -> None:
    client.force_login(ada)
    known, unknown = invite(client, family, ben.email), invite(client, family, "zoe@example.net")
    said = [re.search(r'role="status">(.*?)</ul>', each.content.decode(), re.S) for each in (known, unknown)]
    assert said[0]
    assert said[1]
    assert said[0][1].replace(ben.email, "") == said[1][1].replace("zoe@example.net", "")


def test_whoever_belongs_already_is_not_invited(client: Client, ada: User, family: Family) -> None:
    client.force_login(ada)
    assert "belongs to the family already" in invite(client, family, "ADA@example.org").content.decode()
    assert not Invitation.objects.exists()


def test_so_many_invitations_a_day_and_no_more(client: Client, ada: User, family: Family) -> None:
    client.force_login(ada)
    for each in range(inviting.A_DAY):
        invite(client, family, f"person{each}@example.net")
    assert "come back tomorrow" in invite(client, family, "one.more@example.net").content.decode()
    assert Invitation.objects.count() == inviting.A_DAY


def test_nobodys_mailbox_is_flooded_by_many(client: Client, make_user: Make, make_family: Make) -> None:
    for _ in range(inviting.TO_ONE_A_DAY + 1):
        person = make_user()
        client.force_login(person)
        last = invite(client, make_family(people=[person]), "zoe@example.net")
    assert "come back tomorrow" in last.content.decode()
    assert Invitation.objects.count() == inviting.TO_ONE_A_DAY


@pytest.mark.parametrize("name", ["Ok\r\nBcc: all@example.org", "<script>alert(1)</script>", "Okafor\u202e"])
def test_a_name_can_do_no_harm_in_the_mail(client: Client, ada: User, family: Family, name: str) -> None:
    User.objects.update(name=name)
    Family.objects.update(name=name)
    client.force_login(ada)
    invite(client, family)
    send_pending(now())
    [message] = mail.outbox
    assert message.to == ["ben@example.org"]
    assert "\n" not in message.subject
    assert "\u202e" not in message.subject
    assert "<script" not in str(message.alternatives[0])  # type: ignore[attr-defined]


def test_addresses_of_people_who_did_not_come_are_forgotten(family: Family, ada: User) -> None:
    inviting.invite(family, ada, "ben@example.org", now())
    inviting.forget_expired(now() + timedelta(days=7, seconds=1))
    assert not Invitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_a_link_at_once_one_joins(ada: User, make_user: Make, make_family: Make) -> None:
    invitation = inviting.invite(make_family(people=[ada]), ada, "ben@example.org", now())
    people, joined, together = [make_user() for _ in range(6)], [], Barrier(6)

    def join(person: User) -> None:
        together.wait()
        joined.append(inviting.accept(invitation.pk, person, now()))
        connections.close_all()

    threads = [Thread(target=join, args=(each,)) for each in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len([each for each in joined if each]) == 1
    assert Membership.objects.count() == 2
