"""A new key takes over: every card is sealed anew, nothing is lost, and the old key goes only when nobody needs it."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from cards import rotation, vault
from cards.models import Card

pytestmark = pytest.mark.django_db

OLD, NEW = "an old secret of 32 characters or more", "a new secret of 32 characters or more!"
Make = Callable[..., Any]


def rotate_by_command() -> tuple[int, str]:
    out, status = StringIO(), 0
    try:
        call_command("rotate_card_keys", stdout=out, stderr=out)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, out.getvalue()


@pytest.fixture
def old_cards(make_card: Make, settings: Any) -> list[Card]:
    settings.CARD_KEYS = [OLD]
    cards = [make_card(number=f"2000 00{n}", pin=f"99{n}") for n in range(5)]
    settings.CARD_KEYS = [NEW, OLD]
    return cards


def test_after_a_rotation_the_new_key_alone_opens_every_card(old_cards: list[Card], settings: Any) -> None:
    status, said = rotate_by_command()
    assert status == 0
    assert "5 cards sealed anew" in said
    assert "no longer used" in said
    settings.CARD_KEYS = [NEW]
    for n, card in enumerate(old_cards):
        version, trouble = card.credentials_version, card.trouble
        card.refresh_from_db()
        assert (card.login().number, card.login().pin) == (f"2000 00{n}", f"99{n}")
        assert card.fingerprint == vault.fingerprint(card.library_id, f"2000 00{n}")
        assert (card.credentials_version, card.trouble) == (version, trouble)


def test_a_second_rotation_finds_nothing_to_do(old_cards: list[Card]) -> None:
    rotate_by_command()
    before = list(Card.objects.order_by("pk").values_list("number_sealed", "pin_sealed"))
    status, said = rotate_by_command()
    assert (status, "0 cards sealed anew, 5 were already" in said) == (0, True)
    assert [tuple(map(bytes, row)) for row in before] == [
        tuple(map(bytes, row)) for row in Card.objects.order_by("pk").values_list("number_sealed", "pin_sealed")
    ]


def test_an_interrupted_rotation_goes_on_where_it_stopped(old_cards: list[Card]) -> None:
    asked = iter([False, False, True])
    first = rotation.rotate(lambda: next(asked), page=2)
    assert (first.resealed, first.complete) == (2, False)
    second = rotation.rotate(page=2)
    assert (second.already, second.resealed, second.complete) == (2, 3, True)


def test_a_card_that_no_key_opens_is_named_and_left_as_it_is(old_cards: list[Card], settings: Any) -> None:
    settings.CARD_KEYS = [NEW]
    sealed = {card.pk: bytes(card.number_sealed) for card in Card.objects.all()}
    status, said = rotate_by_command()
    assert status == 1
    assert all(str(card.pk) in said for card in old_cards)
    assert "Keep every key" in said
    assert {card.pk: bytes(card.number_sealed) for card in Card.objects.all()} == sealed


def test_a_card_edited_meanwhile_keeps_its_new_number(old_cards: list[Card], monkeypatch: pytest.MonkeyPatch) -> None:
    edited, seal = old_cards[0], vault.seal

    def seal_late(text: str, card: Any, field: str) -> bytes:
        if card == edited.pk and field == "number" and text != "3000":
            fresh = Card.objects.get(pk=card)
            fresh.seal(number="3000")
            fresh.save()
        return seal(text, card, field)

    monkeypatch.setattr(vault, "seal", seal_late)
    done = rotation.rotate()
    assert (done.resealed, done.changed_meanwhile, done.complete) == (4, 1, False)
    assert Card.objects.get(pk=edited.pk).login().number == "3000"


def test_the_output_holds_no_number_and_no_pin(old_cards: list[Card]) -> None:
    _, said = rotate_by_command()
    assert "2000" not in said
    assert "990" not in said
