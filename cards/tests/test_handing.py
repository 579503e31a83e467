"""Work handed to workers: here each task is done as soon as it is sent."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate, now

from cards import broker, chunks, handing, heartbeat, tasks, workers
from cards.checking import check_now
from cards.models import Card, Check, Library, Run, Seat
from cards.scope import Scope
from cards.tests.pretend import Desk
from cards.tests.processes import ROOT, environment, until
from libraries.account import AccountSnapshot, Loan
from libraries.errors import LayoutChanged

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What was sent to workers, none of whom is there."""
    settings.CELERY_BROKER_URL = "redis://nowhere.example"
    messages: list[tuple[str, Any]] = []
    for module in (handing, broker):
        monkeypatch.setattr(module, "send", lambda task, *args, **options: messages.append((task, args)))
    return messages


@pytest.fixture
def eager(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does everything at once."""
    settings.CELERY_BROKER_URL = "memory://"
    for task in (tasks.check_lane, tasks.check_now, tasks.send_digest, tasks.send_letters):
        monkeypatch.setattr(
            task, "apply_async", lambda args, task=task, **_: task.apply(json.loads(json.dumps(args)), throw=True)
        )


@pytest.fixture
def due(pretended_library: Callable[..., Library], make_card: Callable[..., Card]) -> Callable[..., Library]:
    """A library with cards of these numbers that are due: `due("123")`."""

    def make(numbers: str, **fields: Any) -> Library:
        library = pretended_library(**fields)
        for number in numbers:
            make_card(number=number, library=library, next_check_at=now() - HOUR)
        return library

    return make


def enqueue(*args: str) -> dict[str, Any]:
    """check_cards --enqueue, and what it says."""
    out = StringIO()
    call_command("check_cards", "--enqueue", "--json", *args, stdout=out)
    return dict(json.loads(out.getvalue()))


def test_without_a_broker_nothing_of_celery_is_imported() -> None:
    code = """
import sys, django; django.setup()
from django.core.management import call_command
import libraryhippo.urls, libraryhippo.wsgi, cards.handing, cards.workers, cards.chunks
call_command("check")
import cards.management.commands.check_cards
print([each for each in sys.modules if each.split(".")[0] in {"celery", "kombu", "redis", "amqp", "billiard"}])
"""
    own = {**environment(), "CELERY_BROKER_URL": "", "DJANGO_SETTINGS_MODULE": "libraryhippo.settings"}
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=own, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"


def test_all_due_cards_are_visited_by_workers_and_the_run_is_written_down(
    eager: None, desk: Desk, due: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[int] = []
    monkeypatch.setattr(heartbeat, "beat", lambda: beats.append(1))
    due("123")
    due("45")
    said = enqueue()
    assert (said["lanes"], said["checked"]) == (2, 0)
    assert desk.order == list("12345")  # the longest lane first
    run = Run.objects.get()
    assert (run.checked, run.ok, run.failed, run.parts, run.trigger) == (5, 5, 0, 0, "command")
    assert run.finished
    assert beats == [1]
    assert enqueue()["lanes"] == 0
    assert len(desk.order) == 5


def test_a_run_in_which_we_failed_is_no_good_run(
    eager: None, desk: Desk, due: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "beat", lambda: pytest.fail("the heart beats"))
    due("12")
    desk.answers["1"] = LayoutChanged("no table")
    enqueue()
    run = Run.objects.get()
    assert (run.checked, run.ok, run.failed) == (2, 1, 1)


def test_with_nothing_due_a_run_is_written_down_once_an_hour(eager: None) -> None:
    for _ in range(3):
        enqueue()
    assert Run.objects.get().finished


def test_twice_a_minute_from_two_machines_sends_each_lane_once(
    sent: list[tuple[str, Any]], due: Callable[..., Library]
) -> None:
    hosts = {due("12").host, due("3").host}
    said = [enqueue()["lanes"] for _ in range(4)]
    assert said == [2, 0, 0, 0]
    assert {args[0]["host"] for task, args in sent if task == "check_lane"} == hosts
    assert Run.objects.count() == 1


def test_a_message_that_was_lost_is_sent_again(sent: list[tuple[str, Any]], due: Callable[..., Library]) -> None:
    due("12")
    began = now()
    said = [handing.hand_out(Scope(began=at), at, mail=False).lanes for at in (began, began + HOUR)]
    assert said == [1, 1]


def test_a_lane_that_somebody_is_at_is_not_sent(sent: list[tuple[str, Any]], due: Callable[..., Library]) -> None:
    library = due("12")
    Seat.objects.create(host=library.host, number=1, holder="7b0e4c4e9d4c4d9f8d3b0a64f7c3a111", until=now() + HOUR)
    assert enqueue()["lanes"] == 0
    assert not Run.objects.exists()  # and that is no quiet run either


def test_a_lane_that_takes_longer_than_a_chunk_is_handed_on(
    eager: None, desk: Desk, due: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "longest", lambda: timedelta(seconds=0.05))
    desk.seconds = 0.02
    due("123456789")
    enqueue()
    run = Run.objects.get()
    assert (run.checked, run.parts, len(desk.visits)) == (9, 0, 9)
    assert run.finished


def test_a_chunk_ends_within_five_minutes_whatever_its_last_visit_does(settings: Any) -> None:
    for seconds in (30, 90, 200):
        settings.VISIT_SECONDS = seconds
        assert chunks.longest() + timedelta(seconds=seconds + 30) <= timedelta(minutes=5)


def test_a_worker_that_is_told_to_stop_hands_its_lane_on(
    sent: list[tuple[str, Any]], desk: Desk, due: Callable[..., Library]
) -> None:
    due("123456")
    enqueue("--no-mail")
    (asked,) = sent[0][1]
    chunks.work(handing.Chunk(**asked), now(), stopped=lambda: len(desk.order) >= 2)
    assert [task for task, _ in sent] == ["check_lane", "check_lane"]
    assert len(desk.order) == Check.objects.count() == Run.objects.get().checked == 2
    assert Run.objects.get().finished is None


def test_a_chunk_that_comes_twice_does_no_harm(
    sent: list[tuple[str, Any]], desk: Desk, due: Callable[..., Library]
) -> None:
    due("12")
    enqueue("--no-mail")
    for _ in range(2):
        chunks.work(handing.Chunk(**sent[0][1][0]), now())
    run = Run.objects.get()
    assert (run.checked, run.parts, desk.visits) == (2, 0, {"1": 1, "2": 1})


def test_due_or_not_one_card_or_all_of_a_library(eager: None, desk: Desk, due: Callable[..., Library]) -> None:
    elm, _ = due("12"), due("3")
    Card.objects.update(next_check_at=now() + HOUR)
    enqueue()
    assert not desk.order
    enqueue("--all", "--library", elm.slug)
    assert sorted(desk.order) == ["1", "2"]
    card = Card.objects.get(library__in=Library.objects.exclude(pk=elm.pk))
    enqueue("--card", str(card.pk))
    assert sorted(desk.order) == ["1", "2", "3"]


def test_people_are_told_once_their_cards_were_read_and_each_once(
    eager: None,
    desk: Desk,
    due: Callable[..., Library],
    make_user: Callable[..., Any],
    make_family: Callable[..., Any],
) -> None:
    people = [make_user(mail_hour=0) for _ in range(2)]
    due("12")
    Card.objects.update(family=make_family(people=people))
    loan = Loan(id="1", title="The Salt Road", due=localdate())
    desk.answers["1"] = AccountSnapshot(loans=(loan,), holds=(), fees=())
    for _ in range(2):
        enqueue()
    assert sorted(each.to for each in mail.outbox) == sorted([each.email] for each in people)
    assert all("Salt Road" in each.body for each in mail.outbox)
    assert Run.objects.get().mailed == 2


def test_nobody_is_told_while_their_cards_are_still_to_be_read(
    sent: list[tuple[str, Any]], due: Callable[..., Library], make_user: Callable[..., Any]
) -> None:
    waits, other = (make_user(mail_hour=0) for _ in range(2))
    due("1")
    Card.objects.get().family.people.add(waits)
    enqueue()
    assert [args[0] for task, args in sent if task == "send_digest"] == [other.pk]


def test_nobody_is_mailed_when_told_not_to(sent: list[tuple[str, Any]], make_user: Callable[..., Any]) -> None:
    make_user(mail_hour=0)
    enqueue("--no-mail")
    assert sent == []


def test_a_broker_that_is_away_is_said_and_the_lanes_can_be_sent_again_at_once(
    settings: Any, due: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_BROKER_URL = "redis://nowhere.example"

    def away(*_: Any, **__: Any) -> None:
        raise broker.NoBroker("ConnectionRefusedError")

    monkeypatch.setattr(handing, "send", away)
    due("12")
    with pytest.raises(CommandError, match="broker cannot be reached"):
        enqueue()
    assert Library.objects.get().queued_until is None


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_does_not_take_what_somebody_waits_for_leaves_it_to_the_web_process(
    sent: list[tuple[str, Any]], desk: Desk, due: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "worker_answers", lambda: True)
    monkeypatch.setattr(workers, "TAKES", 0.3)
    due("1")
    assert check_now(Card.objects.select_related("library")) == 1
    until(lambda: Run.objects.get().finished is not None)
    assert desk.visits == {"1": 1}
    (task, args) = sent[0]
    assert task == "check_now"
    tasks.check_now(*args)  # it comes after all
    assert desk.visits == {"1": 1}
