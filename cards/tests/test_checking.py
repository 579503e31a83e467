"""A run: which cards are visited, how often, and what a run leaves behind."""

import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cards import claims, dispatch, seats
from cards.checking import check_due_cards, check_now
from cards.models import Card, Check, Letter, Library, Run, Seat
from cards.tests.pretend import NOTHING, Desk
from libraries.errors import LoginFailed, SiteUnavailable

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OTHER = uuid4()


@pytest.fixture
def card_at(make_card):
    """A card that is due: `card_at(library, "2001")`."""

    def make(library: Library, number: str = "", **fields) -> Card:
        return make_card(number=number, library=library, **{"next_check_at": NOW - 999 * HOUR, **fields})

    return make


def test_due_cards_are_visited_and_others_are_not(desk: Desk, pretended_library, card_at) -> None:
    library = pretended_library()
    card_at(library, "1")
    card_at(library, "2", next_check_at=NOW + HOUR)
    card_at(pretended_library(enabled=False), "3")
    run = check_due_cards(now=NOW)
    assert desk.visits == {"1": 1}
    assert (run.checked, run.ok, run.failed) == (1, 1, 0)
    assert run.finished
    assert run.finished >= NOW


def test_a_run_with_nothing_to_do_is_finished_too(db: None) -> None:
    assert check_due_cards(now=NOW).finished
    assert Run.objects.get().finished


def test_each_card_is_visited_once_and_no_library_twice_at_once(desk: Desk, pretended_library, card_at) -> None:
    desk.seconds = 0.005
    places = [pretended_library() for _ in range(3)]
    numbers = [str(each) for each in range(30)]
    for number in numbers:
        card_at(places[int(number) % 3], number)
    run = check_due_cards(now=NOW, workers=8)
    assert desk.visits == Counter(numbers)
    assert set(desk.most_at_once.values()) == {1}
    assert run.checked == Check.objects.count() == 30
    assert not Card.objects.exclude(lease_by=None).exists()
    assert not Seat.objects.exclude(holder=None).exists()


def test_with_fewer_workers_than_libraries_all_get_their_turn(desk: Desk, pretended_library, card_at) -> None:
    for number in "12345":
        card_at(pretended_library(), number)
    assert check_due_cards(now=NOW, workers=2).checked == 5


def test_one_librarys_failure_does_not_touch_another(desk: Desk, pretended_library, card_at) -> None:
    down, up = pretended_library(), pretended_library()
    card_at(down, "1")
    fine = card_at(up, "2")
    desk.answers["1"] = SiteUnavailable("refused")
    run = check_due_cards(now=NOW)
    assert (run.ok, run.failed) == (1, 1)
    assert Card.objects.get(pk=fine.pk).account() == NOTHING


def test_a_wrong_pin_is_not_tried_again_by_any_later_run(desk: Desk, pretended_library, card_at) -> None:
    card_at(pretended_library(), "1")
    desk.answers["1"] = LoginFailed("no")
    for hours in (0, 7, 14, 400):
        check_due_cards(now=NOW + hours * HOUR, everything=True)
    assert desk.visits == {"1": 1}


def test_a_refused_number_is_not_tried_for_another_family_in_the_same_run(
    desk: Desk, pretended_library, card_at
) -> None:
    library = pretended_library()
    for minutes in (3, 2, 1):
        card_at(library, "2 1111", next_check_at=NOW - timedelta(minutes=minutes))
    card_at(library, "2 2222")
    desk.answers["2 1111"] = LoginFailed("no")
    check_due_cards(now=NOW)
    assert desk.visits == {"2 1111": 1, "2 2222": 1}
    assert Card.objects.filter(trouble="login_failed", lease_by=None).count() == 3


def test_an_edited_pin_is_tried_exactly_once(desk: Desk, pretended_library, card_at) -> None:
    card = card_at(pretended_library(), "1", trouble="login_failed")
    desk.answers["1"] = LoginFailed("no")
    card.seal(pin="9999")
    card.next_check_at = NOW
    card.save()
    for hours in (0, 7, 14):
        check_due_cards(now=NOW + hours * HOUR, everything=True)
    assert desk.visits == {"1": 1}


def test_a_pin_edited_during_the_visit_is_tried_in_the_same_run(desk: Desk, pretended_library, card_at) -> None:
    card = card_at(pretended_library(), "1")
    refusals = [LoginFailed("no")]
    edit, edited = threading.Event(), threading.Event()

    def answer():
        if not refusals:
            return NOTHING
        edit.set()
        assert edited.wait(5)
        raise refusals.pop()

    class Editor:
        """Edits in the run's own thread, while the visit is under way."""

        def begin(self, total: int) -> None: ...
        def done(self, library: str, outcome: object) -> None: ...
        def tick(self, under_way: int) -> None:
            if edit.is_set() and not edited.is_set():
                mine = Card.objects.get()
                mine.seal(pin="9999")
                mine.next_check_at = NOW
                mine.save()
                edited.set()

    desk.answers["1"] = answer
    check_due_cards(now=NOW, report=Editor())
    card.refresh_from_db()
    assert desk.visits == {"1": 2}
    assert (card.trouble, card.account()) == ("", NOTHING)


def test_a_card_that_no_key_opens_is_not_visited_and_keeps_what_it_has(desk: Desk, pretended_library, card_at) -> None:
    card = card_at(pretended_library(), "1")
    sealed = bytes(card.pin_sealed[:-1]) + bytes([card.pin_sealed[-1] ^ 1])
    Card.objects.update(pin_sealed=sealed)
    run = check_due_cards(now=NOW, everything=True)
    card.refresh_from_db()
    assert not desk.visits
    assert (card.trouble, run.failed, bytes(card.pin_sealed)) == ("misconfigured", 1, sealed)
    assert "CARD_KEYS" in card.trouble_words


def test_one_library_or_one_card_alone(desk: Desk, pretended_library, card_at) -> None:
    elm, oak = pretended_library("Elm Park"), pretended_library("Oak Hill")
    card_at(elm, "1")
    later = card_at(oak, "2", next_check_at=NOW + HOUR)
    check_due_cards(now=NOW, library=elm)
    check_due_cards(now=NOW + timedelta(minutes=1), card=later)
    assert desk.order == ["1", "2"]


def test_what_a_dead_process_held_is_visited_when_its_lease_runs_out(
    desk: Desk, pretended_library, card_at, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = pretended_library()
    soon = NOW + timedelta(seconds=1)
    Seat.objects.create(host=library.host, number=1, holder=OTHER, until=soon)
    card_at(library, "1", lease_by=OTHER, lease_until=soon, visiting=True)
    card_at(library, "2")
    card_at(pretended_library(), "3")
    monkeypatch.setattr(dispatch, "LOOK_AGAIN", timedelta(seconds=0.2))
    assert check_due_cards(now=NOW).checked == 3
    assert desk.order[0] == "3"  # the others did not wait for it
    assert desk.visits == {"1": 1, "2": 1, "3": 1}


def test_told_to_stop_it_begins_no_visit_and_gives_everything_back(desk: Desk, pretended_library, card_at) -> None:
    desk.seconds = 0.1
    library = pretended_library()
    for number in "12345":
        card_at(library, number)
    run = check_due_cards(now=NOW, stopped=lambda: len(desk.order) >= 2)
    assert len(desk.order) == 2
    assert Check.objects.count() == run.checked == 2  # what was under way is saved
    assert run.finished is None
    assert not Card.objects.exclude(lease_by=None).exists()
    assert not Seat.objects.exclude(holder=None).exists()
    assert Card.objects.filter(next_check_at__lte=NOW).count() == 3


def test_a_visit_that_does_not_end_in_time_does_not_hold_up_the_rest(
    desk: Desk, pretended_library, card_at, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    settings.VISIT_SECONDS = 0
    monkeypatch.setattr(dispatch, "OVERDUE", timedelta(seconds=0.2))
    monkeypatch.setattr(seats, "MARGIN", timedelta(seconds=1.5))
    monkeypatch.setattr(dispatch, "TICK", 0.05)
    never = threading.Event()
    library = pretended_library()
    stuck = card_at(library, "1", next_check_at=NOW - 2 * HOUR)
    card_at(library, "2")
    desk.answers["1"] = lambda: never.wait(3) and NOTHING
    run = check_due_cards(now=NOW)
    never.set()
    stuck.refresh_from_db()
    assert (stuck.trouble, run.ok, run.failed) == ("failed", 1, 1)
    assert desk.visits == {"1": 1, "2": 1}


def test_the_history_is_kept_for_thirty_days(card_at, pretended_library) -> None:
    card = card_at(pretended_library())
    for days in (29, 31):
        Check.objects.create(card=card, began=NOW - timedelta(days=days), seconds=1, outcome="ok")
        Letter.objects.create(kind="digest", key=f"digest:1:{days}", created=NOW - timedelta(days=days))
    check_due_cards(now=NOW)
    assert Check.objects.filter(began__lt=NOW).count() == 1
    assert [letter.key for letter in Letter.objects.all()] == ["digest:1:29"]


def queries_for(cards: int, desk: Desk, pretended_library, card_at) -> int:
    library = pretended_library()
    for number in range(cards):
        card_at(library, f"{library.pk}{number}")
    with CaptureQueriesContext(connection) as caught:
        check_due_cards(now=NOW)
    return len(caught)


def test_queries_per_card_are_a_small_constant(desk: Desk, pretended_library, card_at) -> None:
    few, many = (queries_for(cards, desk, pretended_library, card_at) for cards in (10, 30))
    assert (many - few) / 20 <= 12


def test_check_now_claims_at_once_and_visits_in_a_thread(
    desk: Desk,
    pretended_library,
    card_at,
    settings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks,
) -> None:
    card = card_at(pretended_library(), "1", next_check_at=NOW + HOUR)
    started: list[str] = []
    monkeypatch.setattr(threading.Thread, "start", lambda self: started.append(self.name))
    with django_capture_on_commit_callbacks(execute=True):
        assert check_now([card], now=NOW) == 1
        assert started == []  # not before the claim can be seen
    card.refresh_from_db()
    assert card.being_checked(NOW)
    assert (card.visiting, len(started)) == (False, 1)
    assert check_now([card], now=NOW) == 0  # it is being checked already


@pytest.fixture
def inline(settings) -> None:
    """Check now does its work before it returns."""
    settings.CHECK_IN_BACKGROUND = False


def test_check_now_visits_a_card_whenever_it_is_due(inline: None, desk: Desk, pretended_library, card_at) -> None:
    card = card_at(pretended_library(), "1", next_check_at=NOW + HOUR, last_began=NOW - HOUR)
    assert check_now([card], now=NOW, trigger=Run.Trigger.ADMIN) == 1
    run = Run.objects.get()
    assert (desk.visits, run.trigger, run.checked) == ({"1": 1}, "admin", 1)
    assert run.finished
    assert Card.objects.get().lease_by is None


def test_check_now_leaves_a_stopped_card_alone_unless_the_patron_says_try_again(
    inline: None, desk: Desk, pretended_library, card_at
) -> None:
    card = card_at(pretended_library(), "1", trouble="login_failed", last_began=NOW - HOUR)
    desk.answers["1"] = LoginFailed("no")
    assert check_now([card], now=NOW) == 0
    assert check_now([card], now=NOW, try_again=True) == 1
    assert desk.visits == {"1": 1}
    assert Card.objects.get().stopped()


def test_a_second_click_on_try_again_is_not_a_second_attempt(
    inline: None, desk: Desk, pretended_library, card_at
) -> None:
    card_at(pretended_library(), "1", trouble="login_failed", last_began=NOW - HOUR)
    desk.answers["1"] = LoginFailed("no")
    first, second = Card.objects.get(), Card.objects.get()  # two clicks on the same page
    assert check_now([first], now=NOW, try_again=True) == 1
    assert check_now([second], now=NOW + timedelta(seconds=1), try_again=True) == 0
    assert desk.visits == {"1": 1}


def test_a_run_lets_somebody_in_who_waits_at_the_page(
    desk: Desk, pretended_library, card_at, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "STAND_BACK", timedelta(seconds=0.1))
    library = pretended_library()
    for number in "12":
        card_at(library, number)
    waiting = card_at(library, "3", next_check_at=NOW + HOUR)
    seen_free: list[bool] = []

    class Page:
        """Reserves a card as the run begins, and leaves once it has seen the library free."""

        def begin(self, total: int) -> None:
            claims.reserve([waiting.pk], OTHER, NOW)

        def done(self, library: str, outcome: object) -> None: ...

        def tick(self, under_way: int) -> None:
            if not Seat.objects.exclude(holder=None).exists() and not seen_free:
                seen_free.append(True)
                claims.release_all(OTHER, [])

    assert check_due_cards(now=NOW, report=Page()).checked == 3
    assert seen_free


def test_a_daily_scheduler_that_jitters_visits_every_card_every_day(
    desk: Desk, pretended_library, card_at, make_user, make_family
) -> None:
    dice, family = random.Random(3), make_family(people=[make_user(mail_hour=6)])
    for hours in (6, 12, 24):
        card_at(pretended_library(), str(hours), family=family, interval_hours=hours)
    start = datetime(2026, 2, 20, 15, tzinfo=UTC)  # with a clock change on the way
    for day in range(30):
        check_due_cards(now=start + timedelta(days=day, minutes=dice.uniform(-10, 10)))
    assert desk.visits == {"6": 30, "12": 30, "24": 30}


def test_after_a_week_of_not_running_every_card_is_visited_once(desk: Desk, pretended_library, card_at) -> None:
    library = pretended_library()
    for number in "123":
        card_at(library, number)
    check_due_cards(now=NOW)
    check_due_cards(now=NOW + timedelta(days=7))
    assert desk.visits == {"1": 2, "2": 2, "3": 2}
