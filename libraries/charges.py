"""Reads fees from tables made for people: each row has an amount, often a day, and words that give the reason."""

import re
from collections.abc import Iterable
from decimal import Decimal

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Fee
from libraries.errors import LayoutChanged
from libraries.listing import Fees
from libraries.site import Site

# Words in the head of the column of amounts, the surest first.
HEADS = ("offen", "outstanding", "saldo", "betrag", "amount", "montant", "bedrag", "belopp", "preis", "gebühr")
SIGN = r"(?:€|[A-Z]{3}|Euro|Fr\.|kr\.?|\$|£)"
MONEY = re.compile(rf"[-\u2212]?\d[\d.,'\u2019]*\s*{SIGN}?|{SIGN}\s*[-\u2212]?\d[\d.,'\u2019]*")
SUM = re.compile(r"summe|gesamt|total|zusammen|totaal|summa|yhteensä|\bsum\b", re.IGNORECASE)
SUMS_UP = re.compile(
    r"(?:(?:end|gesamt|zwischen)?summe|gesamt(?:betrag|gebühr(?:en)?|kosten|saldo|schuld)?|zusammen|grand total"
    r"|sum|total|totaal|summa|yhteensä)(?: (?:amount|balance|charges|costs?|due|fees|fines|outstanding|owed|der|aller"
    r"|des|gebühren|kosten|frais|dû|général))*\s*:?",
    re.IGNORECASE,
)
DATES = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d")
ISO = re.compile(r"\b(?:EUR|CHF|SEK|NOK|DKK|GBP|USD)\b")
LETTER = re.compile(r"[^\W\d_]")


def in_table(site: Site, table: HtmlElement) -> list[Fee]:
    """Every row of the table as a fee; one that sums up the others is none. Raises LayoutChanged for other rows."""
    place = _place(page.maybe(table, ".//tr[th][not(td)]"))
    rows = [row for row in page.table_rows(table, "fees") if len(page.every(row, "./td | ./th")) > 1]
    return summed_up(site, rows, place)[0]


def summed_up(site: Site, rows: Iterable[HtmlElement], place: int | None = None) -> tuple[list[Fee], Decimal | None]:
    """The rows as fees, and the amount in the one that sums up the others, if there is one.

    That is a row with a label that says nothing else, or the last one, if it speaks of a sum that is theirs: the
    titles of books do so, too.
    """
    fees, total = list[Fee](), None
    for row in (every := list(rows)):
        if any(SUMS_UP.fullmatch(page.text(cell)) for cell in row) or _adds_up(site, row, fees, row is every[-1]):
            total = _last_amount(site, row)
        else:
            fees.append(from_row(site, row, place))
    return fees, total


def _adds_up(site: Site, row: HtmlElement, fees: list[Fee], last: bool) -> bool:
    said = last and bool(fees) and SUM.search(page.text(row))
    return bool(said) and _last_amount(site, row) == sum(each.amount for each in fees)


def _last_amount(site: Site, row: HtmlElement) -> Decimal | None:
    said = [page.text(cell) for cell in row]
    return site.maybe_money(next((each for each in reversed(said) if is_money(each)), " ".join(said)))


def added_up(found: Iterable[Fee], total: Decimal | None) -> Fees:
    """The fees with the total that the site states. Raises LayoutChanged where they do not add up to it."""
    fees = tuple(found)
    if total is not None and total != sum(each.amount for each in fees):
        raise LayoutChanged("the fees do not add up to the total")
    return Fees(fees, total=total)


def _place(header: HtmlElement | None) -> int | None:
    if header is None:
        return None
    found = page.columns(header, {word: (word,) for word in HEADS})
    return next((found[word] for word in HEADS if word in found), None)


def from_row(site: Site, row: HtmlElement, place: int | None = None) -> Fee:
    """The fee in a row; `place` is the column of amounts. Raises LayoutChanged for a row without an amount."""
    words = {cell: page.text(cell) for cell in page.every(row, "./td | ./th")}
    headed = page.at(row, place)
    amounts = [cell for cell, said in words.items() if is_money(said)]
    # A bare number may be that of an item.
    sure = [cell for cell in amounts if not words[cell].isdecimal()] or amounts
    cell = headed if headed in amounts else next(iter(sure[-1:]), headed)
    iso = ISO.search(page.text(cell))
    reasons = [said for each, said in words.items() if LETTER.search(said) and each not in amounts]
    return Fee(
        amount=site.money(page.text(cell), "fee's amount"),
        reason=": ".join(reasons) or None,
        currency=iso[0] if iso else site.currency,
        date=next((site.maybe_day(said) for said in words.values() if DATES.search(said)), None),
    )


def is_money(said: str) -> bool:
    """Whether the text is an amount of money, or a bare number, and nothing else."""
    return bool(MONEY.fullmatch(said)) and not DATES.search(said) and not said.endswith(".")
