"""The overview of an aDIS account: a line for each list, with its count and its link."""

import re
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.forms import address
from libraries.words import NOTHING

TABLES = "//div[contains(@class, 'rTable_div')]//table | //table[contains(@class, 'rTable')]"
KINDS = {  # in this order: what lies ready is told from what was asked for
    "loans": re.compile(r"ausleih|entlieh|ausgelieh|\bloans?\b|checked out", re.IGNORECASE),
    "ready": re.compile(r"bereit(?:stell|lieg|gestellt)|abholbereit|zur abholung|\bready", re.IGNORECASE),
    "asked": re.compile(r"vormerk|bestell|reserv|fernleih|lieferung|\bholds?\b|\borders?\b|requests?\b", re.IGNORECASE),
}
NOW_NOTHING = re.compile(  # what once was on the card, or is no item
    r"hist|früher|bisherig|vergangen|zurückgegeben|raum|räume|arbeitspl|\bpc\b|schließf|veranstalt|vorschl|wunsch",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(r"\((\d+)\)\s*$")
OTHERS = re.compile(
    r"gebühr|fees?\b|mail|passwor|kennwor|pin\b|adress|daten\b|merk|such|profil|nachricht|hist|mahn|konto",
    re.IGNORECASE,
)


class Entry(NamedTuple):
    """A line of the overview: which list it is of, how many that has, where it leads."""

    kind: str
    words: str
    stated: int | None
    link: str | None


def entries(tree: HtmlElement) -> list[Entry]:
    """The lists in the overview. Raises LayoutChanged for a line with a count that is of no list we know."""
    rows = [row for table in page.every(tree, TABLES) for row in page.table_rows(table, "overview")]
    found = [_entry(row) for row in rows if 1 < len(row) < 4 and page.maybe(row, ".//input") is None]
    if strange := [each for each in found if not each.kind and each.stated and not _is_other(each.words)]:
        raise LayoutChanged(f"{len(strange)} lists in the overview that nobody knows")
    return [each for each in found if each.kind]


def _entry(row: HtmlElement) -> Entry:
    words = " ".join(map(page.text, row[1:]))
    kind = "" if NOW_NOTHING.search(words) else next((name for name, known in KINDS.items() if known.search(words)), "")
    count = IN_BRACKETS.search(f"({page.text(row[0])})") or IN_BRACKETS.search(words)
    stated = int(count[1]) if count else 0 if NOTHING.search(words) else None
    link = next((address(each, each.get("href", "")) for each in row.iter("a") if each.get("href")), None)
    if kind and link is None and stated != 0:
        raise LayoutChanged("a list of the overview that leads nowhere")
    return Entry(kind, words, stated, link)


def _is_other(words: str) -> bool:
    return bool(OTHERS.search(words) or NOW_NOTHING.search(words))


def counts(found: list[Entry]) -> dict[str, int]:
    """How many loans and holds the lists have by the overview's own word, where it has one on each of them."""
    told = {
        what: [each.stated for each in found if (each.kind == "loans") is (what == "loans")]
        for what in ("loans", "holds")
    }
    return {what: sum(stated) for what, stated in told.items() if stated and None not in stated}  # type: ignore[arg-type]


def headed(tree: HtmlElement) -> str:
    """Which list the page is of, by its headline."""
    words = " ".join(map(page.text, tree.iter("h1", "h2")))
    return next((name for name, known in KINDS.items() if known.search(words)), "")
