"""What goes under which heading, in which order, and in which words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libraries.account import AccountSnapshot, Hold, HoldState
from notifications.lines import Heading, Need, Urgency
from notifications.sorting import sort_cards
from notifications.tests.states import account, at, card, day, line_of, lines, loan, ready


def test_all_five_headings_are_there_for_no_cards_at_all() -> None:
    assert sort_cards([], days_ahead=3) == dict.fromkeys(Heading, ())


@pytest.mark.parametrize(
    ("days", "heading", "urgency", "when"),
    [
        (-30, Heading.TAKE_BACK, Urgency.OVERDUE, "30 days overdue, was due Tue 20 Oct"),
        (-3, Heading.TAKE_BACK, Urgency.OVERDUE, "3 days overdue, was due Mon 16 Nov"),
        (-1, Heading.TAKE_BACK, Urgency.OVERDUE, "1 day overdue, was due Wed 18 Nov"),
        (0, Heading.TAKE_BACK, Urgency.TODAY, "due today"),
        (1, Heading.TAKE_BACK, Urgency.SOON, "due tomorrow"),
        (3, Heading.TAKE_BACK, Urgency.SOON, "due Sunday, 22 Nov"),
        (4, Heading.HOLD_ON_TO, Urgency.LATER, "due Monday, 23 Nov"),
        (9, Heading.HOLD_ON_TO, Urgency.LATER, "due Sat 28 Nov"),
        (60, Heading.HOLD_ON_TO, Urgency.LATER, "due Mon 18 Jan 2027"),
    ],
)
def test_a_loan_is_to_be_taken_back_within_the_window_and_ever_after(
    days: int, heading: Heading, urgency: Urgency, when: str
) -> None:
    line = line_of(loan(due=day(days)))
    assert (line.heading, line.urgency, line.when, line.days) == (heading, urgency, when, days)


def test_a_window_of_no_days_still_holds_what_is_due_today() -> None:
    assert line_of(loan(due=day(0)), days_ahead=0).heading is Heading.TAKE_BACK
    assert line_of(loan(due=day(1)), days_ahead=0).heading is Heading.HOLD_ON_TO


@pytest.mark.parametrize(
    ("due", "urgency", "when"),
    [
        (at(0, 16), Urgency.TODAY, "due today, by 4 p.m."),
        (at(0, 5, 30), Urgency.OVERDUE, "overdue since 5:30 a.m. today"),
        (at(-1, 20), Urgency.OVERDUE, "1 day overdue, was due Wed 18 Nov"),
        (datetime(2026, 11, 20, 4, 59, tzinfo=UTC), Urgency.TODAY, "due today, by 11:59 p.m."),
        (datetime(2026, 11, 20, 5, 1, tzinfo=UTC), Urgency.SOON, "due tomorrow, by 12:01 a.m."),
    ],
)
def test_an_hourly_loan_counts_by_the_hour_on_the_librarys_clock(due: datetime, urgency: Urgency, when: str) -> None:
    line = line_of(loan(due=due))
    assert (line.heading, line.urgency, line.when) == (Heading.TAKE_BACK, urgency, when)


@pytest.mark.parametrize(
    ("due_text", "when"),
    [("CLAIMED RETURNED", "no date; the library says “CLAIMED RETURNED”"), (None, "the library gives no date")],
)
def test_a_loan_without_a_readable_date_counts_as_due_soon_and_shows_the_librarys_words(
    due_text: str | None, when: str
) -> None:
    line = line_of(loan(due_text=due_text))
    assert (line.heading, line.urgency, line.need, line.when) == (
        Heading.TAKE_BACK,
        Urgency.UNDATED,
        Need.EACH_DAY,
        when,
    )


@pytest.mark.parametrize(
    ("days", "when"),
    [
        (0, "returns itself today"),
        (1, "returns itself tomorrow"),
        (2, "returns itself on Saturday, 21 Nov"),
        (-2, "returns itself"),
    ],
)
def test_an_ebook_that_returns_itself_never_nags(days: int, when: str) -> None:
    line = line_of(loan(due=day(days), digital=True))
    assert (line.heading, line.need, line.when) == (Heading.HOLD_ON_TO, Need.NEVER, when)


@pytest.mark.parametrize(
    ("pickup_by", "when"),
    [
        (None, ""),
        (0, "last day is today"),
        (1, "last day is tomorrow"),
        (4, "until Monday, 23 Nov"),
        (-1, "last day was Wed 18 Nov"),
    ],
)
def test_a_ready_hold_says_where_it_waits_and_until_when(pickup_by: int | None, when: str) -> None:
    line = line_of(ready(pickup="Main Library", pickup_by=None if pickup_by is None else day(pickup_by)))
    assert (line.heading, line.need, line.where, line.when) == (
        Heading.CAN_HAVE,
        Need.EACH_DAY,
        "at Main Library",
        when,
    )


@pytest.mark.parametrize(
    ("state", "fields", "when"),
    [
        (HoldState.WAITING, {"position": 9, "queue": 83}, "number 9 of 83 in line"),
        (HoldState.WAITING, {"position": 2}, "number 2 in line"),
        (HoldState.WAITING, {}, "waiting"),
        (HoldState.IN_TRANSIT, {}, "on its way"),
        (HoldState.SUSPENDED, {}, "paused"),
        (HoldState.SUSPENDED, {"suspended_until": day(40)}, "paused until Tue 29 Dec"),
        (HoldState.UNKNOWN, {}, "waiting"),
    ],
)
def test_every_other_hold_is_wanted(state: HoldState, fields: dict[str, Any], when: str) -> None:
    line = line_of(Hold(id="h", title="Nine Kites", state=state, **fields))
    assert (line.heading, line.need, line.when) == (Heading.WANT, Need.NEVER, when)


def test_overdue_comes_first_then_by_day_and_hour_then_by_title() -> None:
    items = [
        loan("lost", None, due_text="LOST"),
        loan("b today", day(0)),
        loan("A today", day(0)),
        loan("this afternoon", at(0, 16)),
        loan("soon", day(2)),
        loan("long ago", day(-9)),
        loan("yesterday", day(-1)),
    ]
    titles = [line.title for line in lines(card(account(*items)), Heading.TAKE_BACK)]
    assert titles == ["long ago", "yesterday", "this afternoon", "A today", "b today", "soon", "lost"]


def test_wanted_holds_are_sorted_by_how_near_they_are() -> None:
    holds = [
        Hold(id="1", title="paused", state=HoldState.SUSPENDED, position=1),
        Hold(id="2", title="fortieth", state=HoldState.WAITING, position=40),
        Hold(id="3", title="second", state=HoldState.WAITING, position=2),
        Hold(id="4", title="travelling", state=HoldState.IN_TRANSIT),
    ]
    titles = [line.title for line in lines(card(account(*holds)), Heading.WANT)]
    assert titles == ["travelling", "second", "fortieth", "paused"]


def test_the_cards_of_a_family_are_merged() -> None:
    cards = [card(account(loan("Mia’s", day(2)))), card(account(loan("Ben’s", day(1))), card_id="ben", patron="Ben")]
    merged = sort_cards(cards, days_ahead=3)[Heading.TAKE_BACK]
    assert [(line.patron, line.title) for line in merged] == [("Ben", "Ben’s"), ("Mia", "Mia’s")]


def test_a_list_that_is_not_told_makes_no_line() -> None:
    assert sort_cards([card(AccountSnapshot())], days_ahead=3) == dict.fromkeys(Heading, ())


def test_the_key_is_the_same_tomorrow_and_another_after_a_renewal() -> None:
    first, renewed = loan(due=day(1)), loan(due=day(22))
    assert line_of(first).key == line_of(first).key == "due:Salt Bridge:2026-11-20"
    assert line_of(renewed).key != line_of(first).key


def test_a_key_fits_the_ledger_however_long_the_id_is() -> None:
    one, other = (line_of(loan(due=day(1), id="x" * 500 + end)).key for end in "ab")
    assert one != other
    assert len(one) < 200
    assert one.startswith("due:")


def test_an_old_reading_does_not_nag_for_ever_about_what_may_be_back_long_since() -> None:
    state = card(account(loan("gone", day(-8)), loan("fresh", day(-7))), age=timedelta(days=30), trouble="login_failed")
    needs = {line.title: line.need for line in lines(state, Heading.TAKE_BACK)}
    assert needs == {"gone": Need.NEVER, "fresh": Need.EACH_DAY}
    assert line_of(loan(due=day(-300))).need is Need.EACH_DAY


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://[", "/account", "https://a b"]
)
def test_a_link_that_leads_anywhere_but_to_the_web_is_dropped(url: str) -> None:
    assert line_of(loan(due=day(1), url=url)).url == ""
    assert line_of(loan(due=day(1), url="https://elm.example/r/1")).url == "https://elm.example/r/1"


def test_control_characters_and_turned_around_text_are_removed() -> None:
    line = line_of(loan("Salt\x00 Brid\u202ege\r\nBcc: eve@example.org", day(1), author="\x1b[31mEve\u2028"))
    assert (line.title, line.author) == ("Salt Bridge Bcc: eve@example.org", "[31mEve")


def test_where_there_is_no_title_the_items_id_stands_for_it() -> None:
    assert line_of(loan(" ", day(1), id="31234000")).title == "31234000"


def test_a_title_without_end_is_cut() -> None:
    assert len(line_of(loan("Endless " * 400, day(1))).title) <= 300
