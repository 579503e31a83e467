"""Limits: how many are let through, when it begins anew, and what the database knows of whom it was."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from cards import limits
from cards.models import Tally

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


def allowed(whom: object = "ada@example.org", at: datetime = NOON, many: int = 3, name: str = "try_card") -> bool:
    return limits.allow(name, whom, many=many, within=HOUR, now=at)


@pytest.mark.django_db
def test_so_many_are_let_through_and_not_one_more() -> None:
    assert [allowed() for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_it_begins_anew_when_the_time_has_passed() -> None:
    for _ in range(4):
        allowed()
    assert not allowed(at=NOON + timedelta(minutes=59))
    assert [allowed(at=NOON + HOUR) for _ in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_each_person_and_each_limit_counts_for_itself() -> None:
    for _ in range(4):
        allowed()
    assert allowed("nils@example.org")
    assert allowed(name="check_now")


@pytest.mark.django_db
def test_whom_it_is_for_stands_nowhere() -> None:
    allowed()
    key = Tally.objects.get().key
    assert key.startswith("try_card:")
    assert "ada" not in key


@pytest.mark.django_db
def test_old_counts_are_forgotten_and_young_ones_kept() -> None:
    allowed("ada", NOON)
    allowed("nils", NOON + timedelta(hours=2))
    limits.prune(NOON + timedelta(hours=25))
    assert Tally.objects.count() == 1


def test_a_limit_that_reaches_further_back_than_counts_are_kept_is_refused() -> None:
    with pytest.raises(ValueError, match="reach back"):
        limits.allow("try_card", 1, many=1, within=timedelta(days=2), now=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_are_let_through() -> None:
    let_through: list[bool] = []
    start = threading.Barrier(6)

    def ask() -> None:
        try:
            start.wait(10)
            let_through.append(allowed())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert sum(let_through) == 3
