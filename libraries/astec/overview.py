"""The overview of an aDIS account: a line for each list, with its count and its link, and facts on the card."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.forms import address
from libraries.numbers import number_in
from libraries.site import Site
from libraries.words import NOTHING

TABLES = "//div[contains(@class, 'rTable_div')]//table | //table[contains(@class, 'rTable')]"
KINDS = {  # in this order: what lies ready is told from what was asked for
    "loans": re.compile(r"ausleih|entlieh|ausgelieh|\bloans?\b|checked out", re.IGNORECASE),
    "ready": re.compile(r"bereit(?:stell|lieg|gestellt)|abholbereit|zur abholung|\bready", re.IGNORECASE),
    "asked": re.compile(r"vormerk|bestell|reserv|fernleih|lieferung|\bholds?\b|\borders?\b|requests?\b", re.IGNORECASE),
}
NOT_ON_THE_CARD = re.compile(  # what once was on it, or is no item
    r"histor(?:ie|y)|frühere|bisherig|vergangen|zurückgegeben|raumreserv|räume|arbeitspl\w*reserv|\bpc\b|schließf"
    r"|veranstalt|vorschl|wunschliste",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(r"\((\d+)\)\s*$")
OTHERS = re.compile(
    r"gebühr|fees?\b|mail|passwor|kennwor|pin\b|adress|daten\b|merk|such|profil|nachricht|hist|mahn|konto",
    re.IGNORECASE,
)

FACTS = "//tr[count(th | td) = 2]"
OWED = re.compile(r"gebühr|entgelt|forderung|offene\w* betr|fees?\b|charges", re.IGNORECASE)
DATE = re.compile(r"\d\d?\.\d\d?\.\d{2,4}")
PATRON = re.compile(r"konto für (?:herrn |frau )?(.+)", re.IGNORECASE)


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
    said = [page.text(cell) for cell in row]
    words = " ".join(each for each in said if not each.isdecimal())
    kind = "" if NOT_ON_THE_CARD.search(words) else _kind(words)
    count = number_in(next(filter(str.isdecimal, said), None))
    found = IN_BRACKETS.search(words) if count is None else None
    stated = int(found[1]) if found else 0 if count is None and NOTHING.search(words) else count
    link = next((address(each, each.get("href", "")) for each in row.iter("a") if each.get("href")), None)
    if kind and link is None and stated != 0:
        raise LayoutChanged("a list of the overview that leads nowhere")
    return Entry(kind, words, stated, link)


@lru_cache(maxsize=64)
def _kind(words: str) -> str:
    """Which list the words name; what is asked for may be on loan to others ("Vormerkungen auf Entliehenes")."""
    found = {name: hit.start() for name, known in KINDS.items() if (hit := known.search(words))}
    asked = [name for name in ("ready", "asked") if name in found]
    if "loans" in found and all(found["loans"] < found[name] for name in asked):
        return "loans"
    return next(iter(asked), "")


def _is_other(words: str) -> bool:
    return bool(OTHERS.search(words) or NOT_ON_THE_CARD.search(words))


def counted(found: list[Entry]) -> dict[str, int]:
    """How many loans and holds the lists have by the overview's own word, where it has one on each of them."""
    told = {
        what: [each.stated for each in found if (each.kind == "loans") is (what == "loans")]
        for what in ("loans", "holds")
    }
    return {what: sum(stated) for what, stated in told.items() if stated and None not in stated}  # type: ignore[arg-type]


def headed(tree: HtmlElement) -> str:
    """Which list the page is of, by its headline."""
    return _kind(" ".join(map(page.text, tree.iter("h1", "h2"))))


def facts_of(tree: HtmlElement) -> list[tuple[str, str]]:
    """What the overview tells in rows of a label and a value."""
    return [(page.text(row[0]), page.text(row[1])) for row in page.every(tree, FACTS)]


def owed(site: Site, facts: Iterable[tuple[str, str]]) -> Decimal | None:
    """The sum owed, by the first of the facts that states one, or that there is none."""
    said = [value for label, value in facts if OWED.search(label) and not DATE.search(value)]
    sums = (Decimal(0) if NOTHING.search(value) else site.maybe_money(value) for value in said)
    return next((amount for amount in sums if amount is not None), None)


def patron(tree: HtmlElement) -> str | None:
    """The name of the patron that the account is of."""
    names = (PATRON.search(page.text(each)) for each in page.every(tree, "//p"))
    return next((found[1] for found in names if found), None)
