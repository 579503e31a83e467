"""What becomes of a card when a visit ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from cards import outcomes, telling, vault
from cards.lanes import Outcome
from cards.models import Card, Check, Library, Run, Trouble
from libraries.account import AccountSnapshot, to_json

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINE, OTHER = uuid4(), uuid4()
HOUR = timedelta(hours=1)
BEFORE = AccountSnapshot(loans=(), holds=(), fees=(), patron_name="before")
AFTER = AccountSnapshot(loans=(), holds=(), fees=(), patron_name="after")
LEASED = {"lease_by": MINE, "lease_until": NOW + HOUR, "visiting": True, "next_check_at": NOW - HOUR}


@pytest.fixture
def run(db: None) -> Run:
    """A run under way."""
    return Run.objects.create(began=NOW)


@pytest.fixture
def leased(make_card):
    """A card that this run visits, read before."""

    def make(**fields):
        return make_card(snapshot=BEFORE, at=NOW - 6 * HOUR, **{**LEASED, **fields})

    return make


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What staff were told."""
    incidents: list[tuple[str, str]] = []
    monkeypatch.setattr(telling, "staff_incident", lambda library, kind, words: incidents.append((kind, words)))
    return incidents


def good(card: Card) -> Outcome:
    stored = to_json(AFTER)
    return Outcome(
        card_id=card.pk,
        version=card.credentials_version,
        began=NOW,
        seconds=1.5,
        requests=7,
        stored=stored,
        loans=0,
        holds=0,
    )


def bad(card: Card, kind: str, words: str = "their words", url: str = "") -> Outcome:
    return Outcome(card_id=card.pk, version=card.credentials_version, began=NOW, trouble=kind, words=words, url=url)


def saved(card: Card, outcome: Outcome, run: Run, number: str = "") -> Card:
    same = vault.fingerprints(card.library_id, number) if number else ()
    outcomes.save(outcome, token=MINE, run=run, same_number=same)
    return Card.objects.get(pk=card.pk)


def test_a_good_reading_replaces_the_old_one_and_ends_all_trouble(leased, run: Run) -> None:
    card = leased(trouble="site_unavailable", trouble_words="down", trouble_since=NOW - HOUR, failures=2)
    card = saved(card, good(card), run)
    assert card.account() == AFTER
    assert (card.snapshot_at, card.last_began, card.next_check_at) == (NOW, NOW, NOW + 5.4 * HOUR)
    assert (card.trouble, card.trouble_words, card.trouble_since, card.failures) == ("", "", None, 0)
    assert (card.lease_by, card.lease_until, card.visiting) == (None, None, False)


def test_a_library_works_since_the_first_card_that_was_read_well_there(leased, run: Run) -> None:
    card = leased()
    saved(card, bad(card, "site_unavailable"), run)
    assert Library.objects.get().beta
    for began in (NOW, NOW + HOUR):
        saved(card, replace(good(card), began=began), run)
    assert Library.objects.get().works_since == NOW


@pytest.mark.parametrize("kind", [kind for kind in Trouble.values if kind])
def test_no_error_touches_the_snapshot(leased, run: Run, told: list[tuple[str, str]], kind: str) -> None:
    card = leased()
    card = saved(card, bad(card, kind, url="https://elm.example/act"), run)
    assert (card.account(), card.snapshot_at) == (BEFORE, NOW - 6 * HOUR)
    assert (card.trouble, card.trouble_words, card.trouble_url) == (kind, "their words", "https://elm.example/act")
    assert (card.trouble_since, card.failures, card.lease_by) == (NOW, 1, None)


def test_failures_in_a_row_back_off_and_keep_the_first_ones_time(leased, run: Run) -> None:
    since = NOW - 5 * HOUR
    card = leased(trouble="site_unavailable", trouble_since=since, failures=1)
    card = saved(card, bad(card, "bad_certificate"), run)
    assert (card.trouble, card.trouble_since, card.failures) == ("bad_certificate", since, 2)
    assert card.next_check_at == NOW + 4 * HOUR


def test_a_card_edited_during_the_visit_is_given_back_as_it_is_and_stays_due(leased, run: Run) -> None:
    card = leased()
    outcome = bad(card, "login_failed")
    edited = Card.objects.get()
    edited.seal(pin="1111")
    edited.save()
    card = saved(card, outcome, run)
    assert (card.trouble, card.account(), card.lease_by, card.visiting) == ("", BEFORE, None, False)
    assert card.next_check_at == edited.next_check_at
    assert card.login().pin == "1111"
    assert Check.objects.get().outcome == "login_failed"


def test_an_outcome_that_comes_after_the_card_went_to_another_process_changes_nothing(leased, run: Run) -> None:
    card = leased(lease_by=OTHER)
    card = saved(card, good(card), run)
    assert (card.account(), card.lease_by, card.visiting) == (BEFORE, OTHER, True)


def test_an_outcome_of_a_card_that_was_deleted_meanwhile_is_dropped(leased, run: Run) -> None:
    card = leased()
    outcome = good(card)
    card.delete()
    outcomes.save(outcome, token=MINE, run=run, same_number=())
    assert not Check.objects.exists()


def test_a_refused_pin_stops_that_number_for_every_family_that_holds_it(leased, make_card, run: Run) -> None:
    card = leased(number="2 1111")
    twin = make_card(number="21111", library=card.library, snapshot=BEFORE, at=NOW)
    elsewhere, another = make_card(number="2 1111"), make_card(number="2 2222", library=card.library)
    saved(card, bad(card, "login_failed", "No such PIN"), run, number="2 1111")
    twin.refresh_from_db()
    assert twin.family != card.family
    assert (twin.trouble, twin.trouble_words, twin.stopped(), twin.account()) == (
        "login_failed",
        "No such PIN",
        True,
        BEFORE,
    )
    assert not Card.objects.get(pk=elsewhere.pk).stopped()
    assert not Card.objects.get(pk=another.pk).stopped()


def test_a_card_sealed_under_an_older_key_is_stopped_with_the_others(leased, make_card, run: Run, settings) -> None:
    twin = make_card(number="2 1111")
    settings.CARD_KEYS = ["a newer secret, longer than thirty-two characters", *settings.CARD_KEYS]
    card = leased(number="2 1111", library=twin.library)
    saved(card, bad(card, "login_failed"), run, number="2 1111")
    assert Card.objects.get(pk=twin.pk).stopped()


def test_a_blocked_card_stops_alone(leased, make_card, run: Run) -> None:
    card = leased(number="2 1111")
    twin = make_card(number="2 1111", library=card.library)
    card = saved(card, bad(card, "patron_must_act"), run, number="2 1111")
    assert card.stopped()
    assert not Card.objects.get(pk=twin.pk).stopped()


def test_every_attempt_is_a_row_of_the_history(leased, run: Run) -> None:
    card = leased()
    saved(card, good(card), run)
    check = Check.objects.get()
    assert (check.run, check.outcome, check.seconds, check.requests, check.loans) == (run, "ok", 1.5, 7, 0)


def test_words_that_a_database_cannot_hold_do_not_lose_the_outcome(leased, run: Run) -> None:
    card = leased()
    card = saved(card, bad(card, "patron_must_act", "bad\0 words \ud800", "https://elm.example/" + "x" * 600), run)
    assert (card.trouble_words, card.trouble_url) == ("bad words ?", "")


@pytest.mark.parametrize("kind", ["site_refused_us", "layout_changed", "misconfigured"])
def test_staff_are_told_once_a_library(leased, run: Run, told: list[tuple[str, str]], kind: str) -> None:
    card = leased()
    twin = leased(library=card.library)
    saved(card, bad(card, kind), run)
    saved(twin, bad(twin, kind), run)
    assert told == [(kind, "their words")]
    assert Library.objects.get().trouble == kind


def test_staff_are_not_told_of_a_refused_pin_or_a_site_that_is_down(
    leased, run: Run, told: list[tuple[str, str]]
) -> None:
    for kind in ("login_failed", "patron_must_act", "site_unavailable", "site_slow", "maintenance", "bad_certificate"):
        card = leased()
        saved(card, bad(card, kind), run)
    assert told == []


def test_a_good_check_ends_the_incident_and_the_next_one_is_told_again(
    leased, run: Run, told: list[tuple[str, str]]
) -> None:
    card = leased()
    for outcome in (bad(card, "layout_changed"), good(card), bad(card, "layout_changed")):
        Card.objects.update(**LEASED)
        saved(card, outcome, run)
    assert len(told) == 2


def test_one_odd_card_among_good_ones_is_one_incident(leased, run: Run, told: list[tuple[str, str]]) -> None:
    odd = leased()
    fine = leased(library=odd.library)
    for _ in range(3):
        Card.objects.update(**LEASED)
        saved(odd, bad(odd, "layout_changed"), run)
        saved(fine, good(fine), run)
    assert len(told) == 1


def test_staff_are_told_of_a_reading_that_lacks_rows(leased, run: Run, told: list[tuple[str, str]]) -> None:
    card = leased()
    stored = {**to_json(AFTER), "incomplete": [{"what": "loans", "stated": 9, "read": 8}]}
    for _ in range(2):
        Card.objects.update(**LEASED)
        words = "the library counts 9 loans, 8 could be read"
        card = saved(
            card, Outcome(card_id=card.pk, version=card.credentials_version, began=NOW, stored=stored, words=words), run
        )
    assert (card.trouble, card.snapshot["incomplete"][0]["read"]) == ("", 8)
    assert told == [("incomplete", words)]
    assert Check.objects.first().outcome == "incomplete"
