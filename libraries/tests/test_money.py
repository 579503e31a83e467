"""Amounts as library sites write them."""

from decimal import Decimal

import pytest

from libraries.money import find_amount


@pytest.mark.parametrize(
    ("text", "language", "amount"),
    [
        ("$1.50", "en", "1.50"),
        ("CA$1.50 in unpaid fines", "en", "1.50"),
        ("1,50 €", "de", "1.50"),
        ("EUR 7.40", "de", "7.40"),
        ("7.40 EUR", "de", "7.40"),
        ("€ 1.234,56", "de", "1234.56"),
        ("$1,234.56", "en", "1234.56"),
        ("$1,234", "en", "1234"),
        ("1.234 €", "de", "1234"),
        ("1.234", "en", "1.234"),
        ("CHF 1'234.50", "de-ch", "1234.50"),
        ("1 234,50 kr", "sv", "1"),
        ("1\u00a0234,50 kr", "sv", "1234.50"),
        ("-0.50", "en", "-0.50"),
        ("($0.50)", "en", "-0.50"),
        ("\u22120,50", "fr", "-0.50"),
        ("0", "en", "0"),
        ("owes 3.", "en", "3"),
    ],
)
def test_an_amount_is_read_by_the_languages_sign(text: str, language: str, amount: str) -> None:
    assert find_amount(text, language) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "no fines", "$", ".,"])
def test_text_without_an_amount_has_none(text: str) -> None:
    assert find_amount(text, "en") is None
