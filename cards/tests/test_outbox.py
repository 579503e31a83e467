"""The outbox: sent once, erased, never held up by somebody else's address; against a real SMTP server too."""

import logging
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail

from cards import outbox
from cards.models import Letter, LetterKind, Notice, User
from cards.sending import PATIENCE, Sent, send_pending

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 6, 4, tzinfo=ZoneInfo("America/Toronto"))
Make = Callable[..., Any]


def put(user: User, key: str = "", to: str = "") -> Letter:
    """A digest for that person in the outbox."""
    letter = outbox.letter(
        LetterKind.DIGEST, key or f"digest:{user.pk}:2026-11-19", to or user.email, "1 item due", "Salt Bridge\n", NOW
    )
    letter.user, letter.html = user, "<p>Salt Bridge</p>"
    letter.headers |= outbox.one_click("https://hippo.example/unsubscribe/7.signed/")
    letter.save()
    return letter


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user(email="ada@example.org")
    return user


@pytest.fixture
def ben(make_user: Make) -> User:
    user: User = make_user(email="ben@example.org")
    return user


def test_a_letter_is_sent_marked_and_erased(ada: User) -> None:
    letter = put(ada)
    assert send_pending(NOW) == Sent(sent=1)
    letter.refresh_from_db()
    assert letter.sent is not None
    assert (letter.subject, letter.text, letter.html, letter.headers) == ("", "", "", {})
    assert (letter.attempts, letter.held_until, letter.trouble) == (1, None, "")
    assert send_pending(NOW) == Sent()


def test_the_mail_has_both_parts_and_the_headers_of_a_machine(ada: User) -> None:
    letter = put(ada)
    send_pending(NOW)
    message = message_from_bytes(mail.outbox[0].message().as_bytes())
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert message["To"] == "ada@example.org"
    assert message["Message-ID"] == letter.message_id
    assert message["Message-ID"].endswith("@localhost>")
    assert message["Date"] == "Thu, 19 Nov 2026 11:04:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<https://hippo.example/unsubscribe/7.signed/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_same_key_makes_the_same_message_id_and_another_another() -> None:
    one, same, other = (
        outbox.letter(LetterKind.DIGEST, key, "ada@example.org", "", "", NOW).message_id for key in ("a", "a", "b")
    )
    assert one == same != other


def test_a_letter_that_another_process_sends_is_left_alone_until_its_lease_ends(ada: User) -> None:
    put(ada)
    Letter.objects.update(held_until=NOW + timedelta(minutes=5))
    assert send_pending(NOW).sent == 0
    assert send_pending(NOW + timedelta(minutes=6)).sent == 1


def test_a_kill_after_the_servers_answer_repeats_the_mail_with_the_same_message_id(ada: User, settings: Any) -> None:
    put(ada)
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "cards.tests.backends.KilledAfterDelivery"
    with pytest.raises(KeyboardInterrupt):
        send_pending(NOW)
    settings.EMAIL_BACKEND = backend
    assert send_pending(NOW).sent == 0
    assert send_pending(NOW + timedelta(minutes=6)).sent == 1
    first, second = (message.message()["Message-ID"] for message in mail.outbox)
    assert first == second


def test_without_a_server_one_try_is_enough_and_nothing_is_lost(ada: User, ben: User, settings: Any) -> None:
    first, second = put(ada), put(ben)
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "cards.tests.backends.Unreachable"
    assert send_pending(NOW) == Sent(failed=1)
    for letter in (first, second):
        letter.refresh_from_db()
    assert (first.attempts, first.trouble, second.attempts) == (1, "ConnectionRefusedError", 0)
    settings.EMAIL_BACKEND = backend
    assert send_pending(NOW) == Sent(sent=2)


def test_who_switched_mail_off_meanwhile_gets_none(ada: User) -> None:
    letter = put(ada)
    User.objects.update(mail_on=False)
    assert send_pending(NOW) == Sent()
    letter.refresh_from_db()
    assert (letter.trouble, letter.text) == ("withdrawn", "")
    User.objects.update(mail_on=True)
    assert send_pending(NOW).sent == 0


def test_an_address_that_was_corrected_meanwhile_gets_the_letter(ada: User) -> None:
    put(ada, to="adda@example.org")
    send_pending(NOW)
    assert mail.outbox[0].to == ["ada@example.org"]


class Server:
    """An SMTP server's doings. `refuse` or `defer` addresses, `close_after` so many letters on a connection."""

    def __init__(self) -> None:
        self.connections = 0
        self.messages: list[bytes] = []
        self.refuse: set[str] = set()
        self.defer: set[str] = set()
        self.close_after: int | None = None
        self.drop_after_data = 0

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        session.letters = 0
        self.connections += 1
        return answers

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.close_after is not None and session.letters >= self.close_after:
            return "421 4.7.0 Too many messages on this connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return f"550 5.1.1 {address} does not live here"
        if address in self.defer:
            return "450 4.2.0 Greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        session.letters += 1
        self.messages.append(envelope.content or b"")
        if self.drop_after_data:
            self.drop_after_data -= 1
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    """A real SMTP server on loopback, and settings that lead to it."""
    handler = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    controller.stop()


def test_many_letters_go_over_one_connection(server: Server, make_user: Make) -> None:
    for _ in range(5):
        put(make_user())
    assert send_pending(NOW) == Sent(sent=5)
    assert (server.connections, len(server.messages)) == (1, 5)


def test_a_refused_address_is_marked_told_to_nobody_else_and_not_asked_again(
    server: Server, ada: User, ben: User, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = put(ada), put(ben)
    server.refuse = {ada.email}
    assert send_pending(NOW) == Sent(sent=1, refused=1)
    for each in (bad, good, ada):
        each.refresh_from_db()
    assert good.sent
    assert bad.sent is None
    assert bad.trouble == "refused: SMTPRecipientsRefused 550"
    assert not bad.text
    assert ada.mail_failing_since == ada.mail_refused_at
    assert ada.mail_failing_reason == "SMTPRecipientsRefused 550"
    assert server.connections == 1
    assert ada.email not in caplog.text
    assert send_pending(NOW + timedelta(days=1)) == Sent()


def test_an_address_that_takes_mail_again_fails_no_longer(server: Server, ada: User) -> None:
    put(ada)
    server.refuse = {ada.email}
    send_pending(NOW)
    server.refuse = set()
    put(ada, key="digest:next-day")
    assert send_pending(NOW + timedelta(days=1)) == Sent(sent=1)
    ada.refresh_from_db()
    assert (ada.mail_failing_since, ada.mail_failing_reason, ada.mail_refused_at) == (None, "", None)


def test_what_a_refused_letter_should_have_told_is_new_in_the_next(server: Server, ada: User, make_card: Make) -> None:
    letter, card = put(ada), make_card()
    Notice.objects.create(user=ada, card=card, key="due:1", told=letter.created)
    Notice.objects.create(user=ada, card=card, key="due:2", told=NOW - timedelta(days=1))
    server.refuse = {ada.email}
    send_pending(NOW)
    assert [each.key for each in Notice.objects.all()] == ["due:2"]


def test_a_letter_that_is_put_off_waits_longer_each_time_and_delays_nobody(
    server: Server, ada: User, ben: User
) -> None:
    late = put(ada)
    server.defer = {ada.email}
    assert send_pending(NOW) == Sent(put_off=1)
    put(ben)
    assert send_pending(NOW + timedelta(minutes=4)) == Sent(sent=1)
    assert send_pending(NOW + timedelta(minutes=6)) == Sent(put_off=1)
    assert send_pending(NOW + timedelta(minutes=12)) == Sent()
    late.refresh_from_db()
    assert (late.attempts, late.trouble) == (2, "SMTPRecipientsRefused 450")
    server.defer = set()
    assert send_pending(NOW + timedelta(minutes=40)) == Sent(sent=1)


def test_a_letter_that_is_put_off_again_and_again_is_a_failure_of_the_run(server: Server, ada: User) -> None:
    put(ada)
    server.defer = {ada.email}
    for day in range(PATIENCE):
        assert send_pending(NOW + timedelta(days=day)) == Sent(put_off=1)
    assert send_pending(NOW + timedelta(days=PATIENCE)) == Sent(failed=1)


def test_only_one_persons_letters_are_sent_when_asked_so(ada: User, ben: User) -> None:
    put(ada), put(ben)
    assert send_pending(NOW, user=ben.pk) == Sent(sent=1)
    assert [message.to for message in mail.outbox] == [[ben.email]]


@pytest.mark.parametrize("address", ["eve@example.org\nBcc: all@example.org", "a@b@c", "@"])
def test_an_address_that_is_none_delays_nobody(
    server: Server, ada: User, ben: User, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    bad = put(ada)
    User.objects.filter(pk=ada.pk).update(email=address)
    put(ben)
    assert send_pending(NOW) == Sent(sent=1, refused=1)
    bad.refresh_from_db()
    assert bad.trouble
    assert address not in bad.trouble + caplog.text


def test_a_server_that_closes_after_some_letters_is_called_again(server: Server, make_user: Make) -> None:
    server.close_after = 2
    for _ in range(5):
        put(make_user())
    assert send_pending(NOW) == Sent(sent=5)
    assert (server.connections, len(server.messages)) == (3, 5)


def test_a_connection_dropped_at_the_servers_answer_repeats_the_mail_with_the_same_message_id(
    server: Server, ada: User, ben: User
) -> None:
    put(ada), put(ben)
    server.drop_after_data = 1
    assert send_pending(NOW) == Sent(sent=2)
    ids = [message_from_bytes(raw)["Message-ID"] for raw in server.messages]
    assert len(ids) == 3
    assert len(set(ids)) == 2


def test_a_server_that_is_gone_half_way_keeps_the_rest_for_later(
    server: Server, ada: User, ben: User, settings: Any
) -> None:
    put(ada), put(ben)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert send_pending(NOW) == Sent(failed=1)
    settings.EMAIL_PORT = port
    assert send_pending(NOW) == Sent(sent=2)


def test_a_run_waits_for_letters_that_others_hold_and_sends_those_of_a_dead_process(ada: User, ben: User) -> None:
    put(ada), put(ben)
    Letter.objects.update(held_until=NOW + timedelta(minutes=2))
    later = iter(
        [
            lambda: None,
            lambda: Letter.objects.filter(user=ada).update(held_until=NOW - timedelta(minutes=1)),  # time goes by
            lambda: Letter.objects.filter(user=ben).update(sent=NOW, held_until=None),  # by the living one
        ]
    )
    assert send_pending(NOW, wait=lambda _: next(later)()) == Sent(sent=1)
    assert [message.to for message in mail.outbox] == [[ada.email]]
    assert next(later, None) is None


def test_a_run_does_not_wait_for_a_letter_that_it_could_not_send_itself(ada: User, server: Server) -> None:
    put(ada)
    server.defer = {ada.email}

    def wait(_: float) -> None:
        raise AssertionError("nobody holds a letter")

    assert send_pending(NOW, wait=wait) == Sent(put_off=1)


def test_told_to_stop_it_leaves_the_rest_for_the_next_run_and_holds_none(ada: User, ben: User) -> None:
    put(ada), put(ben)
    assert send_pending(NOW, stopped=lambda: len(mail.outbox) == 1) == Sent(sent=1)
    assert not Letter.objects.exclude(held_until=None).exists()
    Letter.objects.filter(sent=None).update(held_until=NOW + timedelta(minutes=2))
    waits: list[float] = []
    assert send_pending(NOW, wait=waits.append, stopped=lambda: len(waits) == 3) == Sent()
