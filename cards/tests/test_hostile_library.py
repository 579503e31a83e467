"""A library's site that means harm: each visit ends in a named error or harmless text, and other libraries are read."""

import gzip
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from cards.checking import check_due_cards
from cards.models import Card, User
from cards.telling import send_now
from libraries.demo import DemoSite, patrons
from libraries.demo.books import Book
from libraries.demo.patrons import Lent, Patron
from libraries.tests.servers import Client, Handler, Request, serve

pytestmark = pytest.mark.django_db

SECONDS = 3  # for a visit
BOMB = gzip.compress(b"<p>" * 20 * 2**20)
ENTITIES = b"<!DOCTYPE a [<!ENTITY b 'bbbbbbbbbb'>%s]><a>&b9;</a>" % b"".join(
    b"<!ENTITY b%d '%s'>" % (n, b"&b%s;" % (b"" if n == 0 else b"%d" % (n - 1)) * 10) for n in range(10)
)


def answers(body: bytes = b"", **headers: str) -> Handler:
    """The same answer to everything."""
    status = headers.pop("status", "200 OK")
    return lambda client, request: client.reply(body, status=status, **headers)


def endless_body(client: Client, request: Request) -> None:
    client.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not client.over.is_set():
        client.send(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def a_byte_at_a_time(client: Client, request: Request) -> None:
    client.trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"<p>" * 1000, pause=0.2)


def ever_on(client: Client, request: Request) -> None:
    client.reply(b"", status="302 Found", Location=f"/{len(request.path)}{request.path}"[:2000])


HOSTILE: dict[str, tuple[Handler, str]] = {
    "redirect to another site": (answers(status="302 Found", Location="https://evil.example/"), "layout_changed"),
    "redirect to another name of this machine": (
        answers(status="302 Found", Location="http://localhost:5432/"),
        "layout_changed",
    ),
    "endless redirects": (ever_on, "layout_changed"),
    "ten gigabytes announced": (answers(b"<p>", Content_Length="10000000000"), "layout_changed"),
    "a body without end": (endless_body, "layout_changed"),
    "zip bomb": (answers(BOMB, Content_Encoding="gzip"), "layout_changed"),
    "a byte at a time": (a_byte_at_a_time, "site_slow"),
    "entity bomb": (answers(ENTITIES, Content_Type="text/xml"), "layout_changed"),
    "cookies for other hosts": (
        answers(b"<p>", Set_Cookie="session=stolen; Domain=.example; Path=/"),
        "layout_changed",
    ),
    "a header that ends too early": (answers(b"<p>", X_Bad="a\r\n\r\n<script>alert(1)</script>"), "layout_changed"),
}


@pytest.fixture
def patient(settings: Any) -> None:
    """Loopback is allowed, as in the demo, and patience is short."""
    settings.LIBRARY_ALLOW_PRIVATE = True
    settings.VISIT_SECONDS = SECONDS
    settings.MAX_BODY_BYTES = 2**20


@pytest.fixture
def good(make_library: Callable[..., Any], make_card: Callable[..., Card], patient: None) -> Iterator[Card]:
    """A card at a library that means no harm."""
    patron = patrons(1, today=timezone.localdate(), loans=2, holds=0)[0]
    with DemoSite.webpac((patron,)) as site:
        library = make_library("Elm Park", options={"base_url": site.url, "dates": "mdy"})
        yield make_card(number=patron.number, pin=patron.pin, patron_name=patron.name, library=library)


@pytest.mark.parametrize("system", ["webpac", "ilsdi"])
@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_site_ends_in_a_named_error_and_harms_no_other_library(
    how: str, system: str, good: Card, make_library: Callable[..., Any], make_card: Callable[..., Card]
) -> None:
    handler, trouble = HOSTILE[how]
    with serve(handler) as server:
        library = make_library("Evil Hollow", system=system, options={"base_url": server.url, "dates": "mdy"})
        card = make_card(library=library, number="29000123", pin="7788")
        began = time.monotonic()
        check_due_cards(now=timezone.now())
        assert time.monotonic() - began < SECONDS + 6
    card.refresh_from_db()
    good.refresh_from_db()
    assert card.trouble == trouble
    assert card.snapshot is None
    assert (good.trouble, len(good.snapshot["loans"])) == ("", 2)
    if system == "webpac":  # it showed no form to log in by, so it was told nothing
        assert not any("7788" in each.line or b"7788" in each.body for each in server.seen)


HARMFUL = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "Ends\r\nBcc: everybody@example.org",
    "{{ settings.SECRET_KEY }} {% debug %}",
    "javascript:alert(1)",
    "\u202eevil\u202c " + "long " * 400,
)


def with_titles(patron: Patron, titles: tuple[str, ...]) -> Patron:
    """The patron with these books, due tomorrow."""
    due = timezone.localdate() + timedelta(days=1)
    loans = tuple(
        Lent(book=Book(title=title, author="A. Nonymous"), barcode=f"3000{n:05}", record=f"b{n:07}", due=due)
        for n, title in enumerate(titles)
    )
    return replace(patron, loans=loans, holds=(), fees=())


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user(name="Ada", email="ada@example.org")


def test_harmful_titles_are_harmless_text_on_the_page_and_in_the_mail(
    patient: None, ada: User, make_family: Any, make_library: Any, make_card: Any, client: Browser
) -> None:
    patron = with_titles(patrons(1, today=timezone.localdate())[0], HARMFUL)
    with DemoSite.webpac((patron,)) as site:
        library = make_library("Elm Park", options={"base_url": site.url, "dates": "mdy"})
        card = make_card(
            number=patron.number,
            pin=patron.pin,
            patron_name=patron.name,
            library=library,
            family=make_family(people=[ada]),
        )
        check_due_cards(now=timezone.now())
    card.refresh_from_db()
    assert len(card.snapshot["loans"]) == len(HARMFUL)
    client.force_login(ada)
    page = client.get("/").content.decode()
    assert send_now([ada], timezone.now()).mailed == 1
    sent = mail.outbox[0]
    parsed = BytesParser(policy=policy.default).parsebytes(sent.message().as_bytes())
    html = str(sent.alternatives[0][0])
    for shown in (page, html):
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert 'href="javascript:' not in shown
    assert parsed["Bcc"] is None
    assert parsed["To"] == "ada@example.org"
    assert "for tests only" not in page + html + sent.body  # what the secret key is here


def test_ten_thousand_loans_are_read_shown_and_mailed(
    patient: None, settings: Any, ada: User, make_family: Any, make_library: Any, make_card: Any, client: Browser
) -> None:
    settings.MAX_BODY_BYTES, settings.VISIT_SECONDS = 20 * 2**20, 60
    patron = with_titles(patrons(1, today=timezone.localdate())[0], tuple(f"Book {n}" for n in range(10_000)))
    with DemoSite.webpac((patron,)) as site:
        library = make_library("Elm Park", options={"base_url": site.url, "dates": "mdy"})
        card = make_card(
            number=patron.number,
            pin=patron.pin,
            patron_name=patron.name,
            library=library,
            family=make_family(people=[ada]),
        )
        check_due_cards(now=timezone.now())
    card.refresh_from_db()
    assert (card.trouble, len(card.snapshot["loans"])) == ("", 10_000)
    client.force_login(ada)
    assert client.get("/").status_code == 200
    assert send_now([ada], timezone.now()).mailed == 1
