"""Pages and mails for somebody who reads French: all of it is in French, and nothing is left out of translation."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.translation import override, trans_real

from cards import composing, telling
from cards.household.inviting import invite
from cards.models import Card, Trouble, User
from cards.signing_in.tests.conftest import switch_on, town_hall
from cards.signing_in.tests.test_second_factor import phone, set_up, sign_in
from cards.tests.in_french import english, marking, texts, unmarked
from cards.tests.test_every_page import NAMES, POSTED, audience, card, member, path
from libraries.account import AccountSnapshot, Fee, Hold, HoldState, Loan, Shortfall, to_json
from libraries.systems import SYSTEMS
from notifications import days, household, incident
from notifications.note import Note

__all__ = ["card", "member", "path", "phone", "switch_on", "town_hall"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

ERRORS = ("400", "403", "403_csrf", "404", "429", "500")
WRONG = {"email": "no address", "code": "1", "name": "", "timezone": "Nowhere", "confirm": "no", "credential": "no"}
Look = Callable[[str], str]


@pytest.fixture(params=["every word is marked", "no word is English"])
def look(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Look]:
    """What is wrong with a text, or ""; in one of two ways to find out."""
    if request.param == "no word is English":
        yield english
        return
    french = trans_real.translation("fr")
    for name in ("gettext", "ngettext"):
        monkeypatch.setattr(french, name, marking(getattr(french, name)))
    days._name_of.cache_clear()
    yield unmarked
    days._name_of.cache_clear()


@pytest.fixture
def french(member: User, card: Card, make_card: Callable[..., Card]) -> list[str]:
    """The member reads French, and has a card of each kind of trouble. The addresses of trials of each kind."""
    User.objects.filter(pk=member.pk).update(language="fr", mail_failing_since=timezone.now())
    Card.objects.filter(pk=card.pk).update(snapshot=to_json(account()), snapshot_at=timezone.now())
    for trouble in Trouble.values[1:]:
        make_card(family=card.family, trouble=trouble, trouble_words="Ask at the desk", trouble_since=timezone.now())
    make_card(family=card.family, paused=True)
    old = timezone.now() - timedelta(days=3)
    make_card(family=card.family, snapshot=account(), at=old)
    states = [{"trouble": each, "trouble_words": "Ask at the desk"} for each in Trouble.values[1:]]
    drafts = [make_card(family=card.family, draft_by=member, last_began=old, **each) for each in states]
    drafts.append(make_card(family=card.family, draft_by=member, last_began=old, snapshot=account(), at=old))
    return [f"/cards/{each.pk}/trial/" for each in drafts]


def account() -> AccountSnapshot:
    today = timezone.localdate()
    lent = [
        Loan(id=str(n), title="Volume of the tides", due=today + timedelta(days=n), renewals=n, renewals_left=n)
        for n in (-2, -1, 0, 1, 2, 5, 40, 400)
    ]
    lent += [Loan(id="e", title="Volume of the tides", due=today, digital=True, renewable=False)]
    lent += [Loan(id="u", title="Volume of the tides", due=None, due_text="held", renewable=True)]
    held = [
        Hold(id=state, title="The copper orchard", state=state, pickup="Eastbridge Branch", pickup_by=today, position=2)
        for state in HoldState
    ]
    return AccountSnapshot(
        loans=tuple(lent),
        holds=tuple(held),
        fees=(Fee(amount=Decimal("1.20"), reason="Overdue fine"),),
        card_expires=today + timedelta(days=1),
        blocked="too many items overdue, excessive outstanding fines",
        incomplete=tuple(Shortfall(what=what, stated=9, read=8) for what in ("loans", "holds", "fees")),
    )


def wrong_on(look: Look, name: str, page: str) -> dict[str, list[str]]:
    found = [each for each in map(look, texts(page)) if each]
    return {name: found} if found else {}


def pages(client: Client, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Each page; then each as it answers to a form that was filled in wrongly, since some of these change things."""
    for where in paths:
        yield from html_of(where, client.get(where))
    for where in paths:
        cache.clear()
        yield from html_of(f"{where} posted", client.post(where, WRONG, follow=True))


def html_of(name: str, answer: HttpResponse) -> Iterator[tuple[str, str]]:
    if answer.content and answer.headers.get("Content-Type", "").startswith("text/html"):
        yield name, answer.content.decode()


def test_what_nobody_translated_is_seen() -> None:
    assert unmarked("⟦⟦3⟧ prêts⟧, more") == ", more"
    assert not unmarked("⟦Bonjour ⟦Ada⟧⟧, Elm Park Library: 2 · ada@example.org")
    assert english("Volume of the tides: look at the card")
    assert not english("Volume of the tides : à rendre demain")


def test_every_page_is_french(
    look: Look, french: list[str], path: Callable[[str], str], member: User, phone: Any, switch_on: Callable[..., None]
) -> None:
    switch_on()
    paths = [path(name) for name in NAMES if audience(name) != POSTED and "delete" not in name and name != "drop_card"]
    nobody, somebody = Client(HTTP_ACCEPT_LANGUAGE="fr-CA"), Client(HTTP_ACCEPT_LANGUAGE="de")
    sign_in(somebody, member)
    set_up(somebody, phone)
    asked = [*paths, *french, "/privacy/mine/delete/", "/nowhere/"]
    seen = [page for client in (nobody, somebody) for page in pages(client, asked)]
    wrong = {}
    for name, page in seen:
        assert '<html lang="fr"' in page or "<html" not in page, name
        wrong |= wrong_on(look, name, page)
    assert wrong == {}
    assert len(seen) > 100


def test_pages_of_what_went_wrong_are_french(look: Look) -> None:
    with override("fr"):
        pages = {name: render_to_string(f"{name}.html", {}, RequestFactory().get("/")) for name in ERRORS}
    assert {name: found for name, page in pages.items() if (found := wrong_on(look, name, page))} == {}


def test_mails_about_cards_are_french(look: Look, french: list[str], member: User) -> None:
    user = User.objects.get(pk=member.pk)
    now = timezone.now()
    letters = [composing.weekly_word(user, now), telling.preview(user, now), composing.test_mail(user, now)]
    Card.objects.all().delete()
    letters.append(composing.weekly_word(user, now))
    for each in letters:
        assert each
        assert '<html lang="fr"' in each.html
        found = [look(text) for text in (each.subject, each.text, *texts(each.html))]
        assert [text for text in found if text] == []


def test_letters_about_accounts_and_to_staff_are_french(look: Look, member: User, card: Card) -> None:
    today, url = timezone.localdate(), "https://hippo.example/x/"
    with override("fr"):
        notes: list[Note] = [
            household.invitation("Ada Okafor", "Okafor-Lindqvist", url=url, until=today),
            household.idle_warning(days=30, last_seen=today, url=url),
            *(household.farewell(idle=idle) for idle in (True, False)),
        ]
        said = [text for each in notes for text in (each.subject, each.text(), *texts(each.html()))]
        for kind in incident.KINDS:
            said += incident.incident("Elm Park Library", kind, "", since=timezone.now(), cards=2, admin_url=url)
    assert [found for text in said if (found := look(text))] == []
    assert not [text for text in said if re.search(r"^[:;?!»]|«$", text, re.MULTILINE)]  # lines break elsewhere


def test_mails_of_signing_in_are_french(look: Look, french: list[str], member: User, phone: Any, card: Card) -> None:
    """The code, and what is told when something of the second factor changes; in the browser's language, or the
    person's once it is known."""
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    sign_in(client, member)
    set_up(client, phone)
    client.post("/account/recovery-codes/new/")
    client.post("/account/app/remove/")
    invite(card.family, User.objects.get(pk=member.pk), "ben@example.net", timezone.now())
    assert len(mail.outbox) > 2
    for each in mail.outbox:
        pages = [str(page) for page, kind in each.alternatives if kind == "text/html"]
        assert all('<html lang="fr"' in page for page in pages), each.subject
        said = [each.subject, str(each.body), *(text for page in pages for text in texts(page))]
        assert [found for text in said if (found := look(text))] == []


def test_who_is_told_what_staff_did_is_told_in_their_own_language(
    member: User, phone: Any, make_user: Callable[..., User]
) -> None:
    client, owner = Client(), Client()
    sign_in(client, member)
    set_up(client, phone)
    User.objects.filter(pk=member.pk).update(language="fr")
    owner.force_login(make_user(is_staff=True, is_superuser=True))
    owner.post("/admin/cards/user/", {"action": "forget_second_factors", "_selected_action": str(member.pk)})
    assert mail.outbox[-1].subject == "Votre second facteur a été retiré"


def test_the_words_of_every_login_are_translated_where_they_are_english() -> None:
    labels = {label for system in SYSTEMS.values() for label in system.labels.values()}  # type: ignore[attr-defined]
    german = {each for each in labels if "nummer" in each or "Passwort" in each}
    with override("fr"):
        assert sorted(each for each in labels - german if trans_real.gettext(each) == each) == []


@pytest.mark.parametrize(("day", "said"), [(1, "1er mai 2026"), (2, "2 mai 2026")])
def test_the_first_of_a_month_is_written_as_the_french_do(day: int, said: str) -> None:
    with override("fr"):
        assert days.written(date(2026, 5, day), "DATE_FORMAT") == said
    with override("en"):
        assert days.written(date(2026, 5, 1), "DATE_FORMAT") == "May 1, 2026"
