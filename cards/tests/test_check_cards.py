"""The command: its options, its output, its exit status."""

import io
import json
import logging
import sys
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cards import heartbeat, telling
from cards.lanes import Outcome
from cards.models import Library, Run
from cards.progress import sentence
from cards.tests.pretend import Desk
from libraries.account import AccountSnapshot, Loan
from libraries.errors import CheckError, LayoutChanged, LoginFailed, SiteRefusedUs, SiteUnavailable

LATER = timedelta(hours=3)


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What telling says that it did, how often it was asked, and how often the heart beat."""
    said = SimpleNamespace(mailed=0, failed=0, asked=0, beats=0)

    def tell(now: object, *, run: Run, stopped: object) -> SimpleNamespace:
        said.asked += 1
        return said

    def beat() -> None:
        said.beats += 1

    monkeypatch.setattr(telling, "tell", tell)
    monkeypatch.setattr(telling, "staff_incident", lambda *_: None)
    monkeypatch.setattr(heartbeat, "beat", beat)
    return said


class Terminal(io.StringIO):
    """A terminal to write on."""

    def isatty(self) -> bool:
        return True


def check_cards(*args: str, out: io.StringIO | None = None) -> tuple[int, str]:
    """Runs the command: its exit status, and what it wrote."""
    out, status = out or io.StringIO(), 0
    try:
        call_command("check_cards", *args, stdout=out)
    except SystemExit as end:
        status = int(str(end.code))
    return status, out.getvalue()


@pytest.fixture
def one_card(pretended_library, make_card, mail: SimpleNamespace) -> Any:
    """A card that is due at one library."""
    return make_card(number="20001234", pin="4321", library=pretended_library("Elm Park Library"))


def test_it_checks_what_is_due_mails_and_says_so(desk: Desk, one_card, mail: SimpleNamespace) -> None:
    mail.mailed = 2
    status, said = check_cards()
    assert (status, mail.asked, mail.beats, desk.visits["20001234"]) == (0, 1, 1, 1)
    assert f"Elm Park Library: card {str(one_card.pk)[:13]}: ok, 0 loans, 0 holds" in said
    assert "1 checked, 1 ok, 0 failed, 2 mailed" in said
    assert Run.objects.get().mailed == 2


def test_nothing_is_mailed_when_told_not_to(one_card, mail: SimpleNamespace) -> None:
    check_cards("--no-mail")
    assert mail.asked == 0


def test_as_json_each_line_is_an_object(desk: Desk, one_card, mail: SimpleNamespace) -> None:
    loan = Loan(id="3", title="The Salt Road", due=timezone.localdate())
    desk.answers["20001234"] = AccountSnapshot(loans=(loan,), holds=None)
    rows = [json.loads(line) for line in check_cards("--json")[1].splitlines()]
    assert {**rows[0], "seconds": 0} == {
        "card": str(one_card.pk),
        "library": "Elm Park Library",
        "outcome": "ok",
        "seconds": 0,
        "loans": 1,
        "holds": None,
    }
    assert {**rows[1], "seconds": 0} == {"checked": 1, "ok": 1, "failed": 0, "mailed": 0, "seconds": 0}


def test_json_on_stdout_is_not_mixed_with_the_log(
    desk: Desk, one_card, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = logging.StreamHandler(sys.stdout)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    desk.answers["20001234"] = KeyError()
    with pytest.raises(SystemExit):
        call_command("check_cards", "--json")
    out, err = capsys.readouterr()
    assert [json.loads(line).get("outcome") for line in out.splitlines()] == ["failed", None]
    assert "KeyError" in err
    assert handler.stream is sys.stdout


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SiteUnavailable("down"), 0),
        (SiteRefusedUs("bot wall"), 0),
        (LoginFailed("no"), 0),
        (LayoutChanged("no due date"), 1),
        (KeyError("ours"), 1),
    ],
)
def test_the_exit_status_is_1_only_where_we_failed(
    desk: Desk, one_card, mail: SimpleNamespace, error: CheckError, status: int
) -> None:
    desk.answers["20001234"] = error
    assert check_cards()[0] == status
    assert (mail.asked, mail.beats) == (1, 1 - status)


def test_mail_that_failed_is_our_failure(one_card, mail: SimpleNamespace) -> None:
    mail.failed = 1
    assert check_cards()[0] == 1


def test_nothing_due_is_a_good_run(mail: SimpleNamespace, db: None) -> None:
    status, said = check_cards()
    assert (status, mail.asked, mail.beats) == (0, 1, 1)
    assert "0 checked" in said


def test_all_ignores_due_times(desk: Desk, pretended_library, make_card, mail: SimpleNamespace) -> None:
    make_card(number="1", library=pretended_library(), next_check_at=timezone.now() + LATER)
    check_cards()
    assert not desk.visits
    check_cards("--all")
    assert desk.visits == {"1": 1}


def test_one_card_or_one_library(desk: Desk, pretended_library, make_card, mail: SimpleNamespace) -> None:
    elm, oak = pretended_library("Elm Park Library", slug="elm"), pretended_library("Oak Hill Library")
    make_card(number="1", library=elm)
    card = make_card(number="2", library=oak, next_check_at=timezone.now() + LATER)
    make_card(number="3", library=oak)
    check_cards("--library", "elm")
    check_cards("--card", str(card.pk))
    check_cards("--library", "oak hill library")
    assert desk.order == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--card", "12"], "no card of that id"),
        (["--card", "7b0e4c4e-9d4c-4d9f-8d3b-0a64f7c3a111"], "no card"),
        (["--library", "nowhere"], "Known: elm"),
        (["--workers", "0"], "at least 1"),
        (["--enqueue"], "broker"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_can(
    pretended_library, mail: SimpleNamespace, args: list[str], says: str
) -> None:
    pretended_library(slug="elm")
    with pytest.raises(CommandError, match=says):
        check_cards(*args)
    assert not Run.objects.exists()


def test_a_card_that_waits_for_its_patron_is_refused(one_card, mail: SimpleNamespace) -> None:
    one_card.trouble = "login_failed"
    one_card.save()
    with pytest.raises(CommandError, match="try again"):
        check_cards("--card", str(one_card.pk))


def test_a_library_that_is_switched_off_is_refused(one_card, mail: SimpleNamespace) -> None:
    Library.objects.update(enabled=False)
    for args in (["--card", str(one_card.pk)], ["--library", one_card.library.slug]):
        with pytest.raises(CommandError, match="switched off"):
            check_cards(*args)


def test_on_a_terminal_one_line_moves_and_failures_stay_above_it(desk: Desk, one_card, mail: SimpleNamespace) -> None:
    desk.answers["20001234"] = SiteUnavailable("down")
    said = check_cards(out=Terminal())[1]
    assert "\r\x1b[K1 of 1 checked, 1 failed, 0 under way" in said
    assert "site unavailable" in said
    assert "1 checked, 0 ok, 1 failed" in said.splitlines()[-1]


def test_no_line_holds_anything_of_a_person(
    desk: Desk, one_card, mail: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    desk.answers["20001234"] = KeyError("20001234")
    said = check_cards()[1] + caplog.text
    assert not [secret for secret in ("20001234", "4321", "Ada", "Okafor") if secret in said]


@pytest.mark.parametrize(
    ("loans", "holds", "said"),
    [(1, 2, ": ok, 1 loan, 2 holds"), (0, 1, ": ok, 0 loans, 1 hold"), (None, 3, ": ok, 3 holds")],
)
def test_one_loan_is_one_loan_and_what_is_not_told_is_not_counted(loans: int | None, holds: int, said: str) -> None:
    outcome = Outcome(card_id=uuid4(), version=1, began=timezone.now(), loans=loans, holds=holds)
    assert said in sentence("Elm Park", outcome)
