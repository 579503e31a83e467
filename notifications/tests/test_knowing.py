"""Things you should know: what each sentence says, and whether it is a reason for a mail."""

from datetime import timedelta
from decimal import Decimal

import pytest

from libraries import errors
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Shortfall
from notifications.lines import CardState, Heading, Need
from notifications.tests.states import NOW, account, card, day, lines, loan
from notifications.troubles import TROUBLES, trouble_sentence
from notifications.words import freshness, untold


def known(state: CardState) -> list[tuple[str, Need]]:
    return [(line.text, line.need) for line in lines(state, Heading.KNOW)]


def failing(trouble: str, words: str = "", hours: float = 9, due: int = 4) -> CardState:
    age = timedelta(hours=hours)
    return card(account(loan(due=day(due))), age=age, trouble=trouble, trouble_words=words, trouble_since=NOW)


def test_a_card_in_good_order_has_nothing_to_tell() -> None:
    assert known(card(account(loan(due=day(1))))) == []


def test_every_kind_of_error_has_a_sentence_of_its_own() -> None:
    kinds = {
        each.kind for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.CheckError)
    }
    assert kinds == set(TROUBLES)
    assert len({trouble_sentence(failing(kind)) for kind in kinds}) == len(kinds)


def test_a_failure_says_what_is_still_known_and_how_old_it_is() -> None:
    assert trouble_sentence(failing("maintenance")) == (
        "The website of Elm Park Library is closed for maintenance, so Mia’s card could not be read. "
        "We look again later. Last read 9 hours ago; from that, nothing is due before Monday, 23 Nov."
    )


def test_a_kind_of_trouble_that_is_not_known_is_a_fault_of_ours() -> None:
    assert trouble_sentence(failing("from_a_later_version")).startswith("A fault of ours")


@pytest.mark.parametrize(
    ("snapshot", "told"),
    [
        (account(loan(due=day(1))), "Last read 9 hours ago; from that, nothing is due before tomorrow."),
        (account(loan(due=day(0))), "Last read 9 hours ago; from that, something has to go back now."),
        (
            account(loan(due=day(-2)), loan(due=day(9))),
            "Last read 9 hours ago; from that, something has to go back now.",
        ),
        (account(loan(due_text="LOST")), "Last read 9 hours ago; from that, something has to go back now."),
        (account(loan(due=day(0), digital=True)), "Last read 9 hours ago; from that, nothing has to go back."),
        (account(), "Last read 9 hours ago; from that, nothing has to go back."),
        (AccountSnapshot(), "Last read 9 hours ago."),
        (None, "It has never been read yet."),
        (
            account(loan(due=day(9)), incomplete=(Shortfall(what="loans", stated=2, read=1),)),
            "Last read 9 hours ago; that reading was not complete.",
        ),
    ],
)
def test_what_is_still_known_is_never_more_than_was_read(snapshot: AccountSnapshot | None, told: str) -> None:
    state = card(snapshot, age=timedelta(hours=9), trouble="failed")
    assert trouble_sentence(state).endswith(told)


def test_a_refusal_quotes_the_library_and_is_a_reason_for_one_mail() -> None:
    state = failing("login_failed", "That PIN is not valid.")
    ((text, need),) = known(state)
    assert "“That PIN is not valid”" in text
    assert "refused the number or PIN of Mia’s card" in text
    assert need is Need.ONCE
    (line,) = lines(state, Heading.KNOW)
    (later,) = lines(card(account(), trouble="login_failed", trouble_since=NOW + timedelta(hours=1)), Heading.KNOW)
    assert line.key != later.key


def test_who_must_act_is_led_to_where_it_is_done() -> None:
    state = card(
        None, trouble="patron_must_act", trouble_words="Accept our terms", trouble_url="https://elm.example/terms"
    )
    (line,) = lines(state, Heading.KNOW)
    assert line.action_url == "https://elm.example/terms"
    assert "“Accept our terms”" in line.text


@pytest.mark.parametrize(("hours", "need"), [(19.9, Need.NEVER), (20.1, Need.EACH_DAY)])
def test_a_failing_card_is_a_reason_for_a_mail_after_twenty_hours(hours: float, need: Need) -> None:
    assert [need for _, need in known(failing("site_unavailable", hours=hours))] == [need]


def test_a_card_that_was_never_read_counts_from_when_it_was_added() -> None:
    young, old = (
        card(None, trouble="layout_changed", trouble_since=NOW, added=NOW - timedelta(hours=hours))
        for hours in (19, 21)
    )
    assert [need for _, need in known(young)] == [Need.NEVER]
    assert [need for _, need in known(old)] == [Need.EACH_DAY]


def test_a_stopped_card_is_not_told_again_each_day_for_being_unread() -> None:
    assert [need for _, need in known(failing("login_failed", hours=300))] == [Need.ONCE]


def test_a_card_that_nobody_came_to_read_is_told_though_nothing_failed() -> None:
    late = card(account(), age=timedelta(hours=27))
    assert [need for _, need in known(late)] == [Need.EACH_DAY]
    assert known(card(account(), age=timedelta(hours=25))) == []
    assert known(card(account(), age=timedelta(hours=40), interval=timedelta(hours=24))) == []


def test_a_library_that_is_switched_off_is_told_once() -> None:
    ((text, need),) = known(card(account(), age=timedelta(days=9), visited=False))
    assert text.startswith("We do not visit Elm Park Library at present")
    assert need is Need.ONCE


@pytest.mark.parametrize(
    ("short", "words"),
    [
        (Shortfall(what="loans", stated=9, read=8), "the library counts 9 loans, 8 could be read"),
        (Shortfall(what="holds", stated=1, read=0), "the library counts 1 hold, 0 could be read"),
        (Shortfall(what="fees", stated=2, read=1), "the library counts 2 fees, 1 could be read"),
    ],
)
def test_a_reading_in_part_says_how_much_is_missing(short: Shortfall, words: str) -> None:
    ((text, need),) = known(card(account(incomplete=(short,))))
    assert words in text
    assert need is Need.EACH_DAY


@pytest.mark.parametrize(
    ("days", "words", "need"),
    [
        (7, "expires on Thu 26 Nov.", Need.EACH_DAY),
        (1, "expires tomorrow.", Need.EACH_DAY),
        (0, "expires today.", Need.EACH_DAY),
        (-1, "expired on Wed 18 Nov.", Need.EACH_DAY),
        (-7, "expired on Thu 12 Nov.", Need.EACH_DAY),
        (-8, "expired on Wed 11 Nov.", Need.NEVER),
    ],
)
def test_a_card_that_expires_is_told_in_the_week_before_and_after(days: int, words: str, need: Need) -> None:
    ((text, found),) = known(card(account(card_expires=day(days))))
    assert text.endswith(words)
    assert found is need


def test_a_card_that_expires_in_eight_days_is_not_told() -> None:
    assert known(card(account(card_expires=day(8)))) == []


def test_fees_and_the_librarys_messages_are_told_but_no_reason_for_a_mail() -> None:
    fees = (Fee(amount=Decimal("3.2"), currency="CAD"), Fee(amount=Decimal("1")))
    found = known(card(account(fees=fees, messages=("We are closed on Friday.", " "))))
    assert found == [
        ("Mia owes Elm Park Library 4.20 CAD.", Need.NEVER),
        ("Elm Park Library writes to Mia: “We are closed on Friday.”", Need.NEVER),
    ]
    assert known(card(account(fees_total=Decimal("0")))) == []


def test_a_blocked_card_is_told_in_the_librarys_words() -> None:
    ((text, need),) = known(card(account(blocked="Your record is BLOCKED")))
    assert "“Your record is BLOCKED”" in text
    assert need is Need.ONCE


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "just now"),
        (20, "20 minutes ago"),
        (89, "89 minutes ago"),
        (180, "3 hours ago"),
        (60 * 47, "47 hours ago"),
        (60 * 72, "3 days ago"),
    ],
)
def test_freshness_is_said_in_words(minutes: int, words: str) -> None:
    assert freshness(card(account(), age=timedelta(minutes=minutes))) == f"read {words}"


def test_a_card_that_waits_for_its_first_check_says_so() -> None:
    assert freshness(card(None, waiting_first_check=True)) == "waiting for its first check"
    assert freshness(card(None, trouble="failed")) == "not read yet"


def test_what_a_library_does_not_tell_is_said_and_never_none() -> None:
    hold = Hold(id="h", title="Nine Kites", state=HoldState.WAITING)
    assert untold(card(account(hold))) == untold(card(None)) == ""
    assert untold(card(AccountSnapshot(loans=()))).startswith("Elm Park Library does not tell us what is on hold")
    assert untold(card(AccountSnapshot(holds=(hold,)))).startswith("Elm Park Library does not tell us what is on loan")
    assert untold(card(AccountSnapshot())).startswith("Elm Park Library tells us neither loans nor holds")
