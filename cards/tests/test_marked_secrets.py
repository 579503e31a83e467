"""Marked secrets go through a day's work, every page and every error; then everything that came out is searched."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from cards import roles
from cards.models import Card, Check, Family, Letter, LetterKind, Library, Run, User
from cards.signing_in import first_link
from cards.tests.test_every_page import NAMES, path
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, to_json
from libraries.demo import DemoSite, patrons
from libraries.demo.books import Book
from libraries.demo.patrons import Lent, Patron
from libraryhippo.log import OneLine, RouteForPath

__all__ = ["path"]  # the fixture

pytestmark = pytest.mark.django_db

NUMBER, PIN, TITLE, ADDRESS = "29137004411226", "zqpin8841", "Zqtitle, a Marked Book", "zqmarked@example.org"
SECRETS = (NUMBER, PIN)
PRIVATE = (*SECRETS, TITLE, ADDRESS)
STAFF = "staff@example.org"
FAULTS = ("up", "down", "error", "maintenance", "redesigned", "bot_wall", "truncated", "miscounted", "blocked")


def leaks(text: str, marks: tuple[str, ...] = PRIVATE) -> list[str]:
    """Which of the marks stand in it, whatever is written around or between their digits."""
    bare = text.replace(" ", "").replace("\n", "")
    return [mark for mark in marks if mark in text or mark.replace(" ", "") in bare]


@pytest.fixture
def log() -> Iterator[StringIO]:
    """All that is logged, as our log shows it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    handler.addFilter(RouteForPath())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def member(make_user: Callable[..., User]) -> User:
    return make_user(email=ADDRESS)  # without a name: then what stands for it is most easily the address


@pytest.fixture
def patron() -> Patron:
    """Somebody with the marked number, PIN and book."""
    due = timezone.localdate() + timedelta(days=1)
    book = Lent(book=Book(title=TITLE, author="Q. Mark"), barcode="30009999", record="b1000001", due=due)
    return replace(patrons(1, today=timezone.localdate())[0], number=NUMBER, pin=PIN, loans=(book,), fees=())


@pytest.fixture
def site(patron: Patron, settings: Any) -> Iterator[DemoSite]:
    settings.LIBRARY_ALLOW_PRIVATE = True
    settings.VISIT_SECONDS = 3
    settings.STAFF_EMAILS = [STAFF]
    with DemoSite.webpac((patron,)) as running:
        yield running


@pytest.fixture
def family(make_family: Callable[..., Family], member: User) -> Family:
    return make_family("Okafor-Lindqvist", people=[member])


@pytest.fixture
def card(
    make_library: Callable[..., Library],
    make_card: Callable[..., Card],
    family: Family,
    patron: Patron,
    site: DemoSite,
) -> Card:
    library = make_library("Elm Park", options={"base_url": site.url, "dates": "mdy"})
    return make_card(number=NUMBER, pin=PIN, patron_name=patron.name, library=library, family=family)


def command(*words: str) -> str:
    """What a command prints, whether it ends well or not."""
    out = StringIO()
    with suppress(SystemExit):
        try:
            call_command(*words, stdout=out, stderr=out)
        except CommandError as error:
            out.write(str(error))
    return out.getvalue()


def broken(*args: Any, **kwargs: Any) -> None:
    """A fault of ours, whose words quote all that they should not."""
    secret = f"{NUMBER} {PIN}"
    raise RuntimeError(f"{TITLE} of {ADDRESS}: {secret}")


def a_day(card: Card, site: DemoSite) -> str:
    """Every kind of visit, and every command; what they printed."""
    said = []
    for mode in FAULTS:
        site.mode = mode
        Card.objects.update(trouble="", next_check_at=timezone.now())
        said.append(command("check_cards", "--card", str(card.pk), "--no-mail", *(["--json"] if mode == "up" else [])))
    site.mode = "up"
    Card.objects.update(trouble="", next_check_at=timezone.now())
    User.objects.update(digest_day=None, mail_hour=0)
    said.append(command("check_cards"))
    Card.objects.filter(pk=card.pk).update(pin_sealed=b"broken", next_check_at=timezone.now())
    said += [command("check_cards", "--all"), command("check_cards", "--card", NUMBER), command("rotate_card_keys")]
    said += [command("load_libraries"), command("check"), command("make_staff", "boss@example.org")]
    return "\n".join(said)


def test_a_days_work_puts_out_nothing_of_a_person(
    card: Card, site: DemoSite, log: StringIO, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = a_day(card, site)
    card.seal(number=NUMBER, pin=PIN)
    card.save()
    monkeypatch.setattr("cards.lanes.fetch_account", broken)
    printed += command("check_cards", "--all")
    assert Check.objects.count() >= len(FAULTS)
    assert "1 loan" in printed
    assert leaks(printed) == []
    assert "a fault of ours" in log.getvalue()
    assert leaks(log.getvalue()) == []
    assert leaks("".join(capfd.readouterr())) == []
    assert leaks("".join(Check.objects.values_list("error", flat=True))) == []
    to_staff = [each for each in mail.outbox if each.to == [STAFF]]
    assert to_staff
    assert [leaks(f"{each.subject}{each.body}{each.extra_headers}") for each in to_staff] == [[]] * len(to_staff)


def test_the_persons_own_mail_has_titles_but_neither_number_nor_pin(card: Card, site: DemoSite) -> None:
    a_day(card, site)
    own = [each for each in mail.outbox if each.to == [ADDRESS]]
    assert any(TITLE in str(each.body) for each in own)
    for each in own:
        assert leaks(each.message().as_string(), SECRETS) == []
        assert leaks(each.subject) == []


@pytest.fixture
def read_card(card: Card) -> Card:
    """The card with the marked book lent and another asked for."""
    today = timezone.localdate()
    loan = Loan(id="1", title=TITLE, due=today)
    hold = Hold(id="2", title=TITLE, state=HoldState.READY)
    card.snapshot, card.snapshot_at = to_json(AccountSnapshot(loans=(loan,), holds=(hold,))), timezone.now()
    card.save()
    return card


SHOWS_OWN_NUMBER = {"my_data"}  # by POST only, as a file: it is theirs


def test_no_page_shows_a_number_or_a_pin_and_only_the_family_sees_titles(
    read_card: Card, member: User, make_user: Callable[..., User], path: Callable[[str], str], log: StringIO
) -> None:
    mine, other, nobody = Client(), Client(), Client()
    mine.force_login(member)
    other.force_login(make_user())
    assert TITLE in mine.get("/").content.decode()
    for name in NAMES:
        where = path(name)
        for client, marks in ((mine, SECRETS), (other, PRIVATE), (nobody, PRIVATE)):
            answer = client.get(where)
            if name == "first_sign_in":  # whose link it is may be said to whoever has it
                continue
            assert leaks(f"{answer.content.decode()}{dict(answer.items())}", marks) == [], name
    assert leaks(log.getvalue()) == []


@pytest.mark.parametrize("role", [roles.SUPPORT, roles.CATALOGUE, roles.OWNER])
def test_admin_shows_staff_no_number_and_no_pin_and_keeps_none_in_its_history(
    role: str, read_card: Card, member: User, log: StringIO
) -> None:
    staff = Client()
    staff.force_login(first_link.make_staff(STAFF, role))
    run = Run.objects.create()
    Check.objects.create(card=read_card, run=run, began=timezone.now(), seconds=1, outcome="ok")
    Letter.objects.create(kind=LetterKind.DIGEST, key="k", user=member, to=ADDRESS, text=TITLE, subject=TITLE)
    rows = {"card": read_card, "family": read_card.family, "user": member, "library": read_card.library, "run": run}
    rows |= {"check": Check.objects.get(), "letter": Letter.objects.get(kind=LetterKind.DIGEST)}
    for model, row in rows.items():
        for page in ("", f"{row.pk}/change/", f"{row.pk}/history/", f"{row.pk}/delete/"):
            shown = staff.get(f"/admin/cards/{model}/{page}").content.decode()
            assert leaks(shown, SECRETS) == [], (model, page)
    if role == roles.OWNER:
        given = {"family": read_card.family_id, "library": read_card.library_id, "patron_name": "Mia"}
        staff.post(
            f"/admin/cards/card/{read_card.pk}/change/", {**given, "interval_hours": 6, "number": NUMBER, "pin": PIN}
        )
        names = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
        staff.post(
            f"/admin/cards/user/{member.pk}/change/", {"email": ADDRESS, "mail_hour": 7, "days_ahead": 4, **names}
        )
        assert LogEntry.objects.count() == 2
    history = [f"{each}{each.object_repr}{each.change_message}" for each in LogEntry.objects.all()]
    assert leaks("".join(history)) == []
    assert leaks(log.getvalue()) == []


def test_an_error_of_ours_tells_nothing_on_its_page_and_in_the_log(
    read_card: Card, member: User, log: StringIO, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr("cards.views.status.boards", broken)
    settings.DEBUG = False
    client = Client(raise_request_exception=False)
    client.force_login(member)
    answer = client.get("/")
    assert answer.status_code == 500
    assert leaks(answer.content.decode()) == []
    assert "RuntimeError" in log.getvalue()
    assert leaks(log.getvalue()) == []
    assert mail.outbox == []


def test_what_is_posted_and_refused_comes_back_without_its_secrets(
    read_card: Card, member: User, log: StringIO
) -> None:
    client = Client()
    client.force_login(member)
    new = f"/families/{read_card.family_id}/cards/new/{read_card.library.slug}/"
    for where in (new, f"/cards/{read_card.pk}/", "/preferences/", f"/families/{read_card.family_id}/people/"):
        answer = client.post(where, {"number": "", "pin": PIN, "patron_name": "", "email": "none", "mail_hour": "99"})
        assert leaks(answer.content.decode(), (PIN,)) == [], where
    assert leaks(log.getvalue()) == []


def test_nothing_secret_prints(read_card: Card, member: User) -> None:
    account = read_card.account()
    assert account
    printed = [repr(each) for each in (read_card, read_card.login(), account, *account.loans, *account.holds, member)]
    assert leaks("".join(printed)) == []
