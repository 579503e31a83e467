"""Finds a library by its name and place, whatever the accents and the case of letters."""

import unicodedata
from typing import NamedTuple

from cards.models import Library
from cards.standing import works_since

MOST = 30
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


class Found(NamedTuple):
    """A library as the list shows it. `since` is "" where nobody's card was read well yet."""

    slug: str
    name: str
    place: str
    since: str


class Shelf(NamedTuple):
    """The libraries that fit a query, and how many more than these fit."""

    found: list[Found]
    left: int


def find(query: str) -> Shelf:
    """Libraries that take cards and whose name and place have every word of `query`; by name."""
    words = fold(query).split()
    rows = Library.objects.visited().only("slug", "name", "place", "works_since", "timezone")
    fits = [row for row in rows if all(word in _said(row) for word in words)]
    fits.sort(key=lambda row: (not fold(row.name).startswith(" ".join(words)), fold(row.name)))
    shown = [Found(row.slug, row.name, row.place, works_since(row)) for row in fits[:MOST]]
    return Shelf(shown, len(fits) - len(shown))


def fold(text: str) -> str:
    """`text` in small letters without accents: what looks alike is alike."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each)).translate(PLAIN)


def _said(library: Library) -> str:
    """Name and place, with ö also as oe."""
    text = unicodedata.normalize("NFC", f"{library.name} {library.place}").casefold()
    return f"{fold(text)} {fold(text.translate(SPELT_OUT))}"
