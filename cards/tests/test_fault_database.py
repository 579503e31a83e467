"""A database that is locked or read-only: said in a sentence, nothing lost, and the next run does it all."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils.timezone import localdate, now

from cards.models import Card, Check, Letter, Seat
from cards.tests.pretend import Desk
from cards.tests.processes import leases_run_out, no_leases
from libraries.account import AccountSnapshot, Loan

pytestmark = pytest.mark.django_db(transaction=True)
CARDS = 4
STEPS = [
    ("cards.checking", "check_due_cards", 1),  # from the start
    ("cards.outcomes", "save", 1),  # while cards are visited
    ("cards.outcomes", "save", CARDS),
    ("cards.telling", "tell", 1),  # before anything is written to anybody
    ("cards.sending", "send_pending", 1),  # written, not sent
    ("cards.sending", "_mark_sent", 1),  # sent, not marked
]
Fail = Callable[[], None]


@pytest.fixture(autouse=True)
def due(desk: Desk, pretended_library: Any, make_user: Any, make_family: Any, make_card: Any) -> None:
    """Cards of one who reads their mail at once; each has a loan that is due."""
    family, library = make_family(people=[make_user(mail_hour=0)]), pretended_library()
    for number in map(str, range(CARDS)):
        make_card(number=number, family=family, library=library, next_check_at=now() - timedelta(hours=1))
        loan = Loan(id=number, title=f"Salt Bridge {number}", due=localdate())
        desk.answers[number] = AccountSnapshot(loans=(loan,), holds=(), fees=())


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, int, Fail], None]:
    """Has something happen just before a step of the run."""

    def arrange(module: str, step: str, time: int, happens: Fail) -> None:
        real, calls = getattr(import_module(module), step), []

        def then(*args: Any, **kwargs: Any) -> Any:
            calls.append(step)
            if len(calls) == time:
                happens()
            return real(*args, **kwargs)

        monkeypatch.setattr(f"{module}.{step}", then)

    return arrange


def says_so_and_loses_nothing(desk: Desk, words: str, mend: Fail) -> None:
    """Runs check_cards until it fails; mends the database, and runs it again when the leases are over."""
    with pytest.raises(CommandError, match=f"^The database cannot be used: .*{words}.* Nothing is lost"):
        call_command("check_cards")
    mend()
    leases_run_out()
    call_command("check_cards")
    assert Card.objects.filter(trouble="", snapshot__isnull=False).count() == Check.objects.count() == CARDS
    assert desk.visits.total() <= CARDS + 2  # what could not be saved, and the visit under way
    assert no_leases()
    assert not Letter.objects.filter(sent=None).exists()
    assert {each.body.count("* Salt Bridge") for each in mail.outbox} == {CARDS}
    assert len({each.extra_headers["Message-ID"] for each in mail.outbox}) == 1


@pytest.fixture
def other() -> Iterator[sqlite3.Connection]:
    """Another process at the same SQLite file, for whom we wait a tenth of a second."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own kind of lock")
    rival = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    connection.cursor().execute("PRAGMA busy_timeout = 100")
    yield rival
    rival.close()
    connection.close()  # with its short patience


@pytest.mark.parametrize(("module", "step", "time"), STEPS)
def test_locked_for_longer_than_we_wait_it_says_so_and_loses_nothing(
    desk: Desk, at: Any, other: sqlite3.Connection, module: str, step: str, time: int
) -> None:
    at(module, step, time, lambda: other.execute("BEGIN IMMEDIATE"))
    says_so_and_loses_nothing(desk, "database is locked", lambda: other.execute("ROLLBACK"))


def refuse_writing(refuse: bool) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA query_only = {int(refuse)}")
        else:
            cursor.execute(f"SET default_transaction_read_only TO {refuse}")


@pytest.mark.parametrize(("module", "step", "time"), STEPS)
def test_read_only_it_says_so_and_loses_nothing(desk: Desk, at: Any, module: str, step: str, time: int) -> None:
    at(module, step, time, lambda: refuse_writing(True))
    says_so_and_loses_nothing(desk, "read-?only", lambda: refuse_writing(False))


def test_a_visit_that_goes_on_after_a_fault_keeps_its_seat_and_its_card(desk: Desk, at: Any) -> None:
    def fail() -> None:
        raise OperationalError("deadlock detected")

    desk.seconds = 0.3
    at("cards.outcomes", "save", 1, fail)  # the next visit is under way by then, in its thread
    with pytest.raises(CommandError, match="deadlock detected"):
        call_command("check_cards")
    assert Seat.objects.filter(until__gte=now()).count() == Card.objects.filter(visiting=True).count() == 1
    assert Card.objects.filter(lease_until__gte=now()).count() == 1  # and what was not begun is free
