"""The mail of a day: when there is one, what its subject counts, what it marks, and what it cannot be made to do."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from libraries.account import AccountSnapshot, Shortfall
from notifications.digest import Digest, compose
from notifications.incident import incident
from notifications.lines import CardState
from notifications.tests.states import NOW, TODAY, account, card, day, loan, ready

STOP = "https://hippo.example/unsubscribe/7.signed/"
PAGE = "https://hippo.example/"


def mail(*states: CardState, told: Collection[tuple[str, str]] = (), days_ahead: int = 3) -> Digest | None:
    return compose_for([("Okafor-Lindqvist", states)], told=told, days_ahead=days_ahead)


def compose_for(
    families: Sequence[tuple[str, Sequence[CardState]]], *, told: Collection[tuple[str, str]] = (), days_ahead: int = 3
) -> Digest | None:
    return compose(
        "Ada",
        families,
        days_ahead=days_ahead,
        told=told,
        status_url=PAGE,
        unsubscribe_url=STOP,
        day=TODAY,
    )


def written(*states: CardState, told: Collection[tuple[str, str]] = ()) -> Digest:
    digest = mail(*states, told=told)
    assert digest is not None
    return digest


@pytest.mark.parametrize(
    "snapshot",
    [
        account(loan(due=day(3))),
        account(loan(due=day(-40))),
        account(loan(due_text="LOST")),
        account(ready()),
        account(card_expires=day(7)),
        account(card_expires=day(0)),
        account(incomplete=(Shortfall(what="holds", stated=9, read=8),)),
        account(blocked="Your record is BLOCKED"),
    ],
)
def test_something_to_do_needs_a_mail(snapshot: AccountSnapshot) -> None:
    assert mail(card(snapshot)) is not None


@pytest.mark.parametrize(
    "snapshot",
    [
        account(),
        account(loan(due=day(4))),
        account(loan(due=day(0), digital=True)),
        account(card_expires=day(8)),
        account(messages=("We are closed on Friday.",)),
        AccountSnapshot(),
    ],
)
def test_nothing_to_do_needs_none(snapshot: AccountSnapshot) -> None:
    assert mail(card(snapshot)) is None


def test_nobody_with_no_cards_is_mailed() -> None:
    assert mail() is None
    assert compose_for([]) is None


def test_the_window_is_the_persons_own() -> None:
    assert mail(card(account(loan(due=day(6)))), days_ahead=7) is not None
    assert mail(card(account(loan(due=day(1)))), days_ahead=0) is None


def test_a_refused_pin_makes_one_mail_and_is_repeated_in_a_line_of_later_ones() -> None:
    refused = card(account(), trouble="login_failed", trouble_words="Wrong PIN", trouble_since=NOW)
    first = written(refused)
    assert first.subject == "1 card needs attention"
    assert mail(refused, told=first.keys) is None
    later = written(refused, card(account(loan(due=day(1))), card_id="ben", patron="Ben"), told=first.keys)
    assert later.subject == "1 item due"
    assert "refused the number or PIN of Mia’s card" in later.text


@pytest.mark.parametrize(
    ("states", "subject"),
    [
        ([card(account(loan("a", day(1)), loan("b", day(2)), ready()))], "2 items due and 1 hold ready"),
        ([card(account(loan("a", day(-1)), loan("b", day(2))))], "1 item overdue and 1 item due"),
        ([card(account(loan("a", day(-1)), loan("b", day(-2)), ready(), card_expires=day(1)))],
         "2 items overdue, 1 hold ready and 1 card needs attention"),
        ([card(account(card_expires=day(1), blocked="No"))], "1 card needs attention"),
        ([card(account(loan(due_text="LOST")))], "1 item due"),
    ],
)  # fmt: skip
def test_the_subject_counts_what_needs_doing(states: list[CardState], subject: str) -> None:
    assert written(*states).subject == subject


def test_every_line_says_what_whose_where_and_when() -> None:
    state = card(
        account(loan("Salt Bridge", day(-3), author="Ines Varga"), ready(pickup="Main Library", pickup_by=day(2)))
    )
    digest = written(state)
    for words in ("Salt Bridge", "Ines Varga", "Mia, Elm Park Library", "3 days overdue, was due Mon 16 Nov"):
        assert words in digest.text
    assert "at Main Library, until Saturday, 21 Nov" in digest.text
    assert "at Main Library, until Saturday, 21 Nov" in digest.html


def test_the_mail_has_the_first_three_headings_and_counts_the_rest() -> None:
    digest = written(
        card(account(loan("soon", day(1)), loan("Counting Herons", day(20)), ready(), card_expires=day(3)))
    )
    for heading in ("Things you should know", "Things you should take back", "Things you can have"):
        assert heading.upper() in digest.text
        assert heading in digest.html
    assert "Things you can hold on to" not in digest.html
    assert "Counting Herons" not in digest.text
    assert "Also on your cards: 1 thing to hold on to." in digest.text


def test_what_is_new_since_the_last_mail_is_marked() -> None:
    old, new = loan("Salt Bridge", day(1)), loan("How Owls Sleep", day(2))
    first = written(card(account(old)))
    assert "[new]" not in first.text  # all of a first mail is new: the mark would mark nothing
    second = written(card(account(old, new)), told=first.keys)
    assert "* How Owls Sleep [new]" in second.text
    assert "* Salt Bridge\n" in second.text
    assert second.html.count('<span class="new">new</span>') == 1


def test_a_renewed_loan_is_new_again() -> None:
    first = written(card(account(loan(due=day(1)))))
    renewed = written(card(account(loan(due=day(3)))), told=first.keys)
    assert "* Salt Bridge [new]" in renewed.text


def test_two_families_make_one_mail_with_a_section_each() -> None:
    gunnel = card(account(loan("Orchard Street", day(1))), card_id="gunnel", family="Lindqvist", patron="Gunnel")
    families = [("Okafor-Lindqvist", [card(account(loan(due=day(1))))]), ("Lindqvist", [gunnel])]
    digest = compose_for(families)
    assert digest is not None
    assert digest.subject == "2 items due"
    assert digest.text.index("Okafor-Lindqvist") < digest.text.index("Salt Bridge") < digest.text.index("\nLindqvist\n")
    assert "Okafor" not in written(card(account(loan(due=day(1))))).text


def test_a_dead_site_does_not_silence_what_is_due() -> None:
    state = card(
        account(loan(due=day(1))), age=timedelta(hours=9), trouble="site_unavailable", trouble_words="it took too long"
    )
    digest = written(state)
    assert digest.subject == "1 item due"
    assert "Last read 9 hours ago; from that, nothing is due before tomorrow." in " ".join(digest.text.split())


NASTY = [
    "<script>alert(1)</script>",
    "<img src=https://evil.example/x.png>",
    'x" onmouseover="alert(1)',
    "{{ page.subject }}{% now 'Y' %}",
    "Salt\r\nBcc: eve@example.org\r\n\r\nBridge",
    "\u202egnihtemos",
    "A" * 5000,
    "שומרת המגדלור הקטנה",
    "",
]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("nasty", NASTY)
def test_what_a_website_says_stays_text(nasty: str) -> None:
    items = (loan(nasty, day(1), author=nasty), ready(nasty, pickup=nasty), loan("lost", due_text=nasty))
    snapshot = account(*items, blocked=nasty, messages=(nasty,))
    state = card(snapshot, trouble="patron_must_act", trouble_words=nasty, trouble_url=nasty)
    digest = written(state)
    tags = Tags()
    tags.feed(digest.html)
    assert not tags.found & {"script", "img", "iframe", "object", "link", "form"}
    assert not any(name.startswith("on") for name in tags.attributes)
    assert "\n" not in digest.subject
    assert not any(ord(character) < 32 and character != "\n" for character in digest.text)
    assert "\u202e" not in digest.text + digest.html


def test_the_plain_text_is_wrapped() -> None:
    snapshot = account(loan("Maps for People Who Get Lost on Purpose " * 5, day(1)), blocked="word " * 60)
    digest = written(card(snapshot, trouble="login_failed", trouble_words="no " * 60, trouble_since=NOW))
    assert all(len(line) <= 72 for line in digest.text.splitlines() if "://" not in line)


def test_the_html_needs_nothing_from_elsewhere_and_knows_the_dark() -> None:
    html = written(card(account(loan(due=day(1))))).html
    assert "src=" not in html
    assert "url(" not in html
    assert "prefers-color-scheme: dark" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert PAGE in html
    assert STOP in html


def test_both_parts_say_how_to_stop_the_mails() -> None:
    digest = written(card(account(loan(due=day(1)))))
    assert STOP in digest.text
    assert STOP in digest.html


def test_staff_are_told_which_library_what_and_since_when() -> None:
    subject, text = incident(
        "Elm Park\r\nLibrary",
        "layout_changed",
        "no due date: td.due",
        since=NOW,
        cards=12,
        admin_url="https://x.example/a",
    )
    assert subject == "Elm Park Library: its pages are not as we know them"
    for words in ("no due date: td.due", "2026-11-19 06:04", "12 cards", "https://x.example/a"):
        assert words in text
