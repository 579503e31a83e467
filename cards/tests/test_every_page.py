"""Every address of ours and every role: nobody, another family, a member, staff. A new address cannot be forgotten."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from cards import links, roles
from cards.models import Card, User
from cards.signing_in import first_link

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]

# Who gets to see a page: everybody; whoever is signed in; the people of its family; who tries out that card; nobody,
# as it is only posted to; whoever has the link; and those of signing in and its devices, which go by their own rules.
EVERYBODY, PERSON, FAMILY, DRAFT, POSTED, LINK, DOOR, DEVICES = (
    *("everybody", "person", "family", "draft", "posted", "link", "door", "devices"),
)
PAGES = {
    **dict.fromkeys(("status", "about", "privacy", "healthz", "robots"), EVERYBODY),
    "favicon": DOOR,
    **dict.fromkeys(("new_family", "my_data", "delete_account", "wish_library", "preferences", "why_mail"), PERSON),
    **dict.fromkeys(("status_family", "family", "leave_family", "cards", "add_card", "new_card"), FAMILY),
    **dict.fromkeys(("card", "remove_card"), FAMILY),
    "card_trial": DRAFT,
    **dict.fromkeys(("dress_card", "move_card", "pause_card", "keep_card", "drop_card"), POSTED),
    **dict.fromkeys(
        ("check_family", "check_card", "test_mail", "sign_out", "account_logout", "unlink_provider"), POSTED
    ),
    **dict.fromkeys(("sign_in_with",), POSTED),
    **dict.fromkeys(("invitation", "keep_account", "unsubscribe", "first_sign_in", "demo_sign_in"), LINK),
    **dict.fromkeys(("kept_invitation", "sign_in", "account_login", "sign_in_code", "mfa_login_webauthn"), DOOR),
    **dict.fromkeys(("mfa_authenticate", "first_sign_in_here", "account_inactive", "google_callback"), DOOR),
    **dict.fromkeys(("github_callback", "openid_connect_callback"), DOOR),
}
OF_DEVICES = ("mfa_", "security", "usersessions_list", "account_reauthenticate", "new_address")
SUPPORT_SEES = {"status_family"}


def ours(patterns: Any = None) -> Iterator[URLPattern]:
    """Every address but those of admin."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLPattern):
            yield each
        elif each.namespace != "admin":
            yield from ours(each.url_patterns)


NAMES = sorted({str(each.name) for each in ours()})


def audience(name: str) -> str:
    return PAGES.get(name) or (DEVICES if name.startswith(OF_DEVICES) else "")


def test_every_address_is_for_somebody() -> None:
    assert [name for name in NAMES if not audience(name)] == []


@pytest.fixture
def member(make_user: Make) -> User:
    made: User = make_user(name="Ada", email="ada@example.org")
    return made


@pytest.fixture
def card(make_card: Make, make_family: Make, member: User) -> Card:
    made: Card = make_card(family=make_family("Okafor-Lindqvist", people=[member]))
    return made


@pytest.fixture
def path(card: Card, member: User, make_card: Make) -> Callable[[str], str]:
    """The address of a page, with what there is of the member's."""
    draft = make_card(family=card.family, library=card.library, draft_by=member)
    first = first_link.link(member).rstrip("/").split("/")
    special: dict[str, Any] = {
        "new_card": {"pk": card.family_id, "slug": card.library.slug},
        "unsubscribe": {"token": links.unsubscribe_url(member.pk).rstrip("/").rpartition("/")[2]},
        "keep_account": {"token": "no-such-token"},
        "invitation": {"token": "no-such-token"},
        "demo_sign_in": {"token": "no-such-token"},
        "first_sign_in": {"uidb64": first[-2], "token": first[-1]},
        "card_trial": {"card": draft.pk},
        "keep_card": {"card": draft.pk},
        "drop_card": {"card": draft.pk},
    }

    def find(name: str) -> str:
        pattern = next(each for each in ours() if each.name == name)
        known = {"pk": card.family_id, "card": card.pk, "provider_id": "elm", "token": "none"}
        wanted = pattern.pattern.converters  # type: ignore[attr-defined]
        return reverse(name, kwargs=special[name] if name in special else {each: known[each] for each in wanted})

    return find


@pytest.fixture
def browsers(member: User, make_user: Make, make_family: Make) -> dict[str, Client]:
    """A browser for each role."""
    other = make_user(name="Nils", email="nils@example.org")
    make_family("Tremblay", people=[other])
    people = {"nobody": None, "other": other, "member": member}
    people |= {role: first_link.make_staff(f"{role}@example.org", role) for role in (roles.SUPPORT, roles.CATALOGUE)}
    found = {}
    for role, person in people.items():
        found[role] = Client()
        if person:
            found[role].force_login(person)
    return found


def test_each_page_is_there_for_whom_it_is_for(path: Callable[[str], str], browsers: dict[str, Client]) -> None:
    for name in NAMES:
        where, kind = path(name), audience(name)
        said = {role: browser.get(where) for role, browser in browsers.items()}
        got = {role: answer.status_code for role, answer in said.items()}
        assert max(got.values()) < 500, name
        if kind == EVERYBODY:
            assert set(got.values()) == {200}, name
        elif kind in {PERSON, FAMILY, DRAFT}:
            assert said["nobody"]["Location"].startswith("/sign-in/"), name
            assert got["member"] in {200, 302}, name
        elif kind == DEVICES:
            assert said["nobody"]["Location"].startswith(("/sign-in/", "/account/")), name
        elif kind == POSTED:
            assert (got["member"], got["nobody"] in {302, 405}) == (405, True), name
        if kind in {FAMILY, DRAFT}:
            assert got["other"] == got[roles.CATALOGUE] == 404, name
            assert got[roles.SUPPORT] == (200 if name in SUPPORT_SEES else 404), name


def test_what_is_for_one_person_is_kept_by_no_cache_and_no_search_engine(
    path: Callable[[str], str], browsers: dict[str, Client]
) -> None:
    for name in NAMES:
        answer = browsers["member"].get(path(name))
        if answer.status_code == 200 and (audience(name) != EVERYBODY or name == "status"):
            assert "noindex" in answer["X-Robots-Tag"], name
            assert "no-store" in answer["Cache-Control"], name


NOT_A_CHANGE = {"Session", "UserSession", "StaffLook", "Tally", "ContentType", "Permission"}


def everything() -> dict[str, list[Any]]:
    """All rows there are, but for what a visit alone may leave behind."""
    found = {}
    for model in apps.get_models():
        if model.__name__ not in NOT_A_CHANGE:
            rows = model._default_manager.order_by("pk").values()
            found[model.__name__] = [
                {k: v for k, v in row.items() if k not in {"active_at", "last_login", "seen_language"}} for row in rows
            ]
    return found


def test_no_get_changes_anything(path: Callable[[str], str], browsers: dict[str, Client]) -> None:
    paths = {name: path(name) for name in NAMES}
    before = everything()
    for name, where in paths.items():
        for browser in browsers.values():
            browser.get(where)
            browser.head(where)
        assert everything() == before, name


def test_nothing_is_posted_without_the_token(path: Callable[[str], str], member: User) -> None:
    """Only one address takes such a post: mail programs unsubscribe by it (RFC 8058)."""
    client, paths = Client(enforce_csrf_checks=True), {name: path(name) for name in NAMES}
    client.force_login(member)
    before = everything()
    for name, where in paths.items():
        if name != "unsubscribe":
            assert client.post(where, {"email": "x@example.org"}).status_code in {302, 403, 405}, name
            assert everything() == before, name
    assert client.post(paths["unsubscribe"]).status_code == 200
    assert not User.objects.get(pk=member.pk).mail_on


TAMPERED = ("0", "999999999", "-1", "1e9", "../1", "%00", "1%0d%0aSet-Cookie:a=b", "' OR 1=1 --", "\u202e1", "x" * 3000)


WITH_IDS = ("/families/{}/", "/families/{}/cards/", "/cards/{}/", "/check/{}/", "/invitations/{}/")


def test_a_tampered_id_is_not_found(browsers: dict[str, Client]) -> None:
    for where, value in product(WITH_IDS, TAMPERED):
        for browser in browsers.values():
            answer = browser.get(where.format(value))
            assert answer.status_code in {302, 404, 405, 410}, (where, value)
            assert "a" not in answer.cookies
            assert "\r" not in "".join(f"{key}{said}" for key, said in answer.items())


@pytest.mark.parametrize("token", ["1", "1.", "1.forged", "2.AAAA", ".", "a" * 500])
def test_a_forged_signature_does_nothing(token: str, member: User) -> None:
    before = everything()
    for name in ("unsubscribe", "keep_account", "demo_sign_in"):
        assert Client().post(reverse(name, args=[token])).status_code in {403, 404, 410}
    assert everything() == before


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver:80@evil.example", "testserver\r\nX-A: b", "127.0.0.1.evil.example"]
)
def test_another_host_is_refused(host: str, client: Client) -> None:
    assert settings.ALLOWED_HOSTS != ["*"]
    assert client.get("/sign-in/", HTTP_HOST=host).status_code == 400
