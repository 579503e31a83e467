"""The word on a quiet day: never better news than what is known."""

from datetime import timedelta
from typing import Any

import pytest

from libraries.account import Hold, HoldState, Shortfall
from notifications.letter import Digest, Why
from notifications.lines import CardState
from notifications.quiet import word
from notifications.reader import Links, Reader
from notifications.tests.states import TODAY, account, at, card, day, loan, ready

LINKS = Links(status="https://hippo.example/", why="https://hippo.example/why/", unsubscribe="https://hippo.example/u/")


def said(*states: CardState, why: Why = Why.WEEK, **wishes: Any) -> Digest:
    return word(Reader(name="Ada", **wishes), states, links=LINKS, day=TODAY, why=why)


@pytest.mark.parametrize(
    ("snapshot", "subject"),
    [
        (account(loan("a", day(12)), loan("b", day(20))), "All is well: 2 things at home, the next due Tue 1 Dec"),
        (account(loan("a", at(6, 12))), "All is well: 1 thing at home, due Wednesday, 25 Nov"),
        (account(loan("a", day(12)), loan("e", day(1), digital=True)), "All is well: 1 thing at home, due Tue 1 Dec"),
        (account(), "All is well: nothing at home"),
    ],
)  # fmt: skip
def test_all_is_well(snapshot: Any, subject: str) -> None:
    digest = said(card(snapshot))
    assert digest.subject == subject
    assert digest.keys == ()
    assert digest.reasons == {}
    assert subject in digest.html


def test_the_things_of_all_cards_are_counted() -> None:
    states = [card(account(loan("a", day(9)))), card(account(loan("b", day(8)), loan("c", day(7))), card_id="ben")]
    assert said(*states).subject == "All is well: 3 things at home, the next due Thu 26 Nov"


@pytest.mark.parametrize(
    "state",
    [
        card(account(loan(due=day(1)))),
        card(account(ready())),
        card(account(card_expires=day(2))),
        card(account(), trouble="login_failed"),
        card(account(), trouble="site_unavailable", age=timedelta(hours=2)),
        card(account(), visited=False),
        card(account(), age=timedelta(days=3)),
        card(account(incomplete=(Shortfall(what="loans", stated=3, read=2),))),
        card(None, waiting_first_check=True),
    ],
)
def test_where_something_is_amiss_or_unknown_it_does_not_say_that_all_is_well(state: CardState) -> None:
    digest = said(state, card(account(), card_id="ben"), muted=frozenset({"due", "ready", "expiry"}))
    assert digest.subject.startswith("Nothing new:")
    assert "All is well" not in digest.text


def test_what_may_be_wrong_with_the_count_is_said() -> None:
    text = " ".join(
        said(card(account(loan(due=day(9))), trouble="site_unavailable", age=timedelta(hours=30))).text.split()
    )
    assert "could not be reached for Mia’s card" in text
    assert "Last read 30 hours ago; from that, nothing is due before Sat 28 Nov." in text


def test_a_library_that_does_not_tell_its_loans_is_named() -> None:
    assert "does not tell us what is on loan" in " ".join(said(card(account(loans=None))).text.split())


def test_holds_that_are_still_to_come_are_counted() -> None:
    hold = Hold(id="h", title="Tin Moon", state=HoldState.WAITING)
    digest = said(card(account(loan(due=day(9)), hold)))
    assert "Also on your cards: 1 hold still to come." in digest.text
    assert "Tin Moon" not in digest.text


def test_a_test_says_that_no_mail_would_have_come() -> None:
    digest = said(card(account()), why=Why.TEST)
    assert digest.subject == "Test: All is well: nothing at home"
    assert "without the test, no mail would have come" in " ".join(digest.text.split())


def test_a_person_without_cards_gets_a_test_all_the_same() -> None:
    assert said(why=Why.TEST).subject == "Test: No library card is looked after yet"


def test_it_can_be_stopped_and_says_why_it_came() -> None:
    digest = said(card(account()))
    for part in (digest.text, digest.html):
        assert LINKS.unsubscribe in part
        assert LINKS.why in part
    assert "because you asked for a word after seven days without one" in " ".join(digest.text.split())
