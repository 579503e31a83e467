"""Digests for many people: composed, stored and sent to a real SMTP server on loopback.

`python -m benchmarks.digest [people]` (default 10,000) prints ratios from one run. The naive way composes the same mail
and opens an SMTP connection for each person, without an outbox: nothing of it could be repeated safely.
"""

import os
import resource
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import Process, Value
from pathlib import Path
from typing import Any

FEW = 1_000  # people, for the memory that many are compared with, and for the naive way
PAGE = 500


def serve(port: int, received: Any) -> None:
    """An SMTP server that counts letters, in a process of its own."""
    import asyncio
    import logging

    from aiosmtpd.smtp import SMTP

    class Counting:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
            received.value += 1
            return "250 OK"

    async def listen() -> None:
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Counting(), ident="benchmark"), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(listen())


@contextmanager
def smtp_server() -> Iterator[tuple[int, Any]]:
    """A running server's port, and how many letters it has had."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    received = Value("i", 0)
    process = Process(target=serve, args=(port, received), daemon=True)
    process.start()
    for _ in range(200):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    try:
        yield port, received
    finally:
        process.terminate()


def set_up(folder: Path, port: int) -> None:
    """Django on a database of its own, with mail that goes to that port."""
    os.environ |= {
        "DEBUG": "1",
        "DATABASE_URL": os.environ.get("BENCHMARK_DATABASE_URL", f"sqlite:///{folder / 'digest.sqlite3'}"),
        "SECRET_KEY": "benchmark " * 6,
        "CARD_KEYS": "benchmark-" * 6,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "libraryhippo.settings",
    }
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # else Django remembers every query
    call_command("migrate", verbosity=0)


def people(many: int, library: Any, now: Any) -> None:
    """Each with a family of their own and a card with five loans, two of them due, and a hold that is ready."""
    from cards.models import Card, Family, Membership, User
    from libraries.account import AccountSnapshot, Hold, HoldState, Loan, to_json

    today = now.date()
    loans = tuple(
        Loan(id=str(n), title=f"Book number {n}", due=today + timedelta(days=days))
        for n, days in enumerate((-1, 2, 9, 16, 20))
    )
    hold = Hold(id="h", title="Tin Moon", state=HoldState.READY, pickup="Main")
    stored = to_json(AccountSnapshot(loans=loans, holds=(hold,)))
    for begin in range(0, many, PAGE):
        numbers = range(begin, min(begin + PAGE, many))
        users = User.objects.bulk_create(User(email=f"p{n}-{many}@example.org", password="!") for n in numbers)
        families = Family.objects.bulk_create(Family(name=f"Family {n}") for n in numbers)
        Membership.objects.bulk_create(
            Membership(user=user, family=family) for user, family in zip(users, families, strict=True)
        )
        cards = []
        for family in families:
            card = Card(family=family, library=library, patron_name="Mia", snapshot=stored, snapshot_at=now)
            card.number_sealed = card.pin_sealed = b"none"
            cards.append(card)
        Card.objects.bulk_create(cards)


def run(many: int, library: Any, now: Any, received: Any) -> tuple[float, float, int]:
    """Tells so many people: wall and CPU seconds, and the peak of memory in kB after it."""
    from cards import telling

    people(many, library, now)
    before, wall, cpu = received.value, time.perf_counter(), time.process_time()
    told = telling.tell(now)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if told.mailed != many or received.value - before != many:
        raise ValueError(f"{told.mailed} mailed, {received.value - before} received, of {many}")
    return wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def naive(now: Any) -> float:
    """CPU seconds a mail: composed as ours, sent over a connection of its own."""
    from django.core.mail import EmailMultiAlternatives

    from cards import telling
    from cards.models import User

    cpu = time.process_time()
    for user in User.objects.order_by("pk")[:FEW]:
        digest = telling.preview(user, now)
        if digest is None:
            raise ValueError("nothing to mail")
        mail = EmailMultiAlternatives(digest.subject, digest.text, to=[user.email])
        mail.attach_alternative(digest.html, "text/html")
        mail.send()
    return (time.process_time() - cpu) / FEW


def main(many: int) -> None:
    """Prints the ratios."""
    with tempfile.TemporaryDirectory() as folder, smtp_server() as (port, received):
        set_up(Path(folder), port)
        from django.utils import timezone

        from cards.models import Library, User

        library = Library.objects.create(
            slug="benchmark", name="Elm Park", system="webpac", options={"base_url": "https://elm.example"}
        )
        now = timezone.now().replace(hour=18)
        _, few_cpu, few_peak = run(FEW, library, now, received)
        each_naive = naive(now)
        User.objects.all().delete()
        wall, cpu, peak = run(many, library, now, received)
        print(
            f"{many} people: {wall:.1f} s, {many / wall:.0f} mails a second, {1000 * cpu / many:.2f} ms of CPU a mail"
        )
        print(f"CPU a mail, against {FEW} people: {(cpu / many) / (few_cpu / FEW):.2f}")
        print(f"CPU a mail, against the naive way (a connection each, no outbox): {cpu / many / each_naive:.2f}")
        print(f"peak memory, against {FEW} people: {peak / few_peak:.2f} ({peak / 1024:.0f} MB)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
