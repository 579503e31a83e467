"""A row is added, or changed only while it is as it was read."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from cards.models import Card, Check, Seat
from cards.one_row import add, change_if

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def leased(make_card: Callable[..., Card]) -> Card:
    """A card that a run holds."""
    card = make_card()
    Card.objects.filter(pk=card.pk).update(lease_by=uuid4(), lease_until=NOON)
    card.refresh_from_db()
    return card


def test_a_row_that_is_as_it_was_is_changed(leased: Card) -> None:
    changes = {"lease_by": None, "snapshot": {"titles": ["Ö %s"]}, "trouble_words": "it's", "visiting": True}
    assert change_if(Card, {"id": leased.pk, "lease_by": leased.lease_by, "snapshot_at": None}, changes)
    leased.refresh_from_db()
    assert (leased.lease_by, leased.snapshot) == (None, {"titles": ["Ö %s"]})
    assert (leased.trouble_words, leased.visiting, leased.lease_until) == ("it's", True, NOON)


@pytest.mark.parametrize(
    "otherwise", [{"lease_by": uuid4()}, {"lease_by": None}, {"paused": True}, {"lease_until": None}]
)
def test_a_row_that_became_another_stays_as_it_is(leased: Card, otherwise: dict[str, object]) -> None:
    assert not change_if(Card, {"id": leased.pk, **otherwise}, {"visiting": True})
    leased.refresh_from_db()
    assert not leased.visiting


def test_a_row_is_added(leased: Card) -> None:
    add(
        Check,
        {"card": leased.pk, "run": None, "began": NOON, "seconds": 1.5, "requests": 7, "outcome": "ok", "error": ""},
    )
    (found,) = leased.checks.all()
    assert (found.began, found.seconds, found.requests, found.outcome) == (NOON, 1.5, 7, "ok")
    assert (found.run, found.loans) == (None, None)


def test_a_row_of_another_table_must_be_there(leased: Card) -> None:
    seat, ours = Seat.objects.create(host="elm.example", number=1, holder=uuid4()), {"id": leased.pk}
    mine, others = {"id": seat.pk, "holder": seat.holder}, {"id": seat.pk, "holder": uuid4()}
    assert not change_if(Card, ours, {"visiting": True}, while_there_is=(Seat, others))
    assert change_if(Card, ours, {"visiting": True}, while_there_is=(Seat, mine))


def test_no_other_row_is_touched(leased: Card, make_card: Callable[..., Card]) -> None:
    other = make_card()
    assert change_if(Card, {"id": leased.pk}, {"visiting": True})
    assert list(Card.objects.filter(visiting=True)) == [leased]
    assert other != leased
