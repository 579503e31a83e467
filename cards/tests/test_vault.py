"""Numbers and PINs at rest: they open with the right key, for their own card and field, and nowhere else."""

from uuid import UUID

import pytest
from pytest_django import Settings

from cards import vault

CARD = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
OLD, NEW = "an old secret of 32 characters or more", "a new secret of 32 characters or more!"


def test_what_is_sealed_opens_again() -> None:
    assert vault.unseal(vault.seal("2 0000 1234", CARD, "number"), CARD, "number") == "2 0000 1234"


def test_a_value_copied_to_another_card_does_not_open_there() -> None:
    sealed = vault.seal("9876", CARD, "pin")
    with pytest.raises(vault.CannotOpen):
        vault.unseal(sealed, OTHER, "pin")


def test_a_number_copied_into_the_pin_field_does_not_open_there() -> None:
    sealed = vault.seal("9876", CARD, "number")
    with pytest.raises(vault.CannotOpen):
        vault.unseal(sealed, CARD, "pin")


def test_the_same_text_never_looks_the_same_twice_and_never_shows() -> None:
    first, second = vault.seal("98765432", CARD, "pin"), vault.seal("98765432", CARD, "pin")
    assert first != second
    assert b"98765432" not in first


def test_a_changed_byte_anywhere_is_noticed() -> None:
    sealed = vault.seal("9876", CARD, "pin")
    for place in range(len(sealed)):
        broken = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(vault.CannotOpen):
            vault.unseal(broken, CARD, "pin")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"\x02" + bytes(40)])
def test_what_is_no_sealed_value_does_not_open(sealed: bytes) -> None:
    with pytest.raises(vault.CannotOpen):
        vault.unseal(sealed, CARD, "pin")


def test_after_a_new_key_is_put_in_front_old_values_open_and_new_ones_use_it(settings: Settings) -> None:
    settings.CARD_KEYS = [OLD]
    sealed = vault.seal("9876", CARD, "pin")
    settings.CARD_KEYS = [NEW, OLD]
    assert vault.unseal(sealed, CARD, "pin") == "9876"
    newer = vault.seal("9876", CARD, "pin")
    settings.CARD_KEYS = [NEW]
    assert vault.unseal(newer, CARD, "pin") == "9876"
    with pytest.raises(vault.CannotOpen):
        vault.unseal(sealed, CARD, "pin")


def test_a_database_hands_out_memoryviews_and_they_open_too() -> None:
    assert vault.unseal(memoryview(vault.seal("9876", CARD, "pin")), CARD, "pin") == "9876"


def test_a_fingerprint_is_equal_for_one_number_however_it_is_spaced_and_differs_by_library() -> None:
    assert vault.fingerprint(1, "2 0000 123x") == vault.fingerprint(1, "20000123X")
    assert vault.fingerprint(1, "2000") != vault.fingerprint(2, "2000")
    assert vault.fingerprint(1, "2000") != vault.fingerprint(1, "2001")


def test_cards_marked_under_an_older_key_are_still_found(settings: Settings) -> None:
    settings.CARD_KEYS = [OLD]
    older = vault.fingerprint(1, "2000")
    settings.CARD_KEYS = [NEW, OLD]
    assert vault.fingerprint(1, "2000") != older
    assert older in vault.fingerprints(1, "2000")
