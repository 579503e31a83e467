"""A family's own cards: order, a new number or PIN, the look of their people, a pause, their end, other families."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django import Settings

from cards import vault
from cards.card_desk import looks, patience, sharing
from cards.models import Card, Family, Library, Trouble, User
from cards.tests.pretend import Desk
from libraries.account import AccountSnapshot, Loan
from libraries.errors import LoginFailed

Make = Callable[..., Card]
WELL = AccountSnapshot(loans=(Loan(id="1", title="Wooden boats", due=None),), holds=(), fees=())
SHARED = "Also kept by another family here."


@pytest.fixture(autouse=True)
def at_once(settings: Settings) -> None:
    """The visits are over before the answer comes."""
    settings.CHECK_IN_BACKGROUND = False


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user("ada@example.org", name="Ada Okafor")


@pytest.fixture
def family(make_family: Callable[..., Family], ada: User) -> Family:
    return make_family(people=[ada])


@pytest.fixture
def library(pretended_library: Callable[..., Library]) -> Library:
    return pretended_library()


@pytest.fixture
def browser(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def page(browser: Client) -> Callable[[str], str]:
    return lambda path: text(browser.get(path).content)


def text(content: bytes) -> str:
    return " ".join(content.decode().split())


def names(shown: str) -> list[str]:
    return re.findall(r'class="name"><bdi>([^<]*)</bdi>', shown)


def read_well(card: Card) -> None:
    """As if a visit had just ended well, with the number and PIN of now."""
    Card.objects.filter(pk=card.pk).update(read_version=card.credentials_version)


def test_cards_stand_in_the_order_that_was_chosen_there_and_on_the_status_page(
    browser: Client, family: Family, make_card: Make, page: Callable[[str], str]
) -> None:
    cards = {name: make_card(family=family, patron_name=name) for name in ("Ada", "Bo", "Cy")}
    browser.post(f"/cards/{cards['Cy'].pk}/move/", {"up": "1"})
    browser.post(f"/cards/{cards['Ada'].pk}/move/", {"down": "1"})
    assert names(page(f"/families/{family.pk}/cards/")) == ["Cy", "Ada", "Bo"]
    assert names(page("/")) == ["Cy", "Ada", "Bo"]


def test_at_the_end_of_the_list_a_move_does_nothing(browser: Client, family: Family, make_card: Make) -> None:
    cards = [make_card(family=family, patron_name=name) for name in ("Ada", "Bo")]
    browser.post(f"/cards/{cards[0].pk}/move/", {"up": "1"})
    browser.post(f"/cards/{cards[1].pk}/move/", {"down": "1"})
    assert [card.patron_name for card in Card.objects.all()] == ["Ada", "Bo"]


def test_with_scripts_only_the_list_comes_back(browser: Client, family: Family, make_card: Make) -> None:
    make_card(family=family, patron_name="Ada")
    card = make_card(family=family, patron_name="Bo")
    shown = text(browser.post(f"/cards/{card.pk}/move/", {"up": "1"}, HTTP_HX_REQUEST="true").content)
    assert names(shown) == ["Bo", "Ada"]
    assert "<html" not in shown


def test_a_new_pin_lifts_the_stop_and_is_tried_at_once(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    desk.answers["2000"] = WELL
    card = make_card(family=family, library=library, number="2000", trouble=Trouble.LOGIN_FAILED, last_began=now())
    answer = browser.post(f"/cards/{card.pk}/", {"patron_name": card.patron_name, "number": "", "pin": "4711"})
    assert (answer.status_code, answer["Location"]) == (303, f"/cards/{card.pk}/")
    card.refresh_from_db()
    assert card.trouble == Trouble.NONE
    assert (card.login().number, card.login().pin) == ("2000", "4711")
    assert desk.visits["2000"] == 1
    assert card.read_version == card.credentials_version


def test_a_wrong_pin_shows_the_librarys_own_words(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    desk.answers["2000"] = LoginFailed("Sorry, wrong PIN")
    card = make_card(family=family, library=library, number="2000")
    sent = {"patron_name": card.patron_name, "number": "", "pin": "4711-wrong"}
    shown = text(browser.post(f"/cards/{card.pk}/", sent, follow=True).content)
    assert "Sorry, wrong PIN" in shown
    assert "4711-wrong" not in shown
    assert "2000" not in re.sub(str(card.pk), "", shown)


def test_another_name_alone_makes_no_visit_unless_the_library_asks_for_it(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = make_card(family=family, library=library, number="2000")
    browser.post(f"/cards/{card.pk}/", {"patron_name": "Ada", "number": "", "pin": ""})
    card.refresh_from_db()
    assert card.patron_name == "Ada"
    assert not desk.visits
    monkeypatch.setattr("cards.tests.pretend.Pretended.labels", {"name": "First and last name", "number": "Number"})
    browser.post(f"/cards/{card.pk}/", {"patron_name": "Ada Okafor", "number": ""})
    assert desk.visits["2000"] == 1


def test_a_number_that_the_family_has_already_is_refused(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    make_card(family=family, library=library, number="1000", patron_name="Nils")
    card = make_card(family=family, library=library, number="2000")
    sent = {"patron_name": card.patron_name, "number": "10 00", "pin": ""}
    assert "it is Nils’s" in text(browser.post(f"/cards/{card.pk}/", sent).content)
    card.refresh_from_db()
    assert card.login().number == "2000"
    assert not desk.visits


def test_edits_are_trials_and_count_as_such(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TRIALS_A_NUMBER", 2)
    card = make_card(family=family, library=library, number="2000")
    for pin in ("1", "2", "3"):
        shown = text(browser.post(f"/cards/{card.pk}/", {"patron_name": "Ada", "number": "", "pin": pin}).content)
    assert "often enough for now" in shown
    assert desk.visits["2000"] == 2
    card.refresh_from_db()
    assert card.login().pin == "2"


def test_a_paused_card_is_shown_as_paused_and_asks_for_nothing(
    browser: Client, family: Family, library: Library, make_card: Make, page: Callable[[str], str], desk: Desk
) -> None:
    card = make_card(family=family, library=library, snapshot=WELL)
    browser.post(f"/cards/{card.pk}/pause/", {"pause": "1"})
    shown = page("/")
    assert "<span>paused</span>" in shown
    assert "Wooden boats" not in shown
    assert "formaction" not in shown
    assert "no card that could be checked" in text(browser.post(f"/check/{card.pk}/", follow=True).content)
    assert not desk.visits
    browser.post(f"/cards/{card.pk}/pause/", {"resume": "1"})
    assert "Wooden boats" in page("/")


def test_removing_asks_first(browser: Client, family: Family, make_card: Make, page: Callable[[str], str]) -> None:
    card = make_card(family=family)
    assert "Nobody can bring it back" in page(f"/cards/{card.pk}/remove/")
    assert Card.objects.exists()
    answer = browser.post(f"/cards/{card.pk}/remove/")
    assert answer["Location"] == f"/families/{family.pk}/cards/"
    assert not Card.objects.exists()


def test_all_cards_of_a_person_share_colour_and_initial(
    browser: Client, family: Family, make_family: Callable[..., Family], make_card: Make, page: Callable[[str], str]
) -> None:
    card = make_card(family=family)
    make_card(family=family)
    make_card(family=family, patron_name="Nils")
    elsewhere = make_card(family=make_family())
    browser.post(f"/cards/{card.pk}/look/", {"tone": "4", "letters": "Ök"})
    assert page("/").count('<span class="who tone-4" aria-hidden="true">Ök</span>') == 2
    assert list(Card.objects.filter(tone=4).values_list("patron_name", flat=True)) == ["Ada Okafor"] * 2
    elsewhere.refresh_from_db()
    assert elsewhere.tone is None


def test_a_colour_outside_of_the_palette_is_refused(browser: Client, family: Family, make_card: Make) -> None:
    card = make_card(family=family)
    for tone in ("99", "-1", "x", ""):
        assert browser.post(f"/cards/{card.pk}/look/", {"tone": tone, "letters": "A"}).status_code == 200
    card.refresh_from_db()
    assert card.tone is None


def test_people_who_chose_nothing_keep_their_colour_when_cards_move_and_get_none_that_is_taken(
    family: Family, make_card: Make
) -> None:
    ada, bo, cy = (
        make_card(family=family, patron_name=name, created=now() + timedelta(minutes=n))
        for n, name in enumerate(("Ada", "Bo", "Cy"))
    )
    assert [looks.marks([cy, bo, ada])[name].tone for name in ("Ada", "Bo", "Cy")] == [0, 1, 2]
    cy.tone = 0
    assert [looks.marks([bo, ada, cy])[name].tone for name in ("Ada", "Bo", "Cy")] == [1, 2, 0]


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_the_palette_can_be_read_in_both_schemes() -> None:
    sheet = (Path(site.BASE_DIR) / "static/libraryhippo.css").read_text()
    pairs = re.findall(r"\.tone-(\d) \{ --a: (#[0-9a-f]{6}); --b: (#[0-9a-f]{6}); \}", sheet)
    assert {int(tone) for tone, _, _ in pairs} == set(range(len(looks.TONES)))
    for tone, ink, paper in pairs:
        light, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"tone {tone}"


def test_a_card_that_two_families_have_read_well_is_mentioned_to_both(
    client: Client,
    ada: User,
    family: Family,
    library: Library,
    make_user: Callable[..., User],
    make_family: Callable[..., Family],
    make_card: Make,
) -> None:
    other = make_user()
    theirs = make_family("Tremblay-Nakagawa", people=[other])
    cards = [make_card(family=each, library=library, number="2000", snapshot=WELL) for each in (family, theirs)]
    read_well(cards[0])
    assert not shares(client, ada, family)
    assert not shares(client, other, theirs)
    read_well(cards[1])
    assert shares(client, ada, family)
    assert shares(client, other, theirs)
    client.force_login(ada)
    assert theirs.name not in text(client.get("/").content)


def shares(client: Client, user: User, family: Family) -> bool:
    """Whether the page says so; each of the pages the same."""
    client.force_login(user)
    said = {SHARED in text(client.get(path).content) for path in ("/", f"/families/{family.pk}/cards/")}
    assert len(said) == 1
    return said.pop()


@pytest.mark.parametrize(
    "otherwise",
    [
        {"credentials_version": 7},
        {"trouble": Trouble.LOGIN_FAILED},
        {"fingerprint": "another number"},
        {"snapshot": None},
    ],
)
def test_a_card_is_not_called_shared_by_its_number_alone(
    otherwise: dict[str, object], client: Client, ada: User, family: Family, library: Library, make_card: Make
) -> None:
    mine = make_card(family=family, library=library, number="2000", snapshot=WELL)
    theirs = make_card(library=library, number="2000", snapshot=WELL)
    read_well(mine)
    read_well(theirs)
    assert shares(client, ada, family)
    Card.objects.filter(pk=theirs.pk).update(**otherwise)
    assert not shares(client, ada, family)


def test_a_draft_of_another_family_is_not_mentioned(
    client: Client, ada: User, family: Family, library: Library, make_user: Callable[..., User], make_card: Make
) -> None:
    mine = make_card(family=family, library=library, number="2000", snapshot=WELL)
    theirs = make_card(library=library, number="2000", snapshot=WELL, draft_by=make_user())
    read_well(mine)
    read_well(theirs)
    assert not shares(client, ada, family)


def test_cards_marked_by_an_older_key_are_found_once_one_of_them_is_edited(
    family: Family, library: Library, make_card: Make, settings: Settings
) -> None:
    old = make_card(library=library, number="2000")
    settings.CARD_KEYS = ["another-key-of-thirty-two-characters", *settings.CARD_KEYS]
    new = make_card(family=family, library=library, number="2000")
    assert old.fingerprint != new.fingerprint == vault.fingerprint(library.pk, "2000")
    sharing.align(new, "2000")
    old.refresh_from_db()
    assert old.fingerprint == new.fingerprint


def test_the_page_costs_as_many_queries_for_many_cards_as_for_one(
    browser: Client, family: Family, library: Library, make_card: Make
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(f"/families/{family.pk}/cards/").status_code == 200
        assert not any("_sealed" in each["sql"] for each in seen)
        return len(seen)

    make_card(family=family, library=library)
    queries()  # the first visit of a day writes down that there was one
    few = queries()
    for _ in range(5):
        make_card(family=family, library=library, snapshot=WELL)
    assert queries() == few <= 5


def test_a_person_checks_so_often_an_hour_and_a_library_is_visited_so_often(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "CHECKS_A_LIBRARY", 3)
    cards = [make_card(family=family, library=library, number=str(n)) for n in range(4)]
    shown = text(browser.post("/check/", {"family": family.pk}, follow=True).content)
    assert sum(desk.visits.values()) == 3
    assert "often enough for an hour" in shown
    monkeypatch.setattr(patience, "CHECKS_A_PERSON", 1)
    Card.objects.update(last_began=None)
    browser.post(f"/check/{cards[0].pk}/")
    assert sum(desk.visits.values()) == 3


def test_what_cannot_be_checked_counts_against_no_limit(
    browser: Client, family: Family, library: Library, make_card: Make, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "CHECKS_A_PERSON", 1)
    stopped = make_card(family=family, library=library, trouble=Trouble.LOGIN_FAILED)
    card = make_card(family=family, library=library, number="1")
    browser.post(f"/check/{stopped.pk}/")
    browser.post(f"/check/{card.pk}/")
    assert desk.visits["1"] == 1


def test_a_page_that_follows_hears_of_what_changed_and_of_nothing_else(
    browser: Client, family: Family, make_card: Make
) -> None:
    later = now() + timedelta(minutes=1)
    card = make_card(family=family, lease_until=later)
    make_card(family=family, patron_name="Nils", lease_until=later)
    asks = re.search(r'hx-get="([^"]*)" hx-trigger="every 2s"', text(browser.get("/").content))
    assert asks
    follow = {"HTTP_HX_REQUEST": "true"}
    assert browser.get(asks[1], **follow).status_code == 204
    Card.objects.filter(pk=card.pk).update(lease_until=None, trouble=Trouble.LOGIN_FAILED, trouble_since=now())
    shown = text(browser.get(asks[1], **follow).content)
    assert shown.startswith("<title>")
    said = re.search(r'<p id="news"[^>]*>(.*?)</p>', shown)
    assert said
    assert "Ada Okafor: Elm Park Library, number or PIN refused." in said[1]
    assert "Nils" not in said[1]
    Card.objects.update(lease_until=None)
    assert "hx-trigger" not in text(browser.get(asks[1], **follow).content)


def test_a_page_that_follows_without_being_signed_in_any_more_is_told_to_load_anew(
    client: Client, family: Family, make_card: Make
) -> None:
    card = make_card(family=family)
    for path in ("/", f"/families/{family.pk}/", f"/cards/{card.pk}/", f"/cards/{card.pk}/trial/"):
        answer = client.get(path, HTTP_HX_REQUEST="true")
        assert (answer.headers.get("HX-Refresh"), answer.content) == ("true", b"")
    assert client.post(f"/check/{card.pk}/", HTTP_HX_REQUEST="true").headers["HX-Refresh"] == "true"


def test_a_page_that_follows_a_card_that_is_gone_is_told_to_load_anew(
    browser: Client, family: Family, make_card: Make
) -> None:
    card = make_card(family=family)
    path = f"/cards/{card.pk}/"
    card.delete()
    assert browser.get(path, HTTP_HX_REQUEST="true").headers["HX-Refresh"] == "true"
    assert browser.get(path).status_code == 404


def test_staff_are_not_led_to_what_only_members_may_do(
    client: Client, family: Family, make_card: Make, make_user: Callable[..., User]
) -> None:
    make_card(family=family)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    shown = text(client.get(f"/families/{family.pk}/").content)
    assert f"/families/{family.pk}/cards/" not in shown


PAGES = ("/families/{f}/cards/", "/families/{f}/cards/new/", "/families/{f}/cards/new/{s}/", "/cards/{c}/")
PAGES += ("/cards/{c}/remove/", "/cards/{d}/trial/")
DEEDS = ("/cards/{c}/look/", "/cards/{c}/move/", "/cards/{c}/pause/", "/cards/{d}/keep/", "/cards/{d}/drop/")
FORMS = PAGES[2:]


@pytest.fixture
def paths(family: Family, library: Library, ada: User, make_card: Make) -> Callable[[tuple[str, ...]], list[str]]:
    card = make_card(family=family, library=library)
    draft = make_card(family=family, library=library, draft_by=ada)
    known = {"f": family.pk, "s": library.slug, "c": card.pk, "d": draft.pk}
    return lambda patterns: [each.format(**known) for each in patterns]


def test_a_stranger_is_sent_to_sign_in_from_every_page(
    client: Client, paths: Callable[[tuple[str, ...]], list[str]]
) -> None:
    for path in paths((*PAGES, "/libraries/wish/")):
        assert client.get(path)["Location"] == f"/sign-in/?next={path}"
    for path in paths((*FORMS, *DEEDS)):
        assert client.post(path)["Location"].startswith("/sign-in/")
    assert Card.objects.count() == 2


@pytest.mark.parametrize("rights", [{}, {"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_for_another_family_and_for_staff_there_is_nothing(
    rights: dict[str, bool],
    client: Client,
    make_user: Callable[..., User],
    make_family: Callable[..., Family],
    paths: Callable[[tuple[str, ...]], list[str]],
) -> None:
    person = make_user(**rights)
    make_family("Tremblay-Nakagawa", people=[person])
    client.force_login(person)
    assert {client.get(path).status_code for path in paths(PAGES)} == {404}
    assert {client.post(path).status_code for path in paths((*FORMS, *DEEDS))} == {404}
    assert Card.objects.count() == 2


def test_a_member_sees_every_page_and_no_cache_keeps_it(
    browser: Client, paths: Callable[[tuple[str, ...]], list[str]]
) -> None:
    for path in paths((*PAGES, "/libraries/wish/")):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        shown = answer.content.decode()
        assert shown.count("<h1") == 1
        assert "style=" not in shown
        assert "onclick" not in shown


def test_nothing_changes_by_get(browser: Client, paths: Callable[[tuple[str, ...]], list[str]]) -> None:
    assert {browser.get(path).status_code for path in paths(DEEDS)} == {405}


def test_nothing_changes_without_the_token(ada: User, paths: Callable[[tuple[str, ...]], list[str]]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert {client.post(path).status_code for path in paths((*FORMS, *DEEDS, "/libraries/wish/"))} == {403}
