"""BIBLIOTHECA's lines beside the lists: what is owed, until when the card is good, and how this page writes dates."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from operator import attrgetter

from lxml.html import HtmlElement

from libraries import page
from libraries.dates import period_end
from libraries.labels import joined
from libraries.nothing import line_says_none
from libraries.site import Site
from libraries.words import EXPIRES

TAG = attrgetter("tag")
BLOCKS = {"div", "table"}
MOST_CELLS = 2
DIGIT = re.compile(r"\d")
LONG_AMERICAN = re.compile(r"[A-Z][a-z]+day,\s+[A-Z][a-z]+\s+\d{1,2},\s+\d{4}")
LONG_BRITISH = re.compile(r"[A-Z][a-z]+day,?\s+\d{1,2}\s+[A-Z][a-z]+\s+\d{4}")
CARD_UNTIL = re.compile(
    r"(?:ausweis|karte|mitgliedschaft|jahresgebühr|card|membership)\b\D{0,30}\b(?:bis|until)\b", re.IGNORECASE
)
NO_CARD = re.compile(r"passwor|kennwor|\bpin\b|vorbestell|vormerk|leihfrist|onleihe|password|\bloan", re.IGNORECASE)
FEES = re.compile(
    r"gebühr|entgelt|kontostand|betrag|saldo|forderung|offene posten|schuld|kosten\b|zu zahlen"
    r"|\b(?:fees?|charges?|balance|fines?|amount due|owed?)\b",
    re.IGNORECASE,
)
OPEN = re.compile(
    r"ausstehend|\boffen|saldo|kontostand|gebührenkonto|schuld|zu zahlen|höhe von|gesamt|summe"
    r"|outstanding|balance|\bowed?\b|\btotal|\bdue\b",
    re.IGNORECASE,
)
TARIFF = re.compile(
    r"\b(?:pro|je|per|each|wird|werden|kostet|erhoben|fallen|can|may|will)\b|guthaben|jahresgebühr|jahresbeitrag"
    r"|(?:bestell|merk|reservierungs)\w*(?:gebühr|entgelt|kosten)",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"(?<![\d.,])[-\u2212]?(?:\d{1,3}(?:[.,'\u2019]\d{3})+|\d+)[.,]\d\d(?!\d|[.,]\d)"
    r"|(?<![\d.,])[-\u2212]?\d+(?=(?:,-+)?\s*(?:€|EUR\b|Euro\b|CHF\b))",
    re.IGNORECASE,
)


def facts_of(tree: HtmlElement) -> list[str]:
    """The lines beside the lists: those of texts, and of rows that are a label and what it says."""
    blocks = filter(_is_text, page.finished(tree).iter("div", "p", "li", "tr"))
    return [line for each in blocks for line in joined(page.lines(each))]


def _is_text(block: HtmlElement) -> bool:
    cells = block if block.tag == "tr" else [block]
    return len(cells) <= MOST_CELLS and all(BLOCKS.isdisjoint(map(TAG, each)) for each in cells)


def dated(site: Site, facts: list[str]) -> Site:
    """The site with the order of dates that the page proves: a long date as "Friday, January 1, 2021" is American."""
    if any(map(LONG_AMERICAN.search, facts)):
        return replace(site, dates="mdy")
    return replace(site, dates="dmy") if any(map(LONG_BRITISH.search, facts)) else site


def dated_by(site: Site, tree: HtmlElement) -> Site:
    """The same for a page. Its lines are read only where a day's English name can be among them."""
    return dated(site, facts_of(tree)) if "day" in page.raw(tree, plain=True) else site


def expires(site: Site, facts: list[str]) -> date | None:
    """The last day of the card, of all that has one."""
    for line in facts:
        said = DIGIT.search(line) and not NO_CARD.search(line) and (EXPIRES.search(line) or CARD_UNTIL.search(line))
        if said and (day := site.expiry(period_end(line[said.end() :])) or site.expiry(line)):
            return day
    return None


def owed(site: Site, facts: list[str]) -> Decimal | None:
    """What is owed: by the line that says that it is open, else by one that is headed as fees; prices are neither."""
    lines = [line for line in facts if FEES.search(line) and not TARIFF.search(line)]
    sums = [line for line in lines if AMOUNT.search(line)]
    stated = [line for line in sums if OPEN.search(line)] or [line for line in sums if ":" in line]
    for line in stated:
        found = AMOUNT.search(line)
        # Some write what is owed as a balance below nothing.
        return abs(site.money(found[0], "sum owed")) if found else None
    return Decimal(0) if any(OPEN.search(line) and line_says_none(line, "fees") for line in lines) else None
