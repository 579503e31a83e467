"""Reads amounts of money as library sites write them."""

import re
from decimal import Decimal

AMOUNT = re.compile(
    r"(?<![\d.,])([-\u2212(]?)\s*(?:[^\W\d_]{0,3}\s*\$|[€£¥]|[A-Z]{3})?\s*([-\u2212]?)(\d[\d.,'\u2019\u00a0\u202f]*"
    r"|(?:(?<=[$€£¥])|^)[.,]\d\d(?!\d))"
)
POINT = {"en", "zh", "ja", "ko", "th", "he", "ga", "mt"}


def find_amount(text: str, language: str) -> Decimal | None:
    """The first amount in `text` ("$1.50", "1,50 €", "EUR 7.40", "-0.50"), or None.

    Where both signs appear, the last is the decimal one. A lone sign before exactly three digits groups
    thousands, unless it is this language's decimal sign.
    """
    found = AMOUNT.search(text)
    if not found:
        return None
    digits = re.sub(r"['\u2019\u00a0\u202f]", "", found[3]).rstrip(".,")
    number = Decimal(_plain(digits, "." if language.split("-")[0] in POINT else ","))
    return -number if found[1] or found[2] else number


def _plain(digits: str, decimal_sign: str) -> str:
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits
    sign, decimals = digits[last], digits[last + 1 :]
    alone = digits.count(sign) == 1 and not (set(digits) & {".", ","} - {sign})
    grouping = digits.count(sign) > 1 or (alone and len(decimals) == 3 and sign != decimal_sign)
    whole = re.sub(r"[.,]", "", digits[:last])
    return whole + decimals if grouping else f"{whole or 0}.{decimals or 0}"
