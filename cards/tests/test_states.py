"""Cards as plain values."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cards.models import Card
from cards.states import card_states
from libraries.account import AccountSnapshot

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def test_a_card_stands_on_its_librarys_clock(make_card: Make, make_library: Make) -> None:
    west, east = make_library(timezone="America/Toronto"), make_library(timezone="Europe/Helsinki")
    states = card_states([make_card(library=west), make_card(library=east)], NOW)
    assert [str(state.today) for state in states] == ["2026-11-19", "2026-11-20"]
    assert [state.now for state in states] == [NOW, NOW]


def test_it_carries_what_is_stored_and_no_credentials(make_card: Make) -> None:
    card = make_card(
        "20009999",
        "4711",
        AccountSnapshot(loans=()),
        NOW,
        trouble="login_failed",
        trouble_words="Wrong PIN",
        trouble_since=NOW,
    )
    (state,) = card_states([card], NOW)
    assert (state.snapshot, state.snapshot_at) == (AccountSnapshot(loans=()), NOW)
    assert (state.trouble, state.trouble_words, state.stopped) == ("login_failed", "Wrong PIN", True)
    assert "20009999" not in repr(state)
    assert "4711" not in repr(state)


def test_a_new_card_waits_for_its_first_check(make_card: Make) -> None:
    (state,) = card_states([make_card()], NOW)
    assert state.waiting_first_check
    assert state.snapshot is None


def test_many_cards_cost_three_queries(make_card: Make, django_assert_num_queries: Any) -> None:
    for _ in range(5):
        make_card()
    with django_assert_num_queries(3):
        card_states(Card.objects.all(), NOW)
    with django_assert_num_queries(1):
        card_states(Card.objects.select_related("library", "family"), NOW)


def test_a_snapshot_of_another_version_counts_as_not_read(make_card: Make) -> None:
    card = make_card(snapshot=AccountSnapshot(loans=()), at=NOW)
    card.snapshot = {"schema": 99}
    (state,) = card_states([card], NOW)
    assert (state.snapshot, state.snapshot_at, state.waiting_first_check) == (None, None, True)
