"""What staff see and do in admin, and what nobody sees there."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from cards.admin import standing
from cards.models import Card, Check, Family, Letter, Library, Run, Trouble, User
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan, Shortfall

NUMBER, PIN = "20000987654321", "Hush8246"
READ = AccountSnapshot(
    loans=(Loan(id="i1", title="The Otter's <b>Almanac</b>", author="Wren, Ida", due=date(2026, 5, 4)),),
    holds=(
        Hold(id="b1", title="Salt and Signal", state=HoldState.READY, pickup="Elm Park", pickup_by=date(2026, 5, 9)),
    ),
    fees=(Fee(amount=Decimal("1.50"), reason="Overdue", currency="CAD"),),
    card_expires=date(2027, 1, 1),
    messages=("Closed on <i>Monday</i>",),
    incomplete=(Shortfall(what="loans", stated=2, read=1),),
)
MODELS = ("card", "family", "library", "user", "run", "check", "letter")


@pytest.fixture
def staff(client: Client, make_user: Callable[..., User]) -> Client:
    client.force_login(make_user("ann@example.org", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def family(make_family: Callable[..., Family], make_user: Callable[..., User]) -> Family:
    return make_family("Okafor-Lindqvist", people=[make_user("ada@example.org", name="Ada Okafor")])


@pytest.fixture
def card(family: Family, make_card: Callable[..., Card], make_library: Callable[..., Library]) -> Card:
    library = make_library("Elm Park Library")
    card = make_card(number=NUMBER, pin=PIN, family=family, library=library, snapshot=READ)
    run = Run.objects.create(finished=now(), checked=1, ok=1)
    Check.objects.create(card=card, run=run, began=now(), seconds=1.5, outcome="ok", loans=1, holds=1)
    Letter.objects.create(
        kind="digest", key="digest:1:2026-05-01", to="ada@example.org", text="hush body", subject="hush"
    )
    return card


def rows_of(model: str) -> list[Any]:
    models = {"card": Card, "family": Family, "library": Library, "user": User, "run": Run, "check": Check}
    return list({**models, "letter": Letter}[model].objects.all())


def pages() -> list[str]:
    lists = [f"/admin/cards/{model}/" for model in MODELS]
    adds = [f"/admin/cards/{model}/add/" for model in MODELS[:4]]
    changes = [f"/admin/cards/{model}/{row.pk}/change/" for model in MODELS for row in rows_of(model)]
    return ["/admin/", *lists, *adds, *changes]


def form_of(page: str) -> dict[str, str]:
    """What a browser would send back from the page's form, as far as these tests need it."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("name") and attributes.get("type") not in ("submit", "checkbox"):
            found.setdefault(attributes["name"], attributes.get("value", ""))
    for name, attributes, body in re.findall(r'<select name="([^"]+)"([^>]*)>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        if chosen or "multiple" not in attributes:
            found[name] = chosen[1] if chosen else ""
    return {
        name: value for name, value in found.items() if name not in ("action", "index", "_page", "_selected_action")
    }


def edit(staff: Client, path: str, **changes: str) -> str:
    data = {**form_of(staff.get(path).content.decode()), **changes}
    answer = staff.post(path, {name: value for name, value in data.items() if "__prefix__" not in name})
    return "" if answer.status_code == 302 else answer.content.decode()


@pytest.mark.usefixtures("card")
def test_every_page_renders_and_none_shows_a_number_or_a_pin(staff: Client) -> None:
    for path in pages():
        answer = staff.get(path)
        assert answer.status_code == 200, path
        shown = answer.content.decode()
        assert NUMBER not in shown, path
        assert PIN not in shown, path
        assert "hush" not in shown, path


def test_a_reading_is_shown_as_tables_and_escaped(staff: Client, card: Card) -> None:
    shown = staff.get(f"/admin/cards/card/{card.pk}/change/").content.decode()
    assert "The Otter&#x27;s &lt;b&gt;Almanac" in shown
    assert "Closed on &lt;i&gt;Monday" in shown
    for words in (
        "Salt and Signal",
        "2026-05-04",
        "2026-05-09",
        "1.50 CAD",
        "The library counts 2 loans, 1 could be read.",
    ):
        assert words in shown


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("typed", [NUMBER, "nobody"])
def test_search_does_not_find_a_card_by_its_number(staff: Client, typed: str) -> None:
    answer = staff.get("/admin/cards/card/", {"q": typed})
    assert answer.context["cl"].result_count == 0


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("typed", ["ada", "okafor-lind", "elm park"])
def test_search_finds_a_card_by_name_family_and_library(staff: Client, typed: str) -> None:
    assert staff.get("/admin/cards/card/", {"q": typed}).context["cl"].result_count == 1


def test_a_new_pin_is_sealed_and_the_history_names_only_the_field(staff: Client, card: Card) -> None:
    path = f"/admin/cards/card/{card.pk}/change/"
    assert edit(staff, path, pin="New1357") == ""
    card.refresh_from_db()
    assert (card.login().number, card.login().pin) == (NUMBER, "New1357")
    entry = LogEntry.objects.latest("pk")
    assert "PIN" in entry.get_change_message()
    assert "New1357" not in f"{entry.change_message}{entry.object_repr}"


def test_a_number_and_pin_left_blank_stay(staff: Client, card: Card) -> None:
    version = card.credentials_version
    assert edit(staff, f"/admin/cards/card/{card.pk}/change/", interval_hours="12") == ""
    card.refresh_from_db()
    assert (card.login().number, card.login().pin) == (NUMBER, PIN)
    assert (card.credentials_version, card.interval_hours) == (version, 12)


def test_what_was_typed_is_not_shown_again_when_the_form_is_refused(staff: Client, card: Card) -> None:
    shown = edit(staff, f"/admin/cards/card/{card.pk}/change/", pin="New1357", interval_hours="never")
    assert "Enter a whole number" in shown
    assert "New1357" not in shown


@pytest.mark.parametrize(("field", "value"), [("pin", "New1357"), ("number", "20001"), ("patron_name", "A. Okafor")])
def test_editing_what_logs_in_lifts_a_stop(staff: Client, card: Card, field: str, value: str) -> None:
    Card.objects.update(trouble=Trouble.LOGIN_FAILED, next_check_at=now() + timedelta(days=1))
    assert edit(staff, f"/admin/cards/card/{card.pk}/change/", **{field: value}) == ""
    card.refresh_from_db()
    assert card.trouble == Trouble.NONE
    assert card.next_check_at <= now()


def test_editing_anything_else_does_not_lift_a_stop(staff: Client, card: Card) -> None:
    Card.objects.update(trouble=Trouble.LOGIN_FAILED)
    edit(staff, f"/admin/cards/card/{card.pk}/change/", interval_hours="12")
    card.refresh_from_db()
    assert card.trouble == Trouble.LOGIN_FAILED


def test_a_card_that_moves_to_another_library_keeps_its_number_and_is_marked_anew(
    staff: Client, card: Card, make_library: Callable[..., Library]
) -> None:
    before = card.fingerprint
    assert edit(staff, f"/admin/cards/card/{card.pk}/change/", library=str(make_library("Oak Library").pk)) == ""
    card.refresh_from_db()
    assert card.login().number == NUMBER
    assert card.fingerprint != before


def test_saving_a_card_does_not_undo_what_a_check_saved_meanwhile(staff: Client, card: Card) -> None:
    original = Card.save

    def save_after_a_check(self: Card, **options: Any) -> None:
        Card.objects.filter(pk=self.pk).update(snapshot={"schema": 1}, trouble=Trouble.SITE_UNAVAILABLE)
        original(self, **options)

    with patch.object(Card, "save", save_after_a_check):
        assert edit(staff, f"/admin/cards/card/{card.pk}/change/", interval_hours="12") == ""
    card.refresh_from_db()
    assert (card.snapshot, card.trouble) == ({"schema": 1}, Trouble.SITE_UNAVAILABLE)


def test_a_family_gets_people_and_a_card_on_one_page(
    staff: Client, family: Family, make_library: Callable[..., Library]
) -> None:
    new = {
        "patron_name": "Nils Lindqvist",
        "library": str(make_library("Oak Library").pk),
        "number": "30001",
        "pin": "",
    }
    changes = {"cards-TOTAL_FORMS": "1", **{f"cards-0-{name}": value for name, value in new.items()}}
    assert edit(staff, f"/admin/cards/family/{family.pk}/change/", **changes) == ""
    card = family.cards.get()
    assert (card.login().number, card.login().pin, card.patron_name) == ("30001", "", "Nils Lindqvist")


def test_a_new_card_needs_a_number(staff: Client, family: Family, make_library: Callable[..., Library]) -> None:
    data = {"family": str(family.pk), "library": str(make_library().pk), "patron_name": "Nils", "interval_hours": "6"}
    answer = staff.post("/admin/cards/card/add/", data)
    assert answer.status_code == 200
    assert not Card.objects.exists()
    assert staff.post("/admin/cards/card/add/", {**data, "number": "30001"}).status_code == 302
    assert Card.objects.get().login().pin == ""


def test_editing_a_card_within_its_family_keeps_what_is_left_blank(staff: Client, card: Card) -> None:
    assert edit(staff, f"/admin/cards/family/{card.family_id}/change/", **{"cards-0-pin": "New1357"}) == ""
    card.refresh_from_db()
    assert (card.login().number, card.login().pin, card.account()) == (NUMBER, "New1357", READ)


def test_options_that_do_not_fit_are_refused_in_the_adapters_words(staff: Client, card: Card) -> None:
    path = f"/admin/cards/library/{card.library_id}/change/"
    shown = edit(staff, path, options='{"base_url": "elm"}', system="webpac", timezone="America/Toronto")
    assert "base_url must be an address like" in shown


def test_a_librarys_row_says_how_many_of_its_cards_work(
    staff: Client, card: Card, make_card: Callable[..., Card]
) -> None:
    make_card(library=card.library, trouble=Trouble.SITE_UNAVAILABLE, snapshot=READ)
    make_card(library=card.library)
    assert "1 of 3" in staff.get("/admin/cards/library/").content.decode()


@pytest.mark.parametrize("model", ["card", "family", "library", "check", "user"])
def test_a_list_costs_the_same_queries_however_long_it_is(
    staff: Client, card: Card, make_card: Callable[..., Card], make_user: Callable[..., User], model: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert staff.get(f"/admin/cards/{model}/").status_code == 200
        return len(captured)

    queries()
    few = queries()
    for _ in range(4):
        other = make_card(snapshot=READ)
        other.family.people.add(make_user())
        Check.objects.create(card=other, began=now(), seconds=1, outcome="ok")
    queries()  # records that staff saw them, once an hour
    assert queries() == few


def test_check_now_starts_the_chosen_cards_and_comes_back_to_the_page(staff: Client, card: Card) -> None:
    with patch("cards.checking.check_now", return_value=1) as check_now:
        data = {"action": "check_now", "_selected_action": str(card.pk), "_page": str(card.pk), "index": "0"}
        answer = staff.post("/admin/cards/card/", data, follow=True)
    assert list(check_now.call_args.args[0]) == [card]
    assert check_now.call_args.kwargs["trigger"] == Run.Trigger.ADMIN
    assert answer.redirect_chain[-1][0] == f"/admin/cards/card/{card.pk}/change/"
    assert "1 card is being checked." in answer.content.decode()


@pytest.mark.parametrize("model", ["family", "library", "user"])
def test_check_now_reaches_the_cards_of_a_family_a_library_or_a_person(staff: Client, card: Card, model: str) -> None:
    chosen = {"family": card.family_id, "library": card.library_id, "user": User.objects.get(name="Ada Okafor").pk}[
        model
    ]
    with patch("cards.checking.check_now", return_value=1) as check_now:
        staff.post(f"/admin/cards/{model}/", {"action": "check_now", "_selected_action": str(chosen), "index": "0"})
    assert list(check_now.call_args.args[0]) == [card]


def test_a_preview_shows_the_digest_and_sends_nothing(staff: Client, card: Card) -> None:
    answer = staff.post("/admin/cards/card/", {"action": "preview_digest", "_selected_action": str(card.pk)})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "ada@example.org" in shown
    assert "Salt and Signal" in shown
    assert '<iframe sandbox srcdoc="&lt;!doctype html&gt;' in shown
    assert not mail.outbox


def test_send_digest_now_mails_the_cards_people(staff: Client, card: Card) -> None:
    Letter.objects.all().delete()
    data = {"action": "send_digest", "_selected_action": str(card.pk)}
    answer = staff.post("/admin/cards/card/", data, follow=True)
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]
    assert "1 digest was sent." in answer.content.decode()


def test_a_get_does_none_of_it(staff: Client, card: Card) -> None:
    with patch("cards.checking.check_now") as check_now, patch("cards.telling.send_now") as send_now:
        for action in ("check_now", "send_digest"):
            staff.get("/admin/cards/card/", {"action": action, "_selected_action": str(card.pk), "index": "0"})
    assert not check_now.called
    assert not send_now.called


def test_a_persons_new_hour_moves_their_cards_checks(staff: Client, card: Card) -> None:
    ada = User.objects.get(name="Ada Okafor")
    with patch("cards.schedule.reschedule") as reschedule:
        assert edit(staff, f"/admin/cards/user/{ada.pk}/change/", mail_hour="9", name="Ada") == ""
    assert list(reschedule.call_args.args[0]) == [card]
    ada.refresh_from_db()
    assert ada.mail_hour == 9


def test_a_person_is_added_by_address_without_a_password(staff: Client) -> None:
    data = {"email": "Nils@Example.org", "name": "Nils"}
    management = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert staff.post("/admin/cards/user/add/", {**data, **management}).status_code == 302
    assert not User.objects.get(email="nils@example.org").has_usable_password()


@pytest.mark.usefixtures("card")
def test_runs_checks_and_letters_are_for_looking_at(staff: Client) -> None:
    for model in ("run", "check", "letter"):
        row = rows_of(model)[0]
        assert staff.get(f"/admin/cards/{model}/add/").status_code == 403
        assert staff.post(f"/admin/cards/{model}/{row.pk}/change/", {"to": "x@example.org"}).status_code == 403
        assert staff.post(f"/admin/cards/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "sign", "words"),
    [
        ({"snapshot": AccountSnapshot(loans=(), holds=())}, "well", "read well"),
        ({"snapshot": READ}, "partly", "read in part"),
        ({}, "waits", "waits for its first check"),
        ({"trouble": Trouble.LOGIN_FAILED}, "patron", "login refused"),
        ({"trouble": Trouble.LAYOUT_CHANGED, "snapshot": READ}, "trouble", "page not understood"),
        ({"lease_until": now() + timedelta(hours=1), "trouble": Trouble.LAYOUT_CHANGED}, "busy", "being checked"),
    ],
)
def test_a_cards_standing_is_a_sign_and_words(
    make_card: Callable[..., Card], fields: dict[str, Any], sign: str, words: str
) -> None:
    card = make_card(**fields)
    assert standing.standing(card, now()) == (sign, words)
    assert standing.SIGNS[sign] in standing.badge(card, now())


def test_the_cards_of_a_library_that_is_switched_off_say_so(staff: Client, card: Card) -> None:
    data = {"action": "switch_off", "_selected_action": str(card.library_id)}
    staff.post("/admin/cards/library/", data)
    assert "library is switched off" in staff.get("/admin/cards/card/").content.decode()


@pytest.mark.parametrize(("wanted", "found"), [("fresh", 1), ("old", 1), ("never", 1)])
def test_cards_are_filtered_by_the_age_of_their_reading(
    staff: Client, make_card: Callable[..., Card], wanted: str, found: int
) -> None:
    make_card(snapshot=READ)
    make_card(snapshot=READ, at=now() - timedelta(hours=21))
    make_card()
    assert staff.get("/admin/cards/card/", {"reading": wanted}).context["cl"].result_count == found


def test_people_who_are_not_staff_do_not_get_in(client: Client, make_user: Callable[..., User]) -> None:
    client.force_login(make_user())
    assert client.get("/admin/cards/card/").status_code == 302
