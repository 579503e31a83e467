"""What is on, why the last mail came, and the test mail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cards import telling
from cards.models import Card, CardChoice, Letter, LetterKind, Notice, User
from cards.preferences.last_mail import last_mail
from cards.preferences.words import what_is_on
from cards.telling import tell
from cards.tests.mornings import DAY, MORNING, NOTHING, READY, due
from libraries.account import AccountSnapshot, to_json

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def _at_once(settings: Any) -> None:
    settings.CHECK_IN_BACKGROUND = False


@pytest.fixture
def ada(make_user: Make) -> User:
    user: User = make_user(name="Ada", email="ada@example.org")
    return user


@pytest.fixture
def card(ada: User, make_family: Make, make_card: Make) -> Card:
    made: Card = make_card(family=make_family(people=[ada]), snapshot=READY, at=MORNING, patron_name="Mia")
    return made


@pytest.fixture
def phone(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def shown(phone: Client) -> str:
    return " ".join(phone.get("/preferences/mail/").content.decode().split())


def on(user: User, **wishes: Any) -> list[str]:
    User.objects.filter(pk=user.pk).update(**wishes)
    user.refresh_from_db()
    return what_is_on(user, MORNING)


def test_what_is_on_is_said_in_words(ada: User) -> None:
    assert on(ada) == [
        "You get a mail at 6 a.m. every day while something needs doing.",
        "Things to take back are told from 3 days before they are due.",
        "Your mails are in English.",
    ]


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"mail_weekdays": "12345"}, "You get a mail at 6 a.m. on weekdays while something needs doing."),
        (
            {"mail_weekdays": "67", "mail_hour": 0},
            "You get a mail at midnight on weekends while something needs doing.",
        ),
        ({"mail_weekdays": "14"}, "You get a mail at 6 a.m. on Monday and Thursday while something needs doing."),
        (
            {"mail_when": "new"},
            "You get a mail at 6 a.m. every day when something is new. Each thing is told once.",
        ),
        ({"days_ahead": 0}, "Things to take back are told from the day on which they are due."),
        ({"days_ahead": 1}, "Things to take back are told from 1 day before they are due."),
        (
            {"muted": ["fees", "messages"]},
            "Only on the page, not in your mails: what is owed and what a library writes.",
        ),
        ({"weekly_word": True}, "After seven days without a mail, a word says that all is well."),
        ({"plain_text": True}, "They are plain text."),
        ({"language": "fr"}, "Your mails are in Français."),
        (
            {"away_from": MORNING.date(), "away_until": MORNING.date() + DAY},
            "No mail comes from Thursday, 19 November 2026 to Friday, 20 November 2026.",
        ),
        ({"mail_on": False}, "No mail is sent to you. Your cards are still read, and the page still shows them."),
    ],
)
def test_each_wish_has_its_sentence(ada: User, wishes: dict[str, Any], sentence: str) -> None:
    assert sentence in on(ada, **wishes)


def test_cards_with_days_of_their_own_are_named(ada: User, card: Card) -> None:
    CardChoice.objects.create(user=ada, card=card, days_ahead=7)
    assert "For the card Mia, Elm Park Library: 7 days before." in on(ada)
    assert not any("Mia" in each for each in on(ada, muted=["due"]))


def test_the_last_mail_says_when_it_went_why_and_what_was_new(phone: Client, ada: User, card: Card) -> None:
    tell(MORNING)
    Card.objects.update(snapshot=to_json(AccountSnapshot(loans=due(MORNING + DAY).loans, holds=READY.holds)))
    tell(MORNING + DAY)
    last = last_mail(ada)
    assert last is not None
    assert last.went == "The last mail went at 6:04 a.m. on Friday, 20 November 2026."
    assert last.reasons == ["1 thing to take back", "1 thing ready to be picked up"]
    assert last.new == "1 line in it was new to you."
    for said in (last.went, "It came because of:", *last.reasons, last.new):
        assert said in shown(phone)


def test_who_had_no_mail_is_told_so(phone: Client) -> None:
    assert "None was sent to you lately." in shown(phone)


def test_a_mail_that_waits_is_not_called_sent(ada: User, card: Card, phone: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "cards.tests.backends.Unreachable"
    tell(MORNING)
    assert "has not left yet" in shown(phone)


def test_a_word_after_a_quiet_week_is_explained(ada: User, card: Card, phone: Client) -> None:
    User.objects.update(weekly_word=True, joined=MORNING - 9 * DAY)
    Card.objects.update(snapshot=to_json(NOTHING))
    tell(MORNING)
    assert "because no mail had come for seven days, and you want a word then." in shown(phone)


def test_other_letters_and_other_peoples_are_not_shown(ada: User, card: Card, make_user: Make) -> None:
    Letter.objects.create(
        kind=LetterKind.STAFF, key="a", to="ada@example.org", user=ada, message_id="<a@b>", sent=MORNING
    )
    Letter.objects.create(kind=LetterKind.DIGEST, key="b", to="b@c.example", user=make_user(), message_id="<b@b>")
    assert last_mail(ada) is None


def test_that_the_address_refuses_mail_is_said_with_what_to_do(phone: Client, ada: User) -> None:
    for page in ("/preferences/", "/preferences/mail/"):
        assert 'id="failing"' not in phone.get(page).content.decode()
    User.objects.update(mail_failing_since=MORNING, mail_failing_reason="SMTPRecipientsRefused 550")
    for page in ("/preferences/", "/preferences/mail/"):
        text = " ".join(phone.get(page).content.decode().split())
        assert "Mail to ada@example.org does not arrive." in text
        assert "Since Thursday, 19 November 2026 the server there has refused ours." in text
        assert "SMTPRecipientsRefused 550" in text
        assert "have a test mail sent" in text


@pytest.mark.django_db(transaction=True)
def test_a_test_mail_comes_at_once_and_changes_no_ledger(phone: Client, ada: User, card: Card) -> None:
    before = User.objects.values().get(pk=ada.pk)
    answer = phone.post("/preferences/mail/test/")
    assert (answer.status_code, answer["Location"]) == (303, "/preferences/mail/")
    (message,) = mail.outbox
    assert message.subject.startswith("Test: ")
    assert "Tin Moon" in message.body
    assert message.to == ["ada@example.org"]
    assert not Notice.objects.exists()
    after = User.objects.values().get(pk=ada.pk)
    seen = {"last_login": None, "active_at": None, "seen_language": ""}
    assert {**after, **seen} == {**before, **seen}
    assert "A test mail is on its way to ada@example.org." in shown(phone)
    assert "because you asked for a test mail" in shown(phone)


@pytest.mark.django_db(transaction=True)
def test_a_test_mail_comes_on_a_quiet_day_and_to_whoever_switched_mail_off(
    phone: Client, ada: User, card: Card
) -> None:
    User.objects.update(mail_on=False, plain_text=True)
    Card.objects.update(snapshot=to_json(NOTHING), snapshot_at=timezone.now())
    phone.post("/preferences/mail/test/")
    (message,) = mail.outbox
    assert "no mail would have come" in " ".join(message.body.split())
    assert message.message().get_content_type() == "text/plain"


def test_a_test_mail_does_not_take_back_a_digest_that_waits(ada: User, card: Card, settings: Any) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "cards.tests.backends.Unreachable"
    tell(MORNING)
    settings.EMAIL_BACKEND = backend
    telling.send_test(ada, MORNING + timedelta(minutes=1))
    assert Letter.objects.exclude(trouble="withdrawn").filter(kind=LetterKind.DIGEST).count() == 1


def test_there_are_a_few_test_mails_an_hour(phone: Client, ada: User, card: Card) -> None:
    for _ in range(5):
        phone.post("/preferences/mail/test/")
    assert Letter.objects.filter(kind=LetterKind.TEST).count() == 3
    assert "Wait an hour" in shown(phone)


def test_a_test_mail_is_not_sent_by_looking(phone: Client) -> None:
    assert phone.get("/preferences/mail/test/").status_code == 405
    assert not Letter.objects.exists()


def test_a_mail_that_staff_had_sent_says_so(ada: User, card: Card) -> None:
    telling.send_now([ada], MORNING)
    last = last_mail(ada)
    assert last is not None
    assert last.why == "It came because those who run this site had it sent at once, with:"
    assert last.reasons == ["1 thing ready to be picked up"]
