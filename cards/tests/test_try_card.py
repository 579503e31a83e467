"""Staff try a card at a library: one real visit, of which nothing is kept."""

import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate, now

from cards import seats
from cards.models import Card, Check, Family, Library, Run, Seat, User
from cards.tests.pretend import Desk
from libraries.account import AccountSnapshot, Shortfall
from libraries.demo import DemoSite, patrons
from libraries.demo.patrons import Patron
from libraries.errors import LayoutChanged, LoginFailed

PIN = "Hush8246"


@pytest.fixture
def patron() -> Patron:
    return patrons(1, today=localdate(), loans=2, holds=1)[0]


@pytest.fixture
def site(patron: Patron, settings: Any) -> Iterator[DemoSite]:
    settings.LIBRARY_ALLOW_PRIVATE = True
    with DemoSite.webpac((patron,)) as running:
        yield running


@pytest.fixture
def staff(client: Client, make_user: Callable[..., User]) -> Client:
    client.force_login(make_user("ann@example.org", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def library(site: DemoSite, make_library: Callable[..., Library]) -> Library:
    return make_library("Elm Park Library", options={"base_url": site.url, "dates": "mdy"}, confirmed=False)


@pytest.fixture
def pretended(pretended_library: Callable[..., Library]) -> Library:
    return pretended_library(confirmed=False)


def try_it(staff: Client, library: Library, **typed: str) -> Any:
    return staff.post(f"/admin/cards/library/{library.pk}/try/", {"number": "20001234", **typed})


def everything_stored() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.append(str(cursor.fetchall()))
    return "".join(found)


def test_a_card_that_is_read_confirms_the_library_and_nothing_of_it_is_kept(
    staff: Client, library: Library, site: DemoSite, patron: Patron, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = try_it(staff, library, name=patron.name, number=patron.number, pin=patron.pin)
    shown = answer.content.decode()
    assert all(each.book.title.split(":")[0].split(" ")[0] in shown for each in patron.loans)
    assert "Elm Park Library is confirmed" in shown
    assert Library.objects.get().confirmed
    assert Library.objects.get().beta
    for secret in (patron.number, patron.pin):
        assert secret not in shown + everything_stored() + caplog.text
    assert "no-store" in answer["Cache-Control"]
    assert LogEntry.objects.get().get_change_message() == "Changed confirmed."
    assert not Check.objects.exists()
    assert not Run.objects.exists()


def test_a_wrong_pin_is_told_in_the_librarys_words_and_confirms_nothing(
    staff: Client, library: Library, site: DemoSite, patron: Patron
) -> None:
    shown = try_it(staff, library, name=patron.name, number=patron.number, pin=PIN).content.decode()
    assert "Login refused" in shown
    assert "<blockquote>" in shown
    assert PIN not in shown
    assert site.seen.wrong == {patron.number: 1}
    assert not Library.objects.get().confirmed


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (LayoutChanged("no due date"), "Page not understood"),
        (LoginFailed(f"No card 20001234 with {PIN}"), "No card … with …"),
        (ValueError(PIN), "Our fault"),
        (AccountSnapshot(loans=(), incomplete=(Shortfall(what="loans", stated=2, read=0),)), "The library counts 2"),
    ],
)
def test_what_went_wrong_is_named_and_confirms_nothing(
    staff: Client, pretended: Library, desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: Any, words: str
) -> None:
    monkeypatch.setattr("cards.tests.pretend.Pretended.labels", {"number": "Card", "pin": "PIN"})
    desk.answers["20001234"] = answer
    shown = try_it(staff, pretended, pin=PIN).content.decode()
    assert words in shown
    assert PIN not in shown
    assert "20001234" not in shown
    assert not Library.objects.get().confirmed


def test_a_library_that_is_being_visited_is_left_alone(staff: Client, pretended: Library, desk: Desk) -> None:
    other = uuid4()
    assert seats.hold(pretended.host, other, now())
    assert "the library is being visited at this moment" in try_it(staff, pretended).content.decode()
    assert not desk.visits
    Seat.objects.filter(holder=other).update(holder=None, until=None)
    try_it(staff, pretended)
    assert desk.visits == {"20001234": 1}
    assert not Seat.objects.exclude(holder=None).exists()


def test_the_form_asks_for_what_the_system_asks_for_and_shows_no_secret_again(
    staff: Client, pretended: Library, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = {"name": "Surname", "number": "Ticket", "pin": "Secret word", "birth_date": "Born"}
    monkeypatch.setattr("cards.tests.pretend.Pretended.labels", labels)
    shown = try_it(staff, pretended, pin=PIN, birth_date="yesterday").content.decode()
    assert all(f"{label}:" in shown for label in labels.values())
    assert "Enter a valid date." in shown
    assert PIN not in shown
    assert "20001234" not in shown
    assert not desk.visits


def test_it_needs_the_permission_to_change_libraries(
    client: Client, pretended: Library, desk: Desk, make_user: Callable[..., User]
) -> None:
    client.force_login(make_user(is_staff=True))
    assert try_it(client, pretended).status_code == 403
    client.force_login(make_user())
    assert try_it(client, pretended).status_code == 302
    assert not desk.visits


def test_the_page_is_reached_from_the_librarys(staff: Client, library: Library) -> None:
    path = f"/admin/cards/library/{library.pk}/"
    assert f'href="{path}try/"' in staff.get(f"{path}change/").content.decode()
    assert staff.get(f"{path}try/").status_code == 200
    assert staff.get("/admin/cards/library/0/try/").status_code == 404


def test_a_library_edited_during_the_visit_is_not_confirmed(staff: Client, pretended: Library, desk: Desk) -> None:
    def edit() -> AccountSnapshot:
        Library.objects.update(options={"base_url": "https://other.example"})
        return AccountSnapshot(loans=())

    desk.answers["20001234"] = edit
    try_it(staff, pretended)
    assert not Library.objects.get().confirmed


def test_an_unconfirmed_library_takes_no_card(
    staff: Client, make_library: Callable[..., Library], make_family: Callable[..., Family]
) -> None:
    library = make_library("Elm Park Library", confirmed=False)
    data = {"library": str(library.pk), "patron_name": "Nils", "number": "30001", "interval_hours": "6"}
    data["family"] = str(make_family().pk)
    shown = staff.post("/admin/cards/card/add/", data).content.decode()
    assert "Elm Park Library is not confirmed yet. Try a card on its page first" in shown
    Library.objects.update(confirmed=True)
    assert staff.post("/admin/cards/card/add/", data).status_code == 302
    Library.objects.update(confirmed=False)
    card = Card.objects.get()
    kept = staff.post(f"/admin/cards/card/{card.pk}/change/", {**data, "patron_name": "Nils L.", "number": ""})
    assert kept.status_code == 302


def test_staff_see_how_far_a_library_is(staff: Client, make_library: Callable[..., Library]) -> None:
    make_library("Ash", confirmed=False, from_catalogue={"source": "https://ash.example/about", "seen": "2026-05-04"})
    make_library("Elm")
    make_library("Oak", works_since=now().replace(year=2026, month=5, day=4))
    shown = staff.get("/admin/cards/library/").content.decode()
    for words in ("unconfirmed: try a card", "beta: no card", "works since May 2026"):
        assert words in shown
    page = staff.get(f"/admin/cards/library/{Library.objects.get(name='Ash').pk}/change/").content.decode()
    assert 'href="https://ash.example/about"' in page
    assert "2026-05-04" in page


def test_the_options_of_every_system_are_explained_without_javascript(staff: Client) -> None:
    shown = staff.get("/admin/cards/library/add/").content.decode()
    assert "number of the library&#x27;s scope" in shown
    assert "mdy or dmy or ymd" in shown
    assert "<strong>needed</strong>" in shown
    assert "Innovative WebPAC" in shown


def test_options_that_are_no_table_are_refused(staff: Client) -> None:
    data = {"name": "Elm", "slug": "elm", "system": "webpac", "timezone": "America/Toronto", "currency": "CAD"}
    shown = staff.post("/admin/cards/library/add/", {**data, "options": "[1]"}).content.decode()
    assert "Write them as {&quot;base_url&quot;" in shown
    options = '{"base_url": "https://elm.example", "scoop": "1"}'
    shown = staff.post("/admin/cards/library/add/", {**data, "options": options}).content.decode()
    assert "no option scoop; there are: base_url" in shown
    answer = staff.post("/admin/cards/library/add/", {**data, "options": options.replace("scoop", "scope")})
    assert answer.status_code == 302
    assert Library.objects.get().confirmed
