"""Websites that fail: the lane breaks off, the rest of the cards keep their time, and staff hear of it once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cards.breaker import Breaker
from cards.checking import check_due_cards, check_now
from cards.models import Card, Check, Letter, Library
from cards.tests.pretend import NOTHING, Desk
from libraries.errors import (
    CheckError,
    LayoutChanged,
    LoginFailed,
    SiteInMaintenance,
    SiteRefusedUs,
    SiteTooSlow,
    SiteUnavailable,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE = NOW - timedelta(hours=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def staffed(settings: Any) -> None:
    settings.STAFF_EMAILS = ["ann@example.org"]


@pytest.fixture
def library(pretended_library: Callable[..., Library], staffed: None) -> Library:
    return pretended_library(works_since=NOW)


@pytest.fixture
def many(make_card: Callable[..., Card], desk: Desk) -> Callable[..., None]:
    """Cards that are due, and what happens to them all: `many(library, "123456", SiteUnavailable())`."""

    def make(library: Library, numbers: str, error: CheckError | None = None) -> None:
        for number in numbers:
            make_card(number=number, library=library, next_check_at=DUE)
            if error:
                desk.answers[number] = error

    return make


@pytest.mark.parametrize(
    "error", [SiteUnavailable("refused"), SiteTooSlow("late"), SiteRefusedUs("bot wall"), LayoutChanged("no table")]
)
def test_a_few_failures_alike_end_the_lane_and_staff_hear_of_it_once(
    desk: Desk, library: Library, many: Callable[..., None], error: CheckError
) -> None:
    many(library, "12345678", error)
    run = check_due_cards(now=NOW)
    assert (len(desk.visits), run.checked, Check.objects.count()) == (3, 3, 3)
    left = Card.objects.filter(trouble="")
    assert set(left.values_list("next_check_at", "lease_by")) == {(DUE, None)}
    assert left.count() == 5
    assert Letter.objects.filter(kind="staff").count() == 1


def test_failures_of_different_kinds_or_with_good_readings_between_them_end_nothing(
    desk: Desk, library: Library, many: Callable[..., None]
) -> None:
    many(library, "12345678")
    errors = [SiteUnavailable(), SiteTooSlow(), LayoutChanged(), SiteRefusedUs(), SiteUnavailable(), LoginFailed("no")]
    desk.answers |= dict(zip("124578", errors, strict=True))
    check_due_cards(now=NOW)
    assert len(desk.visits) == 8


def test_a_website_is_left_alone_longer_each_time_and_one_card_shows_whether_it_is_back(
    desk: Desk, library: Library, many: Callable[..., None]
) -> None:
    many(library, "12345678", SiteUnavailable("refused"))
    check_due_cards(now=NOW)
    visits = []
    for passed in (10 * MINUTE, 20 * MINUTE, 70 * MINUTE, 100 * MINUTE):
        check_due_cards(now=NOW + passed)
        visits.append(sum(desk.visits.values()))
    assert visits == [3, 4, 4, 5]  # after a quarter of an hour, then after one
    desk.answers.clear()
    check_due_cards(now=NOW + 6 * HOUR)
    library.refresh_from_db()
    assert (library.stops, library.rest_until) == (0, None)
    assert Card.objects.filter(trouble="").count() == 8
    assert Letter.objects.filter(kind="staff").count() == 1


def test_a_site_that_says_it_is_under_repair_is_left_alone_without_a_word(
    desk: Desk, library: Library, many: Callable[..., None]
) -> None:
    many(library, "12345", SiteInMaintenance("back at noon"))
    check_due_cards(now=NOW)
    assert len(desk.visits) == 3
    assert not Letter.objects.exists()


def test_a_site_that_goes_down_again_and_again_is_told_of_once_a_day(
    desk: Desk, library: Library, many: Callable[..., None]
) -> None:
    many(library, "123")
    for hours in (0, 7, 14):
        now = NOW + hours * HOUR
        desk.answers = dict.fromkeys("123", SiteUnavailable("refused"))
        Card.objects.update(next_check_at=now)
        check_due_cards(now=now)
        desk.answers = {}
        Card.objects.update(next_check_at=now)
        check_due_cards(now=now + HOUR)
    assert Letter.objects.filter(kind="staff").count() == 1


def test_libraries_that_share_a_website_are_left_alone_together_and_told_of_once(
    desk: Desk, pretended_library: Callable[..., Library], many: Callable[..., None], staffed: None
) -> None:
    options = {"base_url": "https://books.example"}
    one, other = pretended_library("One", options=options), pretended_library("Other", options=options)
    many(one, "12", SiteRefusedUs("bot wall"))
    many(other, "3456", SiteRefusedUs("bot wall"))
    check_due_cards(now=NOW)
    assert len(desk.visits) == 3
    assert set(Library.objects.values_list("stops", flat=True)) == {1}
    assert Letter.objects.filter(kind="staff").count() == 1


def test_pages_that_changed_are_one_librarys_own(
    desk: Desk, pretended_library: Callable[..., Library], many: Callable[..., None]
) -> None:
    options = {"base_url": "https://books.example"}
    changed, fine = pretended_library("Changed", options=options), pretended_library("Fine", options=options)
    many(changed, "123456", LayoutChanged("no table"))
    many(fine, "abcdef")
    check_due_cards(now=NOW)
    assert sum(desk.visits[number] for number in "123456") == 3
    assert sum(desk.visits[number] for number in "abcdef") == 6


def test_check_now_visits_a_website_that_is_left_alone_once_and_lifts_the_rest_if_all_is_well(
    desk: Desk, library: Library, many: Callable[..., None], settings: Any
) -> None:
    settings.CHECK_IN_BACKGROUND = False
    many(library, "12345678", SiteUnavailable("refused"))
    check_due_cards(now=NOW)
    until = Library.objects.get().rest_until
    cards = list(Card.objects.filter(trouble="").select_related("library"))
    check_now(cards, now=NOW + MINUTE)
    assert sum(desk.visits.values()) == 4  # of five that were asked for
    assert Library.objects.get().rest_until == until
    desk.answers.clear()
    check_now(cards[-1:], now=NOW + 2 * MINUTE)
    assert Library.objects.get().rest_until is None
    assert not Card.objects.exclude(lease_by=None).exists()


def test_whoever_asks_for_all_cards_tries_a_website_that_is_left_alone_with_one(
    desk: Desk, library: Library, many: Callable[..., None]
) -> None:
    many(library, "12345678", SiteUnavailable("refused"))
    check_due_cards(now=NOW)
    check_due_cards(now=NOW + MINUTE, everything=True)
    assert sum(desk.visits.values()) == 4


def test_a_website_whose_address_was_mended_is_tried_at_once(
    desk: Desk, library: Library, many: Callable[..., None]
) -> None:
    many(library, "12345", LayoutChanged("no table"))
    check_due_cards(now=NOW)
    library.refresh_from_db()
    library.options = {"base_url": "https://new.example"}
    library.save(update_fields=["options"])
    desk.answers.clear()
    check_due_cards(now=NOW + MINUTE)
    assert (Library.objects.get().host, Card.objects.exclude(snapshot=None).count()) == ("new.example", 2)


def test_what_is_wrong_with_one_card_breaks_nothing(make_library: Callable[..., Library]) -> None:
    library, breaker = make_library(), Breaker()
    for trouble in ["login_failed", "patron_must_act", "failed", "misconfigured", ""] * 4:
        assert not breaker.trips(library, trouble)


def test_a_website_never_sees_more_visits_at_once_than_its_library_allows(
    desk: Desk, pretended_library: Callable[..., Library], many: Callable[..., None]
) -> None:
    desk.seconds = 0.02
    library = pretended_library(side_by_side=3)
    many(library, "abcdefghijkl")
    assert check_due_cards(now=NOW).ok == 12
    assert desk.most_at_once == {library.options["base_url"]: 3}
    assert set(desk.visits.values()) == {1}


def test_of_two_cards_with_one_number_a_refusal_of_the_first_spares_the_second_also_side_by_side(
    desk: Desk, pretended_library: Callable[..., Library], make_card: Callable[..., Card]
) -> None:
    library = pretended_library(side_by_side=4)
    for _ in range(4):
        make_card(number="2 1111", library=library, next_check_at=DUE)
    desk.seconds, desk.answers = 0.02, {"2 1111": LoginFailed("no")}
    check_due_cards(now=NOW)
    assert desk.visits == {"2 1111": 1}


def test_libraries_that_share_a_website_are_visited_one_after_the_other(
    desk: Desk, pretended_library: Callable[..., Library], many: Callable[..., None]
) -> None:
    desk.seconds, options = 0.01, {"base_url": "https://books.example"}
    many(pretended_library("One", options=options), "123")
    many(pretended_library("Other", options=options, side_by_side=2), "456")
    check_due_cards(now=NOW)
    assert (len(desk.visits), set(desk.most_at_once.values())) == (6, {1})


def test_how_long_visits_take_is_learned(
    desk: Desk, pretended_library: Callable[..., Library], many: Callable[..., None]
) -> None:
    library = pretended_library(visit_seconds=10)
    many(library, "123")
    desk.answers["2"] = SiteUnavailable("a visit that failed tells nothing")
    check_due_cards(now=NOW)
    library.refresh_from_db()
    assert 6.3 < library.visit_seconds < 6.6  # a fifth nearer each time


def test_memory_holds_a_few_cards_of_each_lane_however_many_are_due(
    desk: Desk, library: Library, many: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = "".join(chr(65 + each) for each in range(60))
    many(library, numbers)
    held: list[int] = []

    class Watching:
        def begin(self, total: int) -> None: ...
        def done(self, library: str, outcome: object) -> None: ...
        def tick(self, under_way: int) -> None:
            held.append(Card.objects.exclude(lease_by=None).count())

    desk.answers = dict.fromkeys(numbers, NOTHING)
    assert check_due_cards(now=NOW, report=Watching()).ok == 60
    assert 0 < max(held) <= 22
