"""Cards checked over HTTP at a demo library, in good days and bad ones."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from cards.checking import check_due_cards
from cards.models import Card, Check, Library
from libraries.demo import DemoSite, patrons
from libraries.demo.patrons import Patron


@pytest.fixture
def patron() -> Patron:
    """Somebody with two loans and two holds."""
    return patrons(1, today=timezone.localdate(), loans=2, holds=2)[0]


@pytest.fixture
def site(patron: Patron, settings) -> Iterator[DemoSite]:
    """The library's site, at which patience is short."""
    settings.LIBRARY_ALLOW_PRIVATE = True
    settings.VISIT_SECONDS = 1
    with DemoSite.webpac((patron,)) as running:
        yield running


@pytest.fixture
def card(site: DemoSite, patron: Patron, make_library, make_card) -> Card:
    """Their card, read well an hour ago."""
    library = make_library("Elm Park Library", options={"base_url": site.url, "dates": "mdy"})
    made = make_card(number=patron.number, pin=patron.pin, patron_name=patron.name, library=library)
    check_due_cards(now=timezone.now() - timedelta(hours=1), card=made)
    made.refresh_from_db()
    assert (made.trouble, len(made.snapshot["loans"]), len(made.snapshot["holds"])) == ("", 2, 2)
    return made


@pytest.mark.parametrize(
    ("mode", "trouble"),
    [
        ("down", "site_unavailable"),
        ("hang", "site_slow"),
        ("error", "site_error"),
        ("maintenance", "maintenance"),
        ("maintenance_ok", "maintenance"),
        ("redesigned", "layout_changed"),
        ("bot_wall", "site_refused_us"),
        ("bot_wall_ok", "site_refused_us"),
        ("too_many", "site_refused_us"),
        ("blocked", "patron_must_act"),
        ("truncated", "layout_changed"),
    ],
)
def test_each_failure_has_its_name_and_leaves_the_last_reading(
    site: DemoSite, card: Card, mode: str, trouble: str
) -> None:
    before, read = card.snapshot, card.snapshot_at
    site.mode = mode
    check_due_cards(now=timezone.now(), card=card)
    card.refresh_from_db()
    assert (card.trouble, card.snapshot, card.snapshot_at) == (trouble, before, read)
    assert Check.objects.first().outcome == trouble


def test_a_wrong_pin_reaches_the_library_once(site: DemoSite, card: Card, patron: Patron) -> None:
    card.seal(pin="wrong")
    card.save()
    for _ in range(3):
        check_due_cards(now=timezone.now() + timedelta(seconds=1), everything=True)
    card.refresh_from_db()
    assert site.seen.wrong == {patron.number: 1}
    assert (card.trouble, card.snapshot is None) == ("login_failed", False)
    assert card.trouble_words


def test_rows_that_the_site_counts_and_does_not_show_are_told(site: DemoSite, card: Card) -> None:
    site.mode = "miscounted"
    check_due_cards(now=timezone.now(), card=card)
    card.refresh_from_db()
    short = [{"what": what, "stated": 2, "read": 1} for what in ("loans", "holds")]
    assert (card.trouble, card.snapshot["incomplete"]) == ("", short)
    assert Check.objects.first().outcome == Library.objects.get().trouble == "incomplete"


def test_a_site_that_is_up_again_ends_the_trouble(site: DemoSite, card: Card) -> None:
    site.mode = "down"
    check_due_cards(now=timezone.now(), card=card)
    site.mode = "up"
    check_due_cards(now=timezone.now(), card=card)
    card.refresh_from_db()
    assert (card.trouble, card.failures) == ("", 0)
