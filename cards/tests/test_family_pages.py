"""The pages about families, data and the site itself: each address for nobody, another family, a member and staff."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.timezone import now

from cards.answers import ANSWERS
from cards.household import inviting
from cards.models import Card, Family, Invitation, Membership, StaffLook, Trouble, User

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]

OF_A_FAMILY = ("/families/{}/people/", "/families/{}/leave/")
OF_A_PERSON = ("/families/new/", "/privacy/mine/", "/privacy/mine/delete/")
PUBLIC = ("/about/", "/privacy/")


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user("ada@example.org", name="Ada Okafor")
    return user


@pytest.fixture
def family(ada: User, make_family: Make) -> Family:
    found: Family = make_family("Okafor", people=[ada])
    return found


@pytest.fixture
def other(make_user: Make, make_family: Make) -> User:
    """Somebody of another family."""
    user: User = make_user()
    make_family("Tremblay-Nakagawa", people=[user])
    return user


@pytest.fixture
def staff(make_user: Make) -> User:
    """Staff with every right."""
    user: User = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    return user


@pytest.mark.parametrize("path", OF_A_FAMILY)
def test_a_familys_pages_are_there_for_its_people_only(
    client: Client, ada: User, other: User, staff: User, family: Family, path: str
) -> None:
    path = path.format(family.pk)
    assert client.get(path)["Location"] == f"/sign-in/?next={path}"
    assert client.post(path)["Location"] == "/sign-in/"  # what was posted is gone
    for person in (other, staff):
        client.force_login(person)
        for deed in ({}, {"deed": "rename", "name": "x", "timezone": "Europe/Paris"}, {"delete": "1"}):
            assert client.post(path, deed).status_code == 404
        assert client.get(path).status_code == 404
    client.force_login(ada)
    assert client.get(path).status_code == 200
    family.refresh_from_db()
    assert family.name == "Okafor"


@pytest.mark.parametrize("path", OF_A_PERSON)
def test_a_persons_pages_are_for_whoever_is_signed_in(client: Client, ada: User, path: str) -> None:
    assert client.get(path)["Location"] == f"/sign-in/?next={path}"
    assert client.post(path)["Location"] == "/sign-in/"
    client.force_login(ada)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PUBLIC)
def test_what_everybody_may_read_is_there_for_search_engines_too(client: Client, ada: User, path: str) -> None:
    for _ in range(2):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "noindex" not in answer.content.decode()
        assert '<meta name="description"' in answer.content.decode()
        assert client.post(path).status_code == 405
        client.force_login(ada)


@pytest.mark.parametrize("path", [*OF_A_FAMILY, *OF_A_PERSON])
def test_private_pages_are_kept_by_no_cache_and_listed_by_no_search_engine(
    client: Client, ada: User, family: Family, path: str
) -> None:
    client.force_login(ada)
    answer = client.get(path.format(family.pk))
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert "noindex" in answer["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex' in answer.content.decode()


def test_nothing_changes_by_get(client: Client, ada: User, family: Family) -> None:
    inviting.invite(family, ada, "ben@example.org", now())
    client.force_login(ada)
    before = list(Family.objects.values()) + list(Invitation.objects.values()) + list(Membership.objects.values())
    for path in (*OF_A_FAMILY, *OF_A_PERSON):
        for asked in ({}, {"deed": "revoke", "invitation": Invitation.objects.get().pk}, {"delete": "1"}):
            assert client.get(path.format(family.pk), asked).status_code == 200
    assert before == list(Family.objects.values()) + list(Invitation.objects.values()) + list(
        Membership.objects.values()
    )


def test_nothing_changes_without_the_token(ada: User, family: Family) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    for path in (*OF_A_FAMILY, *OF_A_PERSON, "/invitations/", "/invitations/x/", "/keep/x/"):
        assert client.post(path.format(family.pk)).status_code == 403


def test_naming_a_family_leads_to_its_first_card(client: Client, ada: User) -> None:
    client.force_login(ada)
    asked = client.get("/families/new/").content.decode()
    assert "First the family" in asked
    assert '<option value="America/Toronto" selected>Toronto' in asked
    answer = client.post("/families/new/", {"name": " The  Okafors ", "timezone": "Europe/Berlin"})
    found = Family.objects.get()
    assert (found.name, found.timezone, list(found.people.all())) == ("The Okafors", "Europe/Berlin", [ada])
    assert answer["Location"] == f"/families/{found.pk}/cards/new/"


@pytest.mark.parametrize(
    "sent", [{}, {"name": " ", "timezone": "Europe/Paris"}, {"name": "x", "timezone": "Moon/Base"}, {"name": "x" * 101}]
)
def test_a_family_without_a_name_or_with_an_odd_clock_is_not_made(
    client: Client, ada: User, sent: dict[str, str]
) -> None:
    client.force_login(ada)
    assert client.post("/families/new/", sent).status_code == 200
    assert not Family.objects.exists()


def test_a_person_may_have_several_families_but_not_any_number_a_day(client: Client, ada: User) -> None:
    client.force_login(ada)
    for _ in range(11):
        answer = client.post("/families/new/", {"name": "Okafor", "timezone": "Europe/Berlin"})
    assert "come back tomorrow" in answer.content.decode()
    assert Family.objects.count() == 10


def test_renaming_is_for_all_to_see(client: Client, ada: User, family: Family) -> None:
    client.force_login(ada)
    sent = {"deed": "rename", "name": "Okafor & <b>", "timezone": "Pacific/Auckland"}
    answer = client.post(f"/families/{family.pk}/people/", sent, follow=True)
    family.refresh_from_db()
    assert (family.name, family.timezone) == ("Okafor & <b>", "Pacific/Auckland")
    assert "<bdi>Okafor &amp; &lt;b&gt;</bdi>" in answer.content.decode()


def test_a_refused_name_leaves_the_page_as_it_was(client: Client, ada: User, family: Family) -> None:
    client.force_login(ada)
    sent = {"deed": "rename", "name": "x" * 101, "timezone": "Europe/Paris"}
    answer = client.post(f"/families/{family.pk}/people/", sent)
    assert "<h1><bdi>Okafor</bdi></h1>" in answer.content.decode()
    assert 'class="errorlist' in answer.content.decode()


def test_the_page_lists_people_invitations_and_what_staff_looked_at(
    client: Client, ada: User, family: Family, make_user: Make
) -> None:
    family.people.add(make_user(name="Ben Okafor"))
    inviting.invite(family, ada, "zoe@example.org", now())
    StaffLook.objects.create(family=family, who="Sam of the staff", what=StaffLook.What.PAGE)
    client.force_login(ada)
    shown = client.get(f"/families/{family.pk}/people/").content.decode()
    for words in (
        "Ada Okafor",
        "(you)",
        "Ben Okafor",
        "zoe@example.org",
        "Sam of the staff",
        "looked at your page of loans and holds",
    ):
        assert words in shown


def test_an_invitation_of_another_family_cannot_be_taken_back(
    client: Client, ada: User, family: Family, other: User
) -> None:
    theirs = inviting.invite(other.families.get(), other, "zoe@example.org", now())
    client.force_login(ada)
    for asked in (str(theirs.pk), "", "x", "-1", "²", "9" * 30):
        client.post(f"/families/{family.pk}/people/", {"deed": "revoke", "invitation": asked})
    assert Invitation.objects.get() == theirs


@pytest.mark.parametrize("pk", [0, 10**6, "9" * 30])
def test_a_family_that_is_none_is_not_found(client: Client, ada: User, pk: object) -> None:
    client.force_login(ada)
    for path in OF_A_FAMILY:
        assert client.get(path.format(pk)).status_code == 404


@pytest.mark.parametrize("email", ["", "x", "a@b", "eve@example.org\nBcc: all@example.org", "x" * 250 + "@example.org"])
def test_an_address_that_is_none_is_not_invited(client: Client, ada: User, family: Family, email: str) -> None:
    client.force_login(ada)
    answer = client.post(f"/families/{family.pk}/people/", {"deed": "invite", "email": email})
    assert 'class="errorlist' in answer.content.decode()
    assert not Invitation.objects.exists()


def test_every_trouble_of_a_card_has_an_answer(client: Client) -> None:
    assert set(ANSWERS) == set(Trouble) - {Trouble.NONE}
    shown = client.get("/about/").content.decode()
    for kind in ANSWERS:
        assert f'id="{kind}"' in shown


def test_about_lists_the_libraries_that_are_visited_and_how_they_stand(client: Client, make_library: Make) -> None:
    make_library("Elm Park Library", place="Elm Park")
    make_library("Old Mill Library", works_since=now())
    make_library("Bay Library", works_since=now(), trouble="layout_changed")
    make_library("Closed Library", enabled=False)
    make_library("Unread Library", confirmed=False)
    shown = re.sub(r"<[^>]+>|\s+", " ", client.get("/about/").content.decode())
    assert re.search(r"Elm Park Library +Elm Park +beta", shown)
    assert re.search(r"Old Mill Library +works since", shown)
    assert re.search(r"Bay Library +cannot be read well just now", shown)
    assert "Closed Library" not in shown
    assert "Unread Library" not in shown


def test_about_costs_one_query_however_many_libraries_there_are(
    client: Client, make_library: Make, django_assert_num_queries: Any
) -> None:
    for each in range(20):
        make_library(f"Library {each}")
    with django_assert_num_queries(1):
        client.get("/about/")


def test_who_runs_it_is_told_where_that_is_set(client: Client, settings: Any) -> None:
    settings.CONTACT = ""
    assert "mailto:" not in client.get("/about/").content.decode()
    settings.CONTACT = "hippo@example.org"
    for path in PUBLIC:
        assert '<a href="mailto:hippo@example.org">' in client.get(path).content.decode()


def test_privacy_tells_the_figures_that_the_code_goes_by(client: Client, settings: Any) -> None:
    settings.IDLE_DAYS, settings.CHECKS_KEPT_DAYS, settings.SESSION_COOKIE_AGE = 777, 44, 55 * 86400
    shown = client.get("/privacy/").content.decode()
    for words in (
        "for 777 days",
        "for 44 days",
        "for 55 days",
        "for 400 days",
        "for 730 days",
        "7 days old",
        "30 and 7 days ahead",
    ):
        assert words in shown
    settings.IDLE_DAYS = 0
    assert "Two mails are sent" not in client.get("/privacy/").content.decode()


def test_pages_hold_no_script_and_no_style_of_their_own(client: Client, ada: User, family: Family) -> None:
    client.force_login(ada)
    for path in (*OF_A_FAMILY, *OF_A_PERSON, *PUBLIC):
        shown = client.get(path.format(family.pk)).content.decode()
        assert shown.count("<script") == shown.count('<script src="/static/')
        assert "<style" not in shown
        assert "style=" not in shown


def test_the_family_page_costs_the_same_however_many_belong(
    client: Client, ada: User, family: Family, make_user: Make, django_assert_max_num_queries: Any
) -> None:
    client.force_login(ada)
    for each in range(20):
        family.people.add(make_user())
        Invitation.objects.create(family=family, by=ada, email="x@example.org", token_hash=str(each), expires=now())
        StaffLook.objects.create(family=family, who="Sam", what="seen")
    with django_assert_max_num_queries(8):
        client.get(f"/families/{family.pk}/people/")
    assert Card.objects.count() == 0
