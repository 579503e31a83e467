"""check_cards killed (-9) at every step between a login and the mark on a letter, then a normal run."""

import logging
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from cards.models import Card, Check, Letter, User
from cards.tests.processes import ROOT, environment, leases_run_out, no_leases
from libraries.demo import DemoSite

pytestmark = pytest.mark.django_db(transaction=True)
CARDS, PEOPLE = 4, 2
Run = Callable[..., int]


class PostOffice:
    """An SMTP server. `letters`: whom each was for, and its Message-ID."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.letters.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content or b"")["Message-ID"]))
        return "250 OK"


@pytest.fixture
def post_office() -> Iterator[tuple[PostOffice, int]]:
    """The server, and the port where it listens."""
    handler = PostOffice()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def letters(post_office: tuple[PostOffice, int]) -> list[tuple[str, str]]:
    return post_office[0].letters


@pytest.fixture
def run(post_office: tuple[PostOffice, int]) -> Run:
    """Runs check_cards to its end, or until it would take a step: `run("cards.outcomes", "save", 3)`."""

    def start(*step: object) -> int:
        command = ["-m", "cards.tests.killed", *map(str, step)] if step else ["manage.py", "check_cards"]
        mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(post_office[1])}
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment() | mail, timeout=60, capture_output=True, check=False
        ).returncode

    return start


@pytest.fixture
def site(town, make_family, make_user) -> DemoSite:
    """A library whose cards belong to a family of two who read their mail at once."""
    (site,) = town(libraries=1, cards=CARDS)
    people = [make_user(mail_hour=0, days_ahead=14) for _ in range(PEOPLE)]
    Card.objects.update(family=make_family(people=people))
    return site


def all_read() -> bool:
    """Whether every card has its snapshot, and one line of history."""
    read = Card.objects.filter(trouble="", snapshot__isnull=False).count()
    return read == Check.objects.count() == CARDS and no_leases()


def everybody_once(letters: list[tuple[str, str]]) -> bool:
    return Counter(to for to, _ in letters) == Counter(User.objects.values_list("email", flat=True))


@pytest.mark.parametrize("time", [1, 3, CARDS])
def test_killed_between_login_and_save_loses_no_snapshot(site: DemoSite, run: Run, letters, time: int) -> None:
    assert run("cards.outcomes", "save", time) == -9
    assert Card.objects.filter(snapshot__isnull=False).count() == Check.objects.count() == time - 1
    leases_run_out()
    assert run() == 0
    assert all_read()
    assert sum(site.seen.right.values()) <= CARDS + 2  # the visit whose outcome was lost, and the one under way
    assert site.seen.at_once() == 1
    assert everybody_once(letters)


@pytest.mark.parametrize(
    ("module", "step", "time"),
    [
        ("cards.telling", "tell", 1),  # all saved, nothing written
        ("cards.telling", "_note", 1),  # in the middle of writing
        ("cards.telling", "_note", 2),
        ("cards.sending", "send_pending", 1),  # written, not sent
        ("cards.post", "Post.send", 1),  # ours to send, not sent
        ("cards.post", "Post.send", 2),
    ],
)
def test_killed_between_save_and_mail_loses_no_digest_and_sends_none_twice(
    site: DemoSite, run: Run, letters, module: str, step: str, time: int
) -> None:
    assert run(module, step, time) == -9
    assert all_read()
    assert not everybody_once(letters)
    leases_run_out()
    assert run() == 0
    assert all_read()  # and nobody was visited again
    assert sum(site.seen.right.values()) == CARDS
    assert everybody_once(letters)
    assert not Letter.objects.filter(sent=None).exists()


@pytest.mark.parametrize("time", [1, PEOPLE])
def test_killed_between_the_servers_answer_and_the_mark_repeats_one_letter_as_itself(
    site: DemoSite, run: Run, letters, time: int
) -> None:
    assert run("cards.sending", "_mark_sent", time) == -9
    assert len(letters) == time
    leases_run_out()
    assert run() == 0
    assert len(letters) == PEOPLE + 1
    assert everybody_once([*dict.fromkeys(letters)])  # the one that came twice has one Message-ID
    leases_run_out()
    assert run() == 0
    assert len(letters) == PEOPLE + 1
