"""The status page: what it says, in which words, and what it costs."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cards.models import Card, CardChoice, Family, Library, Run, Trouble, User
from cards.standing import TROUBLES
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan, Shortfall

Make = Callable[..., Card]
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noon in Toronto, a Monday."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user("ada@example.org", name="Ada Okafor")


@pytest.fixture
def family(make_family: Callable[..., Family], ada: User) -> Family:
    return make_family(people=[ada])


@pytest.fixture
def page(client: Client, ada: User) -> Callable[..., str]:
    """What Ada sees, without tags' line breaks."""

    def get(path: str = "/") -> str:
        client.force_login(ada)
        return " ".join(client.get(path).content.decode().split())

    return get


FULL = AccountSnapshot(
    loans=(
        Loan(id="1", title="The lighthouse that walked", author="Oona Brandvold", due=day(-2), renewals=3),
        Loan(id="2", title="Winter <b>Spring</b>", due=day(16), url="https://elm.example/record/2"),
        Loan(id="3", title="Seven quiet planets", due=day(1), digital=True, url="javascript:alert(1)"),
        Loan(id="4", title="A field guide to shadows", due=None, due_text="CLAIMED RETURNED"),
    ),
    holds=(
        Hold(id="5", title="The copper orchard", state=HoldState.READY, pickup="Eastbridge Branch", pickup_by=day(3)),
        Hold(id="6", title="Notes for a small boat", state=HoldState.WAITING, position=9, queue=83),
    ),
    fees=(Fee(amount=Decimal("1.20")),),
)


def test_a_stranger_is_told_what_this_is(client: Client, db: None) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert b"library cards of your family" in answer.content
    assert b'href="/sign-in/"' in answer.content


def test_all_cards_are_merged_under_five_headings_in_order(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    make_card(family=family, snapshot=FULL, at=NOON)
    shown = page()
    headings = ("you should know", "you should take back", "you can have", "you can hold on to", "you want")
    places = [shown.index(f">Things {heading}") for heading in headings]
    assert places == sorted(places)
    below = shown[places[1] : places[2]]
    assert "The lighthouse that walked" in below
    assert "A field guide to shadows" in below
    assert "Winter" not in below


def test_a_person_may_want_to_know_earlier_of_one_card(
    page: Callable[..., str], ada: User, family: Family, make_card: Make
) -> None:
    card = make_card(family=family, snapshot=AccountSnapshot(loans=(Loan(id="1", title="A", due=day(9)),)), at=NOON)
    assert "<title>Nothing due" in page()
    CardChoice.objects.create(user=ada, card=card, days_ahead=14)
    assert "<title>1 due" in page()


def test_the_title_counts_what_is_due_and_what_is_ready(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    make_card(family=family, snapshot=FULL, at=NOON)
    shown = page()
    assert "<title>2 due, 1 ready – LibraryHippo</title>" in shown
    assert "1 item overdue, 1 item due and 1 hold ready" in shown


def test_overdue_is_said_in_words_and_not_by_colour_alone(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    make_card(family=family, snapshot=FULL, at=NOON)
    shown = page()
    assert "2 days overdue, was due Sat 21 Nov" in shown
    assert 'href="#i-overdue"' in shown


def test_a_ready_hold_says_where_and_until_when(page: Callable[..., str], family: Family, make_card: Make) -> None:
    make_card(family=family, snapshot=FULL, at=NOON)
    assert "at Eastbridge Branch, until Thursday, 26 Nov" in page()


def test_what_a_library_wrote_stays_text_and_its_links_lead_only_to_the_web(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    make_card(family=family, snapshot=FULL, at=NOON)
    shown = page()
    assert "Winter &lt;b&gt;Spring&lt;/b&gt;" in shown
    assert re.search('<a id="[a-z0-9]+" href="https://elm.example/record/2" rel="noopener noreferrer nofollow">', shown)
    assert "javascript:" not in shown


def test_two_copies_that_the_library_tells_apart_by_nothing_make_a_page_that_is_valid(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    same = Loan(id="1", title="Atlas", due=day(1), url="https://elm.example/1")
    make_card(family=family, snapshot=AccountSnapshot(loans=(same, same), holds=()), at=NOON)
    names = re.findall(' id="([^"]+)"', page())
    assert len(names) == len(set(names))


def test_each_card_says_how_fresh_it_is(page: Callable[..., str], family: Family, make_card: Make) -> None:
    make_card(family=family, snapshot=FULL, at=NOON - timedelta(hours=3))
    make_card(family=family, patron_name="Nils Okafor")
    shown = page()
    assert "Elm Park Library, read 3 hours ago" in shown
    assert "waiting for its first check" in shown


def test_a_library_that_is_new_here_is_marked_until_a_card_was_read_well_there(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    card = make_card(family=family)
    assert "new here – tell us if something looks wrong" in page()
    Library.objects.filter(pk=card.library_id).update(works_since=NOON)
    shown = page()
    assert "new here" not in shown
    assert f"· works since {NOON:%B %Y}</p>" in shown


@pytest.mark.parametrize("kind", [kind for kind in Trouble if kind])
def test_each_trouble_has_words_of_its_own(
    kind: Trouble, page: Callable[..., str], family: Family, make_card: Make
) -> None:
    make_card(family=family, snapshot=FULL, at=NOON, trouble=kind, trouble_since=NOON)
    shown = page()
    assert f"<span>{TROUBLES[kind]}</span>" in shown
    assert "The lighthouse that walked" in shown


def test_only_a_card_that_waits_for_its_patron_offers_to_try_again(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    make_card(family=family, trouble=Trouble.SITE_UNAVAILABLE)
    assert "try_again" not in page()
    make_card(family=family, trouble=Trouble.LOGIN_FAILED)
    shown = page()
    assert shown.count('name="try_again"') == 1
    assert "makes one attempt" in shown


def test_a_list_that_a_library_does_not_tell_is_not_shown_as_none(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    make_card(family=family, snapshot=AccountSnapshot(loans=(), holds=None), at=NOON)
    shown = page()
    assert "does not tell us what is on hold" in shown
    assert "Nothing that we know of" in shown
    assert "No holds are on their way" not in shown


def test_a_list_that_could_be_read_only_in_part_is_called_so(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    short = (Shortfall(what="loans", stated=9, read=0),)
    make_card(family=family, snapshot=AccountSnapshot(loans=(), holds=(), incomplete=short), at=NOON)
    shown = page()
    assert "the library counts 9 loans, 0 could be read" in shown
    assert "Nothing has to go back yet" not in shown


def test_a_quiet_day_is_called_so(page: Callable[..., str], family: Family, make_card: Make) -> None:
    make_card(family=family, snapshot=AccountSnapshot(loans=(), holds=(), fees=()), at=NOON)
    shown = page()
    assert "Nothing to do today" in shown
    assert "Nothing out of the ordinary." in shown


def test_a_card_never_read_promises_nothing(page: Callable[..., str], family: Family, make_card: Make) -> None:
    make_card(family=family)
    assert "Nothing to do, as far as we know" in page()


def test_a_day_without_a_run_is_mentioned_whatever_people_asked_for_at_the_page(
    page: Callable[..., str], family: Family
) -> None:
    Run.objects.create(began=NOON, finished=NOON, trigger=Run.Trigger.PAGE)
    Run.objects.create(began=NOON, finished=None)
    Run.objects.create(began=NOON - timedelta(hours=25), finished=NOON - timedelta(hours=25))
    assert "have not been checked by themselves for a day" in page()
    Run.objects.create(began=NOON, finished=NOON - timedelta(hours=23))
    assert "have not been checked by themselves" not in page()


def test_a_new_site_is_not_late_with_its_first_run(page: Callable[..., str], family: Family, make_card: Make) -> None:
    card = make_card(family=family, created=NOON - timedelta(hours=2))
    assert "have not been checked by themselves" not in page()
    Card.objects.filter(pk=card.pk).update(created=NOON - timedelta(hours=25))
    assert "have not been checked by themselves for a day" in page()


def test_a_card_being_checked_says_so_and_the_page_comes_again(
    page: Callable[..., str], family: Family, make_card: Make
) -> None:
    later = NOON + timedelta(minutes=1)
    make_card(family=family, lease_until=later)
    make_card(family=family, lease_until=later, visiting=True)
    shown = page()
    assert "waiting for its turn" in shown
    assert "being read now" in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    assert "data-checking" in shown
    assert "formaction" not in shown


def test_a_lease_that_ran_out_gives_the_button_back(page: Callable[..., str], family: Family, make_card: Make) -> None:
    make_card(family=family, lease_until=NOON - timedelta(seconds=1), visiting=True)
    shown = page()
    assert "being read now" not in shown
    assert "formaction" in shown
    assert "http-equiv" not in shown


def test_two_families_stand_side_by_side(
    page: Callable[..., str], family: Family, ada: User, make_family: Callable[..., Family], make_card: Make
) -> None:
    other = make_family("Tremblay-Nakagawa", people=[ada])
    make_card(family=family, snapshot=FULL, at=NOON)
    make_card(family=other, snapshot=FULL, at=NOON)
    shown = page()
    assert shown.count('<section class="family"') == 2
    assert "<title>4 due, 2 ready" in shown


def test_a_person_without_family_and_a_family_without_cards_are_told_what_to_do(
    page: Callable[..., str], ada: User, make_family: Callable[..., Family]
) -> None:
    assert "You do not belong to a family here yet" in page()
    make_family(people=[ada])
    assert "This family has no cards yet" in page()


def test_the_page_costs_as_many_queries_for_many_cards_and_families_as_for_one(
    client: Client,
    ada: User,
    family: Family,
    make_family: Callable[..., Family],
    make_library: Callable[..., Library],
    make_card: Make,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/").status_code == 200
        return len(seen)

    client.force_login(ada)
    make_card(family=family, snapshot=FULL, at=NOON)
    queries()  # the first visit of a day writes down that there was one
    few = queries()
    for each in (family, make_family(people=[ada]), make_family(people=[ada])):
        for number in range(3):
            library = make_library(f"Library {number}")
            make_card(family=each, library=library, snapshot=FULL, at=NOON, trouble=Trouble.LOGIN_FAILED)
    assert queries() == few <= 7


def test_secrets_stay_in_the_database(client: Client, ada: User, family: Family, make_card: Make) -> None:
    make_card(family=family, number="20001234", pin="4711")
    client.force_login(ada)
    with CaptureQueriesContext(connection) as seen:
        shown = client.get("/").content
    assert b"20001234" not in shown
    assert not any("sealed" in query["sql"] for query in seen)
