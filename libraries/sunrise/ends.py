"""What a SunRise page says of its list's end: that there is nothing in it, or where it goes on."""

import re

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.forms import address
from libraries.nothing import NOUNS
from libraries.sunrise.row import Row
from libraries.sunrise.rows import HOLDER
from libraries.sunrise.sheet import Sheet

EMPTY = re.compile(
    r"\b(?:keine?n?|nichts)\b|\bno (?:data|item|entr|loan|order|reserv|fee|charge|record)|contains? no\b"
    r"|does not contain|\baucune?\b|ne contient (?:pas|rien)",
    re.IGNORECASE,
)
CONTENTS = re.compile(
    "|".join((r"\bdat(?:en|a)\b|donnée|eintr[aä]g|medien|exemplar|titel|item|entr(?:y|ies)|record", *NOUNS.values())),
    re.IGNORECASE,
)
TROUBLE = re.compile(
    r"konnt|could|kann nicht|can ?not|unable|error|fehler|connection|verbindung|auskunft|server|später|later"
    r"|verläng|renew|prolong|möglich|possible",
    re.IGNORECASE,
)
AT = re.compile(r"anzPos=(\d+)|navigate\(\s*['\"](\w+)['\"]\s*,\s*['\"](\d+)['\"]")


def says_none(tree: HtmlElement) -> bool:
    """Whether the page says, where its list belongs, that there is nothing. A count of none in a tab is no proof."""
    holders = [page.whole(each, "list") for each in page.every(tree, HOLDER)]
    return any(_says_none(line) for each in holders for line in page.lines(each))


def _says_none(line: str) -> bool:
    return bool(EMPTY.search(line) and CONTENTS.search(line)) and not TROUBLE.search(line)


def next_page(sheet: Sheet, rows: list[Row]) -> str | None:
    """Where the list goes on: the nearest position beyond the rows of this page.

    Raises LayoutChanged where the rows' numbers do not fill the page from its first position to the next page's.
    """
    places = _places(sheet)
    if not places:
        return None
    numbers = [row.number for row in rows if row.number is not None]
    here = AT.search(sheet.tree.base_url or "")
    first = numbers[0] if numbers else int(here[1] if here and here[1] else 1)
    ahead = min((place for place in places if place >= first + len(rows)), default=None)
    before = max((place for place in places if place < first), default=None)
    sizes = [abs(place - first) for place in (before, ahead) if place is not None]
    if numbers and (any((first - 1) % size for size in sizes) or (ahead is not None and ahead != numbers[-1] + 1)):
        raise LayoutChanged("a page of the list does not reach from its beginning to the next one")
    return None if ahead is None else places[ahead]


def _places(sheet: Sheet) -> dict[int, str]:
    """The positions at which other pages of the list begin, and their addresses."""
    found = {}
    for each in sheet.links:
        leads = f"{each.get('href')} {each.get('onclick')}"
        if ("anzPos=" in leads or "navigate(" in leads) and (place := AT.search(leads)):
            made = f"userAccount.do?methodToCall=pos&accountTyp={place[2]}&anzPos={place[3]}"
            found[int(place[1] or place[3])] = address(sheet.tree, made if place[2] else each.get("href", ""))
    return found
