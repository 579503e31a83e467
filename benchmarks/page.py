"""Times the status page against an empty view that needs login: `python -m benchmarks.page`. SQLite, in memory."""

import gzip
import os
from collections.abc import Callable
from datetime import timedelta
from time import process_time
from typing import NamedTuple

os.environ |= {"DEBUG": "1", "DATABASE_URL": "sqlite://:memory:", "LOG_LEVEL": "ERROR"}
os.environ |= {
    "SECRET_KEY": "for this benchmark only " * 2,
    "CARD_KEYS": "for this benchmark only: nothing real",
}
os.environ["DJANGO_SETTINGS_MODULE"] = "libraryhippo.settings"

# ruff: noqa: E402  what follows reads the environment set above
import django

django.setup()

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

from cards.models import Card, Family, Library, Run, User
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, to_json

SIZES = (5, 50, 500)
RUNS, ROUNDS = 4, 10
A_CARD = 12  # loans, at most; and a hold for every five of them
STATES = tuple(HoldState)


@login_required
def empty(request: HttpRequest) -> HttpResponse:
    """What any page costs that somebody signs in for."""
    return HttpResponse(str(request.user.pk))


urlpatterns = [path("empty/", empty), path("", include("libraryhippo.urls"))]


class Measured(NamedTuple):
    """A page: seconds of CPU, those of the empty view, queries, bytes as they go over the wire."""

    seconds: float
    empty_seconds: float
    queries: int
    size: int


def person(loans: int) -> User:
    """Somebody whose family has so many loans, on cards of two libraries."""
    user = User.objects.create_user(f"person{loans}@example.org", name="Ada Okafor")
    family = Family.objects.create(name=f"Family of {loans}")
    family.people.add(user)
    libraries = [_library(f"{loans}-{number}") for number in range(2)]
    for number in range(-(-loans // A_CARD)):
        mine = range(number * A_CARD, min(loans, (number + 1) * A_CARD))
        card = Card(family=family, library=libraries[number % 2], patron_name=f"Patron {number % 4}")
        card.seal(number=f"{loans}-{number}", pin="0000")
        card.snapshot, card.snapshot_at = to_json(_account(mine)), timezone.now()
        card.read_version = card.credentials_version
        card.save()
    return user


def _library(slug: str) -> Library:
    options = {"base_url": "https://library.example", "dates": "mdy"}
    return Library.objects.create(slug=slug, name=f"Library {slug}", system="webpac", options=options)


def _account(numbers: range) -> AccountSnapshot:
    today = timezone.localdate()
    loans = tuple(
        Loan(
            id=f"31234{number}",
            title=f"The lighthouse that walked, volume {number}",
            author="Oona Brandvold",
            due=today + timedelta(days=number * 7 % 23 - 1),
            renewals=number % 3,
            url=f"https://library.example/record/{number}",
        )
        for number in numbers
    )
    holds = tuple(
        Hold(id=f"h{n}", title=f"The copper orchard {n}", state=STATES[n % 5], pickup="Eastbridge", position=n % 9)
        for n in numbers[::5]
    )
    return AccountSnapshot(loans=loans, holds=holds, fees=())


def signed_in(user: User) -> Client:
    """A browser of that person."""
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def answer(client: Client, address: str) -> bytes:
    """The body, of a page that was really shown."""
    page = client.get(address)
    if page.status_code != 200:
        raise SystemExit(f"{address} answered {page.status_code}")
    return page.content


def measure(get: Callable[[], bytes], empty_view: Callable[[], bytes]) -> Measured:
    """Of the page and of the empty view the least of many rounds; in turn, a run of each, so that caches are warm."""
    body = get()
    with CaptureQueriesContext(connection) as seen:
        get()
        queries = len(seen)
    runs = [(_least(get), _least(empty_view)) for _ in range(RUNS)]
    seconds, empty_seconds = (min(column) for column in zip(*runs, strict=True))
    return Measured(seconds, empty_seconds, queries, len(gzip.compress(body, 6)))


def _least(get: Callable[[], bytes]) -> float:
    return min(_seconds(get) for _ in range(ROUNDS))


def _seconds(get: Callable[[], bytes]) -> float:
    began = process_time()
    get()
    return process_time() - began


def main() -> None:
    """A row a size; each against the empty view, and against the size before."""
    call_command("migrate", verbosity=0)
    settings.DEBUG, settings.ROOT_URLCONF = False, "benchmarks.page"
    now = timezone.now()
    Run.objects.create(began=now, finished=now)
    print("| loans | ms | times an empty view | times the size before | queries | bytes, gzip |")
    print("|--:|--:|--:|--:|--:|--:|")
    before = None
    for loans in SIZES:
        page = _measured(signed_in(person(loans)))
        grown = f"{page.seconds / before.seconds:.1f}" if before else ""
        times = page.seconds / page.empty_seconds
        print(f"| {loans} | {page.seconds * 1000:.1f} | {times:.1f} | {grown} | {page.queries} | {page.size:,} |")
        before = page


def _measured(client: Client) -> Measured:
    return measure(lambda: answer(client, "/"), lambda: answer(client, "/empty/"))


if __name__ == "__main__":
    main()
