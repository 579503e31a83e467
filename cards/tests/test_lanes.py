"""One library's visits, and how they end."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path
from queue import SimpleQueue
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from cards import lanes
from cards.lanes import Job, Lane, Outcome, attempt
from cards.tests.pretend import Desk
from libraries.account import AccountSnapshot, Loan, Login, Shortfall
from libraries.errors import BadCertificate, LayoutChanged, LoginFailed, PatronMustAct
from libraries.web import Connections, Policy

NOW = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
LOAN = Loan(id="3", title="The Salt Road", due=date(2026, 3, 9))


def job(number: str = "20001234", **fields: object) -> Job:
    plain = {
        "card_id": uuid4(),
        "version": 3,
        "system": "pretended",
        "options": {"base_url": "https://elm.example"},
        "login": Login(number=number, pin="4321"),
        "zone": ZoneInfo("America/Toronto"),
        "user_agent": "LibraryHippo/1",
        "seconds": 9,
    }
    return Job(**{**plain, **fields})


def tried(one: Job) -> Outcome:
    return attempt(one, Connections(Policy(user_agent="LibraryHippo/1")), lambda: NOW)


def test_a_good_visit_ends_in_what_to_store(desk: Desk) -> None:
    desk.answers["20001234"] = AccountSnapshot(loans=(LOAN,), holds=None, fees=())
    outcome = tried(job())
    assert (outcome.name, outcome.loans, outcome.holds, outcome.began, outcome.version) == ("ok", 1, None, NOW, 3)
    assert outcome.stored
    assert outcome.stored["loans"][0]["due"] == "2026-03-09"


def test_the_librarys_day_is_the_day_there_when_the_visit_begins(desk: Desk) -> None:
    tried(job())
    tried(job(zone=ZoneInfo("Europe/Rome")))
    assert desk.today == [date(2026, 3, 1), date(2026, 3, 2)]


def test_a_snapshot_that_lacks_rows_is_incomplete_and_says_so(desk: Desk) -> None:
    short = Shortfall(what="loans", stated=9, read=1)
    desk.answers["20001234"] = AccountSnapshot(loans=(LOAN,), incomplete=(short,))
    outcome = tried(job())
    assert (outcome.name, outcome.words) == ("incomplete", "the library counts 9 loans, 1 could be read")


@pytest.mark.parametrize(
    ("error", "kind", "url"),
    [
        (LoginFailed("no such card"), "login_failed", ""),
        (PatronMustAct("Card expired", "https://elm.example/renew"), "patron_must_act", "https://elm.example/renew"),
        (BadCertificate("it expired"), "bad_certificate", ""),
        (LayoutChanged("no due date"), "layout_changed", ""),
    ],
)
def test_an_error_ends_a_visit_by_its_own_name(desk: Desk, error: Exception, kind: str, url: str) -> None:
    desk.answers["20001234"] = error
    outcome = tried(job())
    assert (outcome.name, outcome.words, outcome.url, outcome.stored) == (kind, str(error), url, None)


def test_options_that_do_not_fit_are_named(desk: Desk) -> None:
    assert tried(job(options={})).name == "misconfigured"


def test_a_fault_of_ours_is_logged_once_with_its_place_and_without_any_value(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.answers["20001234"] = KeyError("number 20001234, PIN 4321")
    outcome = tried(job())
    assert (outcome.name, outcome.words) == ("failed", "KeyError")
    assert len(caplog.records) == 1
    assert "KeyError" in caplog.text
    assert "in serve" in caplog.text  # the place
    assert "20001234" not in caplog.text
    assert "4321" not in caplog.text


def test_nothing_secret_prints() -> None:
    assert "4321" not in repr(job())
    assert "20001234" not in repr(job())


def test_credentials_that_a_library_repeats_in_its_refusal_are_not_stored(desk: Desk) -> None:
    desk.answers["2000 1234"] = LoginFailed("No card 2000 1234 (20001234) with PIN 4321.")
    assert tried(job("2000 1234")).words == "No card … (…) with PIN …."


def test_a_lane_makes_its_visits_one_after_the_other_and_ends_when_told(desk: Desk) -> None:
    desk.seconds = 0.01
    outcomes: SimpleQueue[tuple[Lane, Outcome]] = SimpleQueue()
    lane = Lane("elm", Connections(Policy(user_agent="LibraryHippo/1")), lambda: NOW, outcomes)
    lane.start()
    for number in ("1", "2", "3"):
        lane.hand(job(number))
    lane.end()
    lane.join(5)
    assert not lane.is_alive()
    assert [outcomes.get_nowait()[0] for _ in range(3)] == [lane] * 3
    assert desk.order == ["1", "2", "3"]
    assert desk.most_at_once["https://elm.example"] == 1


def test_the_lanes_module_knows_no_model_and_no_django() -> None:
    tree = ast.parse(Path(lanes.__file__).read_text())
    imported = {each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    imported |= {name.name for each in ast.walk(tree) if isinstance(each, ast.Import) for name in each.names}
    assert not [name for name in imported if name.startswith(("django", "cards"))]
