"""The mail of a day: when there is one, what its subject counts, what it marks, and what it cannot be made to do."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import translation

from libraries.account import AccountSnapshot, Shortfall
from notifications.digest import Digest, compose
from notifications.incident import incident
from notifications.kinds import Kind, counted
from notifications.letter import Why
from notifications.lines import CardState
from notifications.reader import Links, Reader
from notifications.tests.states import NOW, TODAY, account, card, day, loan, ready

STOP = "https://hippo.example/unsubscribe/7.signed/"
PAGE = "https://hippo.example/"
WHY = "https://hippo.example/preferences/mail/"


def mail(*states: CardState, told: Collection[tuple[str, str]] = (), **wishes: Any) -> Digest | None:
    return compose_for([("Okafor-Lindqvist", states)], told=told, **wishes)


def compose_for(
    families: Sequence[tuple[str, Sequence[CardState]]],
    *,
    told: Collection[tuple[str, str]] = (),
    why: Why = Why.DAY,
    **wishes: Any,
) -> Digest | None:
    reader = Reader(**{"name": "Ada", **wishes})
    links = Links(status=PAGE, why=WHY, unsubscribe=STOP)
    return compose(reader, families, told=told, links=links, day=TODAY, why=why)


def written(*states: CardState, told: Collection[tuple[str, str]] = (), **wishes: Any) -> Digest:
    digest = mail(*states, told=told, **wishes)
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


def test_the_window_may_be_another_for_single_cards() -> None:
    states = (card(account(loan("Salt Bridge", day(6)))), card(account(loan("Tin Moon", day(6))), card_id="ben"))
    assert mail(*states) is None
    digest = written(*states, by_card={"ben": 7})
    assert "Tin Moon" in digest.text
    assert "Salt Bridge" not in digest.text
    assert mail(card(account(loan(due=day(1)))), by_card={"mia": 0}) is None


def test_only_what_is_new_makes_a_mail_for_those_who_want_it_so_and_then_it_has_everything() -> None:
    old, new = loan("Salt Bridge", day(1)), loan("How Owls Sleep", day(2))
    first = written(card(account(old)), only_new=True)
    assert mail(card(account(old)), told=first.keys, only_new=True) is None
    assert mail(card(account(old)), told=first.keys) is not None
    second = written(card(account(old, new)), told=first.keys, only_new=True)
    assert second.subject == "2 items due"
    assert "* Salt Bridge\n" in second.text
    assert second.reasons == {"due": 1}


MUCH = account(
    loan("Salt Bridge", day(1)), ready("Tin Moon"), card_expires=day(3), fees_total=Decimal(4), messages=("Hello.",)
)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("due", "Salt Bridge"),
        ("ready", "Tin Moon"),
        ("expiry", "expires on"),
        ("fees", "owes"),
        ("messages", "Hello."),
        ("unread", "could not be reached"),
    ],
)
def test_a_muted_kind_of_news_is_not_in_the_mail(kind: str, words: str) -> None:
    state = card(MUCH, trouble="site_unavailable", age=timedelta(days=2))
    assert words in " ".join(written(state).text.split())
    digest = written(state, muted=frozenset({kind}))
    assert words not in " ".join(digest.text.split())
    assert kind not in digest.reasons


def test_muted_news_is_no_reason_for_a_mail() -> None:
    assert mail(card(account(loan(due=day(1)))), muted=frozenset({"due"})) is None
    assert mail(card(MUCH), muted=frozenset({"due", "ready", "expiry"})) is None


@pytest.mark.parametrize("trouble", ["login_failed", "patron_must_act"])
def test_that_a_card_needs_its_patron_cannot_be_muted(trouble: str) -> None:
    digest = written(card(account(), trouble=trouble), muted=frozenset(Kind))
    assert digest.reasons == {"needs_you": 1}


def test_the_reasons_count_things_and_cards() -> None:
    several = card(account(loan("a", day(1)), loan("b", day(2)), ready(), card_expires=day(3), messages=("Hi",)))
    short = card(
        account(incomplete=(Shortfall(what="holds", stated=9, read=8), Shortfall(what="loans", stated=3, read=2))),
        card_id="ben",
    )
    reasons = written(several, short).reasons
    assert reasons == {"due": 2, "ready": 1, "expiry": 1, "unread": 1}
    assert counted(reasons) == [
        "2 things to take back",
        "1 thing ready to be picked up",
        "1 card that expires",
        "1 card that cannot be read",
    ]


def test_a_test_mail_says_that_it_is_one() -> None:
    digest = compose_for([("Okafor-Lindqvist", [card(account(loan(due=day(1))))])], why=Why.TEST)
    assert digest is not None
    assert digest.subject == "Test: 1 item due"
    for part in (" ".join(digest.text.split()), digest.html):
        assert "This is the test mail that you asked for." in part
        assert "You get this mail because you asked for a test mail." in part
        assert "Salt Bridge" in part


def test_both_parts_lead_to_why_the_mail_came_and_nothing_personal_is_in_the_link() -> None:
    digest = written(card(account(loan(due=day(1)))))
    assert "Why did I get this? Change what you get:\n" + WHY in digest.text
    assert f'href="{WHY}"' in digest.html


def test_the_reason_at_the_foot_is_the_readers_own() -> None:
    state = card(account(loan(due=day(1))))
    assert "on days on which something needs doing" in " ".join(written(state).text.split())
    assert "when there is something new to do" in " ".join(written(state, only_new=True).text.split())


def test_after_a_quiet_week_what_was_told_is_told_again() -> None:
    first = written(card(account(loan(due=day(1)))), only_new=True)
    digest = written(card(account(loan(due=day(1)))), told=first.keys, only_new=True, why=Why.WEEK)
    assert "because you asked for a word after seven days without one" in " ".join(digest.text.split())


def test_days_are_named_in_the_language_that_is_active() -> None:
    with translation.override("fr"):
        digest = written(card(account(loan(due=day(2)))))
    assert 'lang="fr"' in digest.html
    assert "novembre" in digest.text.lower()


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
