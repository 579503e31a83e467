"""The rows of SunRise's lists, in tables or in Bootstrap's grid: a number, an icon, a title cell, a state cell."""

import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.forms import address
from libraries.nothing import NOUNS
from libraries.page import cls

HOLDER = f"//*[@id='tab-content' or @id='account-data'] | //*[{cls('data')}]"
LIST_TABLES = f"//table[{cls('data')} or ancestor::*[@id='tab-content' or @id='account-data']]"
IN_LIST = f"ancestor::*[@id='tab-content' or @id='account-data' or {cls('data')}]"
GRID_ROWS = f"//div[{cls('row')}][not(.//div[{cls('row')}])][{IN_LIST}]"
CELLS = {"td", "th", "div"}
MARKS = {"strong", "b", "span"}
HEADER = "./tr[th][not(td)] | ./*/tr[th][not(td)]"
TITLE_WORDS = {"title": ("titel", "title", "titre")}
NUMBER = re.compile(r"(\d{1,4})\.?\b")
CODE = re.compile(r"(?P<code>(?=[^\s/]*\d)[\w$*+.:-]{4,}|)\s*/\s*(?P<call>.*)|(?P<bare>(?=\S*\d)[\w$*+-]{5,})")
DATES = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d")
WORDY = re.compile(r"verläng|mahn|frist|renew|prolong|vorgemerkt|overdue|möglich", re.IGNORECASE)
NO_NAME = re.compile(r"\?\?\?|^[a-z]+\d+$")
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


class Row(NamedTuple):
    """The cell with title and barcode, where in it the title stands, the cell with dates and branch.

    `parts` is all that is in the row, by tag.
    """

    number: int | None
    parts: Mapping[str, list[HtmlElement]]
    title: HtmlElement
    mark: HtmlElement | None
    state: HtmlElement | None


class Item(NamedTuple):
    """What the title cell says, line by line; `words` are the library's on the item."""

    title: str
    author: str | None
    code: str | None
    call_number: str | None
    words: str


def rows_of(tree: HtmlElement, what: str) -> list[Row]:
    """The rows of the list that the page shows, in order.

    Raises LayoutChanged for a list that is cut short, for a row without a title, and where rows between are missing.
    """
    rows = [row for table in page.every(tree, LIST_TABLES) for row in _in_table(table, what)]
    if not rows:
        rows = _in_grid(tree, what)
    numbers = [row.number for row in rows if row.number is not None]
    if any(after != before + 1 for before, after in pairwise(numbers)):
        raise LayoutChanged(f"the numbers of the {what} leave out some")
    return rows


def _in_table(table: HtmlElement, what: str) -> list[Row]:
    header = page.maybe(table, HEADER)
    place = page.columns(header, TITLE_WORDS).get("title") if header is not None else None
    found = list[Row]()
    for each in page.table_rows(table, what):
        cells = _cells(each)
        # A single cell across the table is a note, such as that there are no rows; counts guard against more.
        if len(cells) > 1 and not (header is None and not found and _heads(each)):
            found.append(_row(each, cells, place))
    return found


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [each for each in row if each.tag in CELLS]


def _heads(row: HtmlElement) -> bool:
    """Whether a row of plain cells is the table's header."""
    told = DATES.search(page.text(row)) or next(row.iter("strong", "b"), None) is not None
    return "title" in page.columns(row, TITLE_WORDS) and not told


def _in_grid(tree: HtmlElement, what: str) -> list[Row]:
    for holder in page.every(tree, HOLDER):
        page.whole(holder, what)
    rows = [(each, _cells(each)) for each in page.every(tree, GRID_ROWS)]
    return [_row(each, cells, None) for each, cells in rows if len(cells) > 1 and any(map(_marks, each.iter()))]


def _row(row: HtmlElement, cells: list[HtmlElement], headed: int | None) -> Row:
    parts = defaultdict(list)  # held, so that no element is made anew each time it is looked at
    marks: dict[HtmlElement, HtmlElement] = {}
    for cell in cells:
        for each in cell.iter():  # all of them: to have lxml pick out tags takes longer in as few as a cell has
            tag = each.tag
            if tag in MARKS and cell not in marks and _marks(each):
                marks[cell] = each
            parts[tag].append(each)
    by_class = {name: cell for cell in cells if (names := cell.get("class")) for name in names.split()}
    title = by_class.get("account-display-title", next(iter(marks), None))
    if title is None:
        title = page.at(row, headed)
    if title is None:
        raise LayoutChanged("a row without a title")
    place = cells.index(title)
    number = next(filter(None, map(NUMBER.match, map(page.text, cells[:place]))), None)
    state = by_class.get("account-display-state", next(iter(cells[place + 1 :]), None))
    return Row(int(number[1]) if number else None, parts, title, marks.get(title), state)


def _marks(part: HtmlElement) -> bool:
    """Whether a title stands here: in bold type, or in one of Bootstrap's lines."""
    return part.tag in MARKS and (part.tag != "span" or "d-block" in part.get("class", ""))


def says_none(tree: HtmlElement) -> bool:
    """Whether the page says, where its list belongs, that there is nothing. A count of none in a tab is no proof."""
    holders = [page.whole(each, "list") for each in page.every(tree, HOLDER)]
    return any(_says_none(line) for each in holders for line in page.lines(each))


def _says_none(line: str) -> bool:
    return bool(EMPTY.search(line) and CONTENTS.search(line)) and not TROUBLE.search(line)


def item(row: Row) -> Item:
    """Title, author, barcode, call number and the library's words: each is a line, and any of them may be missing.

    Raises LayoutChanged where neither a title nor a call number stands in its place.
    """
    lines = page.lines(row.title)
    title, rest = _title(row.mark, lines)
    codes = [*map(CODE.fullmatch, rest)]
    code = next(filter(None, codes), None)
    place = codes.index(code) if code else None
    author = next((line for line in rest[: 1 if place is None else place] if place or not WORDY.search(line)), None)
    call = code["call"] if code else None
    words = [line for line in rest if line != author] if place is None else rest[place + 1 :]
    if not title and not call:
        raise LayoutChanged("no title in a row")
    number = (code["code"] or code["bare"]) if code else None
    return Item(
        _clean(title or call or ""), _clean(author or "") or None, number or None, call or None, " ".join(words)
    )


def _title(mark: HtmlElement | None, lines: list[str]) -> tuple[str, list[str]]:
    if mark is None:
        return (lines[0], lines[1:]) if lines else ("", [])
    left = title = page.fold(mark.text or "") if not len(mark) else page.text(mark)
    while left and lines and left.startswith(lines[0]):
        left, lines = left[len(lines[0]) :].strip(), lines[1:]
    return title, lines


def _clean(name: str) -> str:
    """Without the sign that marks where sorting begins."""
    return name.replace("\u00ac", "").strip()


def picture(row: Row) -> str | None:
    """The kind of medium that the row's icon names; None where it is only a file's name."""
    named = (page.text(each.get("title", "")) for each in row.parts.get("img", ()))
    return next((name for name in named if name and not NO_NAME.search(name)), None)


def next_page(tree: HtmlElement, rows: list[Row]) -> str | None:
    """Where the list goes on: the nearest position beyond the rows of this page.

    Raises LayoutChanged where the rows' numbers do not fill the page from its first position to the next page's.
    """
    places = _places(tree)
    numbers = [row.number for row in rows if row.number is not None]
    here = AT.search(tree.base_url or "")
    first = numbers[0] if numbers else int(here[1] if here and here[1] else 1)
    ahead = min((place for place in places if place >= first + len(rows)), default=None)
    before = max((place for place in places if place < first), default=None)
    sizes = [abs(place - first) for place in (before, ahead) if place is not None]
    if numbers and (any((first - 1) % size for size in sizes) or (ahead is not None and ahead != numbers[-1] + 1)):
        raise LayoutChanged("a page of the list does not reach from its beginning to the next one")
    return None if ahead is None else places[ahead]


def _places(tree: HtmlElement) -> dict[int, str]:
    """The positions at which other pages of the list begin, and their addresses."""
    found = {}
    for each in tree.iter("a"):
        if place := AT.search(f"{each.get('href', '')} {each.get('onclick', '')}"):
            made = f"userAccount.do?methodToCall=pos&accountTyp={place[2]}&anzPos={place[3]}"
            found[int(place[1] or place[3])] = address(tree, made if place[2] else each.get("href", ""))
    return found
