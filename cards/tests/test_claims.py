"""Leases: who may visit which card and which library."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from cards import claims, seats
from cards.models import Card, Library, Seat
from cards.scope import Expected, Scope

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OTHER = uuid4()


def claim(scope: Scope, library: int, held: list[UUID], now: datetime) -> Card | None:
    """The next card of that library."""
    return next(iter(claims.claim(scope, [Library.objects.get(pk=library)], held, now)), None)


@pytest.fixture
def due_card(make_card):
    """A card that is due at NOW."""

    def make(**fields):
        return make_card(**{"next_check_at": NOW - SECOND, **fields})

    return make


def test_a_card_is_claimed_once(due_card) -> None:
    card = due_card()
    mine, theirs = Scope(began=NOW), Scope(began=NOW)
    assert claim(mine, card.library_id, [], NOW) == card
    assert claim(theirs, card.library_id, [], NOW) is None


def test_the_longest_due_comes_first_and_what_is_held_is_not_claimed_again(due_card, make_library) -> None:
    library, scope = make_library(), Scope(began=NOW)
    second = due_card(library=library)
    first = due_card(library=library, next_check_at=NOW - 2 * SECOND)
    assert claim(scope, library.pk, [], NOW) == first
    assert claim(scope, library.pk, [first.pk], NOW) == second
    assert claim(scope, library.pk, [first.pk, second.pk], NOW) is None


def test_a_dead_process_loses_its_card_when_the_lease_runs_out(due_card) -> None:
    card = due_card(lease_by=OTHER, lease_until=NOW + 30 * SECOND, visiting=True)
    assert claim(Scope(began=NOW), card.library_id, [], NOW) is None
    assert claim(Scope(began=NOW), card.library_id, [], NOW + 31 * SECOND) == card


def test_cards_that_wait_for_their_patron_are_never_claimed(due_card) -> None:
    card = due_card(trouble="login_failed")
    scopes = [Scope(began=NOW), Scope(began=NOW, everything=True), Scope(began=NOW, cards=(card.pk,))]
    assert [claim(scope, card.library_id, [], NOW) for scope in scopes] == [None] * 3


def test_cards_of_a_library_that_is_switched_off_are_not_claimed(due_card, make_library) -> None:
    card = due_card(library=make_library(enabled=False))
    assert claim(Scope(began=NOW, everything=True), card.library_id, [], NOW) is None


def test_everything_is_visited_once_a_run(make_card) -> None:
    card = make_card(next_check_at=NOW + timedelta(hours=3), last_began=NOW - timedelta(hours=1))
    assert list(Scope(began=NOW).wanted(NOW)) == []
    assert list(Scope(began=NOW, everything=True).wanted(NOW)) == [card]
    Card.objects.update(last_began=NOW + SECOND)
    assert list(Scope(began=NOW, everything=True).wanted(NOW + 2 * SECOND)) == []


def test_the_longest_lane_comes_first(due_card, make_library) -> None:
    short, long = make_library(), make_library()
    for library in (short, long, long):
        due_card(library=library)
    assert Scope(began=NOW).lanes(NOW) == [Expected(long.host, 2, 6.0), Expected(short.host, 1, 3.0)]


def test_the_longest_lane_is_told_by_how_long_its_visits_took_and_how_many_are_made_at_once(
    due_card, make_library
) -> None:
    slow, quick, wide = make_library(visit_seconds=30), make_library(), make_library(visit_seconds=9, side_by_side=4)
    for library in (slow, quick, quick, quick, wide, wide):
        due_card(library=library)
    assert [each.host for each in Scope(began=NOW).lanes(NOW)] == [slow.host, quick.host, wide.host]


def test_a_claim_misses_where_a_rival_came_between_reading_and_taking(
    due_card, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, theirs = due_card(), Scope(began=NOW)
    mine, real = Scope(began=NOW), Scope.free
    asked: list[Scope] = []

    def free(self: Scope, now: datetime):
        if self is mine:
            asked.append(self)
            if len(asked) == 2:  # read, not yet taken
                assert claim(theirs, card.library_id, [], NOW) == card
        return real(self, now)

    monkeypatch.setattr(Scope, "free", free)
    assert claim(mine, card.library_id, [], NOW) is None
    card.refresh_from_db()
    assert card.lease_by == theirs.token


@pytest.fixture
def claimed(due_card) -> tuple[Card, int, UUID]:
    """A card claimed at a library where we hold a seat, the seat, and by whom."""
    scope = Scope(began=NOW)
    card = claim(scope, due_card().library_id, [], NOW)
    assert card is not None
    seat = seats.hold(card.library.host, scope.token, NOW)
    assert seat is not None
    return card, seat, scope.token


def test_a_visit_begins_once_card_and_seat_are_ours(claimed: tuple[Card, int, UUID]) -> None:
    assert claims.begin_visit(*claimed, NOW)
    assert Card.objects.get().visiting


@pytest.mark.parametrize(
    "change",
    [
        {"credentials_version": 9},
        {"trouble": "login_failed"},
        {"paused": True},
        {"lease_by": OTHER},
        {"lease_by": None},
    ],
)
def test_a_visit_does_not_begin_when_the_card_was_edited_stopped_or_lost_since_it_was_claimed(
    claimed: tuple[Card, int, UUID], change: dict[str, object]
) -> None:
    Card.objects.update(**change)
    assert not claims.begin_visit(*claimed, NOW)
    assert not Card.objects.get().visiting


def test_a_visit_does_not_begin_when_the_seat_was_lost(claimed: tuple[Card, int, UUID]) -> None:
    Seat.objects.update(holder=OTHER)
    assert not claims.begin_visit(*claimed, NOW)
    assert not seats.ours(*claimed[1:])


def test_a_website_is_visited_by_one_at_a_time(make_library) -> None:
    host, mine = make_library().host, uuid4()
    seat = seats.hold(host, mine, NOW)
    assert seat
    assert not seats.hold(host, OTHER, NOW)
    seats.release([seat], OTHER)  # not theirs to release
    assert not seats.hold(host, OTHER, NOW)
    seats.release([seat], mine)
    assert seats.hold(host, OTHER, NOW) == seat


def test_an_option_allows_a_few_visits_side_by_side(make_library) -> None:
    host = make_library(side_by_side=3).host
    held = {seats.hold(host, uuid4(), NOW) for _ in range(3)}
    assert len(held - {None}) == 3
    assert seats.hold(host, uuid4(), NOW) is None


def test_libraries_that_share_a_website_share_its_seats_and_the_lowest_limit_counts(make_library) -> None:
    options = {"base_url": "https://books.example:443/a"}
    make_library(options={**options, "scope": "3"}, side_by_side=3)
    make_library(options={"base_url": "https://BOOKS.example/b"}, side_by_side=2)
    assert set(Library.objects.values_list("host", flat=True)) == {"books.example"}
    assert [bool(seats.hold("books.example", uuid4(), NOW)) for _ in range(3)] == [True, True, False]


def test_a_limit_that_is_lowered_holds_for_those_who_have_a_seat(make_library) -> None:
    library, token = make_library(side_by_side=2), uuid4()
    first, second = (seats.hold(library.host, token, NOW) for _ in range(2))
    assert first
    assert second
    Library.objects.update(side_by_side=1)
    assert (seats.ours(first, token), seats.ours(second, token)) == (True, False)
    seats.release([first], token)
    assert seats.hold(library.host, OTHER, NOW) is None  # the second seat is still taken


def test_a_dead_holder_loses_the_seat_when_its_lease_runs_out(make_library) -> None:
    host = make_library().host
    seat = seats.hold(host, OTHER, NOW)
    assert seat
    late = NOW + claims.lease() + SECOND
    assert seats.hold(host, uuid4(), late) == seat
    assert claims.renew(OTHER, [seat], late) == set()


def test_a_lease_outlasts_a_visit_begun_just_before_it_is_renewed(settings) -> None:
    assert claims.lease() - claims.RENEW_AFTER > timedelta(seconds=settings.VISIT_SECONDS)


def test_renewing_keeps_what_is_ours(claimed: tuple[Card, int, UUID]) -> None:
    _, seat, token = claimed
    later = NOW + 60 * SECOND
    assert claims.renew(token, [seat], later) == {seat}
    assert Card.objects.get().lease_until == Seat.objects.get().until == later + claims.lease()


def test_reserved_cards_are_due_and_wait_for_nobody_elses_lease(due_card, make_card) -> None:
    mine, theirs = make_card(next_check_at=NOW + timedelta(hours=5)), due_card(lease_by=OTHER, lease_until=NOW + SECOND)
    stopped, token = due_card(trouble="patron_must_act"), uuid4()
    assert claims.reserve([mine.pk, theirs.pk, stopped.pk], token, NOW) == [mine.pk]
    mine.refresh_from_db()
    assert (mine.lease_by, mine.next_check_at) == (token, NOW)
    assert claim(Scope(began=NOW, cards=(mine.pk,), token=token), mine.library_id, [], NOW) == mine


def test_somebody_who_waits_with_reserved_cards_is_seen(make_card) -> None:
    card, runner = make_card(), uuid4()
    host = card.library.host
    assert claims.others_wait(runner, NOW) == set()
    claims.reserve([card.pk], OTHER, NOW)
    assert claims.others_wait(runner, NOW) == {host}
    assert claims.others_wait(OTHER, NOW) == set()


def test_giving_back_leaves_a_card_as_due_as_it_was(claimed: tuple[Card, int, UUID]) -> None:
    card, seat, token = claimed
    claims.release_all(token, [seat])
    card = Card.objects.get()
    assert (card.lease_by, card.lease_until, card.next_check_at) == (None, None, NOW - SECOND)
    assert Seat.objects.get().holder is None


def test_several_cards_are_claimed_by_two_queries_without_their_snapshots(
    due_card, make_library, django_assert_num_queries
) -> None:
    library = make_library()
    for _ in range(5):
        due_card(library=library)
    scope = Scope(began=NOW)
    with django_assert_num_queries(2):
        found = claims.claim(scope, [library], [], NOW, many=4)
    assert len(found) == 4
    assert all("snapshot" in card.get_deferred_fields() for card in found)
    assert len(claims.claim(scope, [library], [card.pk for card in found], NOW, many=4)) == 1
