"""Adding a card: finding the library, the form in its words, the trial, and what is kept of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import localdate, now
from pytest_django import Settings

from cards import checking
from cards.card_desk import patience
from cards.models import Card, Family, Letter, Library, LibraryWish, Run, Trouble, User
from cards.tests.pretend import Desk
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan
from libraries.errors import LayoutChanged, LoginFailed, PatronMustAct, SiteUnavailable

Make = Callable[..., Card]
NUMBER, PIN = "29008000111222", "4711-secret"


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
    return pretended_library("Elm Park Library", slug="elm-park", place="Waterloo, Ontario")


@pytest.fixture
def browser(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def type_in(browser: Client, family: Family, library: Library) -> Callable[..., str]:
    """Sends the form, and returns the page that follows."""

    def send(to: str = "", **typed: str) -> str:
        data = {"patron_name": "Ada Okafor", "number": NUMBER, "pin": PIN, **typed}
        path = to or f"/families/{family.pk}/cards/new/elm-park/"
        return text(browser.post(path, data, follow=True).content)

    return send


def text(content: bytes) -> str:
    return " ".join(content.decode().split())


def account() -> AccountSnapshot:
    today = localdate()
    loans = tuple(Loan(id=str(n), title=f"Wooden boats {n}", due=today + timedelta(days=9)) for n in (1, 2, 3))
    ready = Hold(id="9", title="The copper orchard", state=HoldState.READY, pickup="Eastbridge")
    return AccountSnapshot(loans=loans, holds=(ready,), fees=(Fee(amount=Decimal("1")),))


def test_libraries_are_found_by_name_and_place_without_regard_to_accents_and_case(
    browser: Client, family: Family, make_library: Callable[..., Library]
) -> None:
    make_library("Bibliothèque de Montréal", place="Montréal, Québec")
    make_library("Bücherei Köln", place="Köln", works_since=now())
    make_library("Elm Park Library", place="Waterloo")

    def found(query: str) -> list[str]:
        shown = text(browser.get(f"/families/{family.pk}/cards/new/", {"q": query}).content)
        return re.findall(r'class="pick"[^>]*><b>([^<]*)</b>', shown)

    assert found("montreal") == ["Bibliothèque de Montréal"]
    assert found("QUEBEC biblio") == ["Bibliothèque de Montréal"]
    assert found("koeln") == found("koln") == found("KÖLN") == ["Bücherei Köln"]
    assert found("waterloo elm") == ["Elm Park Library"]
    assert found("") == ["Bibliothèque de Montréal", "Bücherei Köln", "Elm Park Library"]
    assert found("nowhere") == []


def test_the_list_says_which_libraries_are_new_here_and_leaves_out_those_not_visited(
    browser: Client, family: Family, make_library: Callable[..., Library]
) -> None:
    make_library("Old", works_since=now())
    make_library("New")
    make_library("Switched off", enabled=False)
    make_library("Not confirmed", confirmed=False)
    shown = text(browser.get(f"/families/{family.pk}/cards/new/").content)
    assert "works since" in shown
    assert shown.count("new here") == 1
    assert "Switched off" not in shown
    assert "Not confirmed" not in shown


def test_the_list_alone_comes_to_a_page_that_follows_what_is_typed(
    browser: Client, family: Family, library: Library
) -> None:
    shown = text(browser.get(f"/families/{family.pk}/cards/new/?q=elm", HTTP_HX_REQUEST="true").content)
    assert "<html" not in shown
    assert "Elm Park Library" in shown
    assert "1 library" in shown


@pytest.mark.parametrize("switched", [{"enabled": False}, {"confirmed": False}])
def test_no_card_is_tried_at_a_library_that_is_not_visited(
    browser: Client, family: Family, library: Library, switched: dict[str, bool]
) -> None:
    Library.objects.update(**switched)
    assert browser.get(f"/families/{family.pk}/cards/new/elm-park/").status_code == 404


def test_the_form_speaks_the_librarys_own_words(
    browser: Client, family: Family, make_library: Callable[..., Library]
) -> None:
    make_library(system="webpac", slug="w")
    make_library(system="bibliotheca", slug="b")
    shown = text(browser.get(f"/families/{family.pk}/cards/new/w/").content)
    for words in ("First and last name", "Library card number", ">PIN<", "this library asks for it"):
        assert words in shown
    shown = text(browser.get(f"/families/{family.pk}/cards/new/b/").content)
    for words in ("Whose card is it?", "Ausweisnummer", "Passwort"):
        assert words in shown
    assert 'value="Ada Okafor"' in shown


def test_what_was_read_is_shown_and_kept_only_after_a_yes(
    browser: Client, family: Family, type_in: Callable[..., str], desk: Desk
) -> None:
    desk.answers[NUMBER] = account()
    shown = type_in()
    assert "3 loans, 1 hold ready – is that you?" in shown
    assert "Wooden boats 1" in shown
    assert "Wooden boats 1" not in text(browser.get("/").content)
    card = Card.objects.get()
    assert not Card.objects.kept().exists()
    shown = text(browser.post(f"/cards/{card.pk}/keep/", follow=True).content)
    assert "is here now" in shown
    assert "Wooden boats 1" in shown
    assert Card.objects.kept().get() == card
    assert desk.visits[NUMBER] == 1


def test_a_yes_that_comes_twice_is_no_dead_end(browser: Client, type_in: Callable[..., str], desk: Desk) -> None:
    type_in()
    card = Card.objects.get()
    for _ in range(2):
        assert browser.post(f"/cards/{card.pk}/keep/")["Location"] == f"/families/{card.family_id}/"
    assert browser.get(f"/cards/{card.pk}/trial/")["Location"] == f"/cards/{card.pk}/"


def test_not_mine_forgets_everything_at_once(browser: Client, type_in: Callable[..., str], desk: Desk) -> None:
    desk.answers[NUMBER] = account()
    type_in()
    shown = text(browser.post(f"/cards/{Card.objects.get().pk}/drop/", follow=True).content)
    assert "Nothing of it was kept" in shown
    assert not Card.objects.exists()


def test_a_refusal_shows_the_librarys_own_words_and_is_mended_in_place(
    browser: Client, type_in: Callable[..., str], desk: Desk
) -> None:
    desk.answers[NUMBER] = LoginFailed("Sorry, that PIN is wrong")
    shown = type_in(pin="wrong-pin")
    assert "Sorry, that PIN is wrong" in shown
    assert f'value="{NUMBER}"' in shown
    assert "wrong-pin" not in shown
    assert "Save it anyway" not in shown
    draft = Card.objects.get()
    desk.answers[NUMBER] = account()
    shown = type_in(to=f"/cards/{draft.pk}/trial/")
    assert "is that you?" in shown
    assert desk.visits[NUMBER] == 2
    assert Card.objects.get().pk == draft.pk


def test_a_refused_card_is_not_kept_whatever_is_posted(
    browser: Client, type_in: Callable[..., str], desk: Desk
) -> None:
    desk.answers[NUMBER] = LoginFailed("Sorry")
    type_in()
    browser.post(f"/cards/{Card.objects.get().pk}/keep/")
    assert not Card.objects.kept().exists()


@pytest.mark.parametrize("error", [SiteUnavailable("no answer"), LayoutChanged("no table")])
def test_an_outage_says_so_and_lets_the_card_be_saved_anyway(
    error: Exception, browser: Client, type_in: Callable[..., str], desk: Desk
) -> None:
    desk.answers[NUMBER] = error
    shown = type_in()
    assert "Nothing is wrong with what you typed" in shown
    shown = text(browser.post(f"/cards/{Card.objects.get().pk}/keep/", follow=True).content)
    assert "is saved. We read it as soon as the library lets us" in shown
    assert Card.objects.kept().get().next_check_at > now()


def test_the_same_is_tried_again_without_being_typed_again(
    browser: Client, type_in: Callable[..., str], desk: Desk
) -> None:
    desk.answers[NUMBER] = SiteUnavailable("no answer")
    type_in()
    desk.answers[NUMBER] = account()
    shown = text(browser.post(f"/cards/{Card.objects.get().pk}/trial/", {"as_it_is": "1"}, follow=True).content)
    assert "is that you?" in shown


def test_what_the_library_wants_done_first_is_shown_with_where(
    browser: Client, type_in: Callable[..., str], desk: Desk
) -> None:
    desk.answers[NUMBER] = PatronMustAct("Accept our terms", "https://elm.example/terms")
    shown = type_in()
    assert "Accept our terms" in shown
    assert 'href="https://elm.example/terms"' in shown
    assert "Save it anyway" in shown


def test_a_card_that_the_family_has_is_not_tried_again(
    family: Family, library: Library, make_card: Make, type_in: Callable[..., str], desk: Desk
) -> None:
    make_card(family=family, library=library, number="2900 8000 111222", patron_name="Nils Okafor")
    shown = type_in()
    assert "in your family already: it is Nils Okafor’s" in shown
    assert not desk.visits
    assert not Card.objects.exclude(draft_by=None).exists()


def test_two_drafts_of_one_number_become_one_card(
    browser: Client, ada: User, family: Family, library: Library, make_card: Make, desk: Desk
) -> None:
    first, second = (
        make_card(family=family, library=library, number=NUMBER, snapshot=account(), draft_by=ada) for _ in range(2)
    )
    browser.post(f"/cards/{first.pk}/keep/")
    shown = text(browser.post(f"/cards/{second.pk}/keep/", follow=True).content)
    assert "in your family already" in shown
    assert list(Card.objects.all()) == [first]


def test_a_library_without_pins_is_no_dead_end(type_in: Callable[..., str], desk: Desk) -> None:
    shown = type_in(pin="")
    assert "This library asks for none" in shown
    assert not desk.visits
    assert "is that you?" in type_in(pin="", without_pin="on")
    assert desk.visits[NUMBER] == 1


def test_a_draft_is_seen_by_nobody_else_and_costs_no_run(
    browser: Client,
    ada: User,
    family: Family,
    library: Library,
    make_user: Callable[..., User],
    make_card: Make,
    desk: Desk,
) -> None:
    draft = make_card(family=family, library=library, number=NUMBER, snapshot=account(), draft_by=ada)
    other = make_user()
    family.people.add(other)
    browser.force_login(other)
    assert "Wooden boats" not in text(browser.get("/").content)
    for method, path in (("get", "trial"), ("post", "trial"), ("post", "keep"), ("post", "drop"), ("get", "")):
        assert getattr(browser, method)(f"/cards/{draft.pk}/{path}{'/' if path else ''}").status_code == 404
    assert browser.post(f"/check/{draft.pk}/").status_code == 404
    call_command("check_cards", "--all", "--no-mail")
    assert not desk.visits


def test_a_draft_lives_an_hour(browser: Client, ada: User, family: Family, make_card: Make) -> None:
    draft = make_card(family=family, draft_by=ada, created=now() - timedelta(minutes=61))
    assert browser.get(f"/cards/{draft.pk}/trial/").status_code == 404
    make_card(family=family, created=now() - timedelta(minutes=61))
    young = make_card(family=family, draft_by=ada)
    checking.prune(now())
    assert set(Card.objects.exclude(draft_by=None)) == {young}
    assert Card.objects.kept().count() == 1


def test_whoever_leaves_the_family_loses_the_draft(browser: Client, ada: User, family: Family, make_card: Make) -> None:
    draft = make_card(family=family, draft_by=ada, snapshot=account())
    family.people.remove(ada)
    assert browser.post(f"/cards/{draft.pk}/keep/").status_code == 404


def test_one_number_is_tried_a_few_times_an_hour_whoever_tries(
    browser: Client,
    family: Family,
    library: Library,
    type_in: Callable[..., str],
    make_user: Callable[..., User],
    desk: Desk,
) -> None:
    desk.answers[NUMBER] = LoginFailed("Sorry")
    for _ in range(patience.TRIALS_A_NUMBER - 1):
        type_in()
    other = make_user()
    family.people.add(other)
    browser.force_login(other)
    type_in()
    assert "often enough for now" in type_in()
    assert desk.visits[NUMBER] == patience.TRIALS_A_NUMBER


def test_one_person_tries_so_many_cards_an_hour(
    type_in: Callable[..., str], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TRIALS_A_PERSON", 2)
    for number in ("1", "2", "3"):
        shown = type_in(number=number)
    assert "often enough for now" in shown
    assert sorted(desk.visits) == ["1", "2"]


def test_a_library_is_tried_so_often_an_hour_by_all_together(
    type_in: Callable[..., str], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TRIALS_A_LIBRARY", 1)
    type_in(number="1")
    assert "often enough for now" in type_in(number="2")
    assert sorted(desk.visits) == ["1"]


def test_the_pin_comes_back_in_no_answer_whatever_happens(
    browser: Client, family: Family, type_in: Callable[..., str], desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    answers = (LoginFailed("Sorry"), SiteUnavailable("none"), RuntimeError("our fault"), PatronMustAct("Do"), account())
    shown = [type_in(patron_name="")]
    for answer in answers:
        desk.answers[NUMBER] = answer
        shown.append(type_in())
    card = Card.objects.get()
    shown += [
        text(browser.get(f"/cards/{card.pk}/trial/").content),
        text(browser.post(f"/cards/{card.pk}/keep/").content),
    ]
    shown += [text(browser.get(path).content) for path in ("/", f"/cards/{card.pk}/", f"/families/{family.pk}/cards/")]
    shown.append(text(browser.post(f"/cards/{card.pk}/", {"patron_name": "", "pin": PIN, "number": NUMBER}).content))
    assert len(shown) == 12
    assert not any(PIN in each for each in shown)
    assert PIN not in caplog.text
    assert NUMBER not in caplog.text


def test_while_the_visit_is_under_way_the_page_asks_again_and_hears_nothing_twice(
    browser: Client, ada: User, family: Family, library: Library, make_card: Make
) -> None:
    draft = make_card(family=family, library=library, draft_by=ada, lease_until=now() + timedelta(minutes=1))
    path = f"/cards/{draft.pk}/trial/"
    shown = text(browser.get(path).content)
    assert "Waiting for the library’s turn" in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    asks = re.search(r'hx-get="([^"]*)" hx-trigger="every 1s"', shown)
    assert asks
    assert browser.get(asks[1], HTTP_HX_REQUEST="true").status_code == 204
    Card.objects.update(visiting=True)
    part = text(browser.get(asks[1], HTTP_HX_REQUEST="true").content)
    assert "Reading the card" in part
    assert "<html" not in part
    Card.objects.update(lease_until=None, visiting=False)
    assert "or was interrupted" in text(browser.get(path).content)


def test_a_run_of_the_page_is_recorded_as_such(type_in: Callable[..., str], desk: Desk) -> None:
    type_in()
    assert Run.objects.get().trigger == Run.Trigger.PAGE


def test_a_new_card_goes_behind_the_others_and_looks_like_its_persons_others(
    browser: Client, family: Family, make_card: Make, type_in: Callable[..., str]
) -> None:
    make_card(family=family, position=4, tone=5, initial="Q")
    type_in()
    draft = Card.objects.exclude(draft_by=None).get()
    browser.post(f"/cards/{draft.pk}/keep/")
    draft.refresh_from_db()
    assert (draft.position, draft.tone, draft.initial) == (5, 5, "Q")


def test_a_library_that_is_missed_is_told_to_staff(browser: Client, ada: User, settings: Settings) -> None:
    settings.STAFF_EMAILS = ["sam@example.org", "kim@example.org"]
    sent = {"name": "Oak Hill Library, Guelph", "url": "www.oakhill.example"}
    shown = text(browser.post("/libraries/wish/", sent, follow=True).content)
    assert "Thank you" in shown
    wished = LibraryWish.objects.get()
    assert (wished.by, wished.name, wished.url) == (ada, sent["name"], "https://www.oakhill.example")
    letters = Letter.objects.order_by("pk")
    assert [each.to for each in letters] == settings.STAFF_EMAILS
    assert "Oak Hill Library, Guelph" in letters[0].subject
    assert "https://www.oakhill.example" in letters[0].text
    assert ada.email not in letters[0].text


def test_wishes_are_a_few_a_day_and_for_the_web_only(browser: Client) -> None:
    bad = text(browser.post("/libraries/wish/", {"name": "X", "url": "javascript:alert(1)"}).content)
    assert "valid URL" in bad
    for _ in range(6):
        answer = browser.post("/libraries/wish/", {"name": "X", "url": "x.example"})
    assert "many libraries for one day" in text(answer.content)
    assert LibraryWish.objects.count() == 5


def test_trouble_of_a_trial_tells_nothing_of_other_peoples_cards(
    library: Library, make_card: Make, type_in: Callable[..., str], desk: Desk
) -> None:
    theirs = make_card(library=library, number=NUMBER, snapshot=account())
    desk.answers[NUMBER] = LoginFailed("Sorry")
    shown = type_in()
    theirs.refresh_from_db()
    assert theirs.trouble == Trouble.NONE
    assert "another family" not in shown
