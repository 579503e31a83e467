"""The demo's people, families, libraries and cards in a database; its mail; its port."""

import socket
from collections.abc import Iterable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.db import transaction

from cards.models import Card, Family, Library, User
from libraries.demo import DemoSite
from libraries.demo.families import KITCHENER, REGION, WATERLOO, DemoCard, DemoFamily
from libraries.demo.patrons import Patron

ZONE = "America/Toronto"
STAFF = ("Sam of the staff", "staff@demo.example")
ANY_HOUR = 0  # the hour of the mail: long struck, whenever the demo is shown
NAMES = {
    WATERLOO: "Waterloo Public Library (demo)",
    KITCHENER: "Kitchener Public Library (demo)",
    REGION: "Region of Waterloo Library (demo)",
}


def patrons_of(families: Iterable[DemoFamily], *libraries: str) -> tuple[Patron, ...]:
    """Whom the site of these libraries knows."""
    return tuple(card.patron for family in families for card in family.cards if card.library in libraries)


@transaction.atomic
def load(families: Iterable[DemoFamily], catalogue: DemoSite, region: DemoSite, created: datetime) -> None:
    """Puts everybody into an empty database. Waterloo and Kitchener share `catalogue`."""
    User.objects.create_superuser(STAFF[1], name=STAFF[0], mail_on=False)
    libraries = _libraries(catalogue, region)
    for each in families:
        family = Family.objects.create(name=each.name, timezone=ZONE)
        for name, email in each.adults:
            family.people.add(User.objects.create_user(email, name=name, mail_hour=ANY_HOUR))
        for card in each.cards:
            _put(card, family, libraries[card.library], created)


def _libraries(catalogue: DemoSite, region: DemoSite) -> dict[str, Library]:
    webpac, enterprise = {"base_url": catalogue.url, "dates": "mdy"}, {"base_url": region.url, "dates": "mdy"}
    kinds = {
        WATERLOO: ("webpac", {**webpac, "scope": "3"}),
        KITCHENER: ("webpac", {**webpac, "scope": "2"}),
        REGION: ("enterprise", enterprise),
    }
    return {slug: _library(slug, system, options) for slug, (system, options) in kinds.items()}


def _library(slug: str, system: str, options: dict[str, str]) -> Library:
    library = Library(slug=slug, name=NAMES[slug], place="This computer", system=system, options=options, timezone=ZONE)
    library.full_clean()
    library.save()
    return library


def _put(demo: DemoCard, family: Family, library: Library, created: datetime) -> None:
    card = Card(family=family, library=library, patron_name=demo.patron.name, created=created)
    card.seal(number=demo.patron.number, pin=demo.pin_given)
    card.next_check_at = created
    card.save()


def letters(folder: Path) -> list[EmailMessage]:
    """The letters in a folder of .eml files, oldest first."""
    return [message_from_bytes(each.read_bytes(), policy=policy.default) for each in sorted(folder.glob("*.eml"))]


def free_port(wanted: int) -> int:
    """`wanted`, or the next port above it that nobody listens on. Raises OSError if there is none among fifty."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"every port from {wanted} to {wanted + 49} is taken")
