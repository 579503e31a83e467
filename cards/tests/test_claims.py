"""Leases: who may visit which card and which library."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from cards import claims
from cards.claims import Scope
from cards.models import Card, Library

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OTHER = uuid4()


@pytest.fixture
def due_card(make_card):
    """A card that is due at NOW."""

    def make(**fields):
        return make_card(**{"next_check_at": NOW - SECOND, **fields})

    return make


def test_a_card_is_claimed_once(due_card) -> None:
    card = due_card()
    mine, theirs = Scope(began=NOW), Scope(began=NOW)
    assert claims.claim(mine, card.library_id, [], NOW) == card
    assert claims.claim(theirs, card.library_id, [], NOW) is None


def test_the_longest_due_comes_first_and_what_is_held_is_not_claimed_again(due_card, make_library) -> None:
    library, scope = make_library(), Scope(began=NOW)
    second = due_card(library=library)
    first = due_card(library=library, next_check_at=NOW - 2 * SECOND)
    assert claims.claim(scope, library.pk, [], NOW) == first
    assert claims.claim(scope, library.pk, [first.pk], NOW) == second
    assert claims.claim(scope, library.pk, [first.pk, second.pk], NOW) is None


def test_a_dead_process_loses_its_card_when_the_lease_runs_out(due_card) -> None:
    card = due_card(lease_by=OTHER, lease_until=NOW + 30 * SECOND, visiting=True)
    assert claims.claim(Scope(began=NOW), card.library_id, [], NOW) is None
    assert claims.claim(Scope(began=NOW), card.library_id, [], NOW + 31 * SECOND) == card


def test_cards_that_wait_for_their_patron_are_never_claimed(due_card) -> None:
    card = due_card(trouble="login_failed")
    scopes = [Scope(began=NOW), Scope(began=NOW, everything=True), Scope(began=NOW, cards=(card.pk,))]
    assert [claims.claim(scope, card.library_id, [], NOW) for scope in scopes] == [None] * 3


def test_cards_of_a_library_that_is_switched_off_are_not_claimed(due_card, make_library) -> None:
    card = due_card(library=make_library(enabled=False))
    assert claims.claim(Scope(began=NOW, everything=True), card.library_id, [], NOW) is None


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
    assert list(Scope(began=NOW).lanes(NOW).items()) == [(long.pk, 2), (short.pk, 1)]


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
                assert claims.claim(theirs, card.library_id, [], NOW) == card
        return real(self, now)

    monkeypatch.setattr(Scope, "free", free)
    assert claims.claim(mine, card.library_id, [], NOW) is None
    card.refresh_from_db()
    assert card.lease_by == theirs.token


@pytest.fixture
def claimed(due_card) -> tuple[Card, UUID]:
    """A card claimed at a library that is held, and by whom."""
    scope = Scope(began=NOW)
    card = claims.claim(scope, due_card().library_id, [], NOW)
    assert card is not None
    claims.hold_lane(card.library_id, scope.token, NOW)
    return card, scope.token


def test_a_visit_begins_once_card_and_library_are_ours(claimed: tuple[Card, UUID]) -> None:
    assert claims.begin_visit(*claimed, NOW)
    assert Card.objects.get().visiting


@pytest.mark.parametrize(
    "change", [{"credentials_version": 9}, {"trouble": "login_failed"}, {"lease_by": OTHER}, {"lease_by": None}]
)
def test_a_visit_does_not_begin_when_the_card_was_edited_stopped_or_lost_since_it_was_claimed(
    claimed: tuple[Card, UUID], change: dict[str, object]
) -> None:
    Card.objects.update(**change)
    assert not claims.begin_visit(*claimed, NOW)
    assert not Card.objects.get().visiting


def test_a_visit_does_not_begin_when_the_library_was_lost(claimed: tuple[Card, UUID]) -> None:
    Library.objects.update(lane_holder=OTHER)
    assert not claims.begin_visit(*claimed, NOW)


def test_a_library_is_held_by_one_at_a_time(make_library) -> None:
    library, mine = make_library(), uuid4()
    assert claims.hold_lane(library.pk, mine, NOW)
    assert not claims.hold_lane(library.pk, OTHER, NOW)
    claims.release_lane(library.pk, OTHER)  # not theirs to release
    assert not claims.hold_lane(library.pk, OTHER, NOW)
    claims.release_lane(library.pk, mine)
    assert claims.hold_lane(library.pk, OTHER, NOW)


def test_a_dead_holder_loses_the_library_when_its_lease_runs_out(make_library) -> None:
    library = make_library()
    claims.hold_lane(library.pk, OTHER, NOW)
    late = NOW + claims.lease() + SECOND
    assert claims.hold_lane(library.pk, uuid4(), late)
    assert claims.renew(OTHER, [library.pk], late) == set()


def test_a_lease_outlasts_a_visit_begun_just_before_it_is_renewed(settings) -> None:
    assert claims.lease() - claims.RENEW_AFTER > timedelta(seconds=settings.VISIT_SECONDS)


def test_renewing_keeps_what_is_ours(due_card) -> None:
    scope = Scope(began=NOW)
    card = claims.claim(scope, due_card().library_id, [], NOW)
    assert card is not None
    claims.hold_lane(card.library_id, scope.token, NOW)
    later = NOW + 60 * SECOND
    assert claims.renew(scope.token, [card.library_id], later) == {card.library_id}
    assert Card.objects.get().lease_until == Library.objects.get().lane_until == later + claims.lease()


def test_reserved_cards_are_due_and_wait_for_nobody_elses_lease(due_card, make_card) -> None:
    mine, theirs = make_card(next_check_at=NOW + timedelta(hours=5)), due_card(lease_by=OTHER, lease_until=NOW + SECOND)
    stopped, token = due_card(trouble="patron_must_act"), uuid4()
    assert claims.reserve([mine.pk, theirs.pk, stopped.pk], token, NOW) == [mine.pk]
    mine.refresh_from_db()
    assert (mine.lease_by, mine.next_check_at) == (token, NOW)
    assert claims.claim(Scope(began=NOW, cards=(mine.pk,), token=token), mine.library_id, [], NOW) == mine


def test_somebody_who_waits_with_reserved_cards_is_seen(make_card) -> None:
    card, runner = make_card(), uuid4()
    assert not claims.others_wait(card.library_id, runner, NOW)
    claims.reserve([card.pk], OTHER, NOW)
    assert claims.others_wait(card.library_id, runner, NOW)
    assert not claims.others_wait(card.library_id, OTHER, NOW)


def test_giving_back_leaves_a_card_as_due_as_it_was(due_card) -> None:
    scope, card = Scope(began=NOW), due_card()
    claims.claim(scope, card.library_id, [], NOW)
    claims.hold_lane(card.library_id, scope.token, NOW)
    claims.release_all(scope.token, [card.library_id])
    card.refresh_from_db()
    assert (card.lease_by, card.lease_until, card.next_check_at) == (None, None, NOW - SECOND)
    assert Library.objects.get().lane_holder is None
