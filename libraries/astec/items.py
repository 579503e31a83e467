"""The rows of an aDIS list: columns named by their heads, and a cell that says line by line what the item is."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.dates import period_end
from libraries.errors import LayoutChanged
from libraries.numbers import number_in
from libraries.tables import Cells, is_date, only_date
from libraries.titles import author_first, kind_first, title_first
from libraries.words import NOTHING

NUMBERED = re.compile(r"CHK_(\d+)$")
BARCODE = re.compile(r"(?=\S*\d{4})[\w$*+./-]+")
LABEL = re.compile(r"(?:signatur|mediennummer|mediennr\.?|barcode|call number)\s*:\s*", re.IGNORECASE)
HEADER = "./thead/tr | ./tbody/tr[th][not(td)] | ./tr[th][not(td)]"
KIND = re.compile(r"\[[^\]]+\]")
HELD = re.compile(r"\d{4}")

Words = Mapping[str, tuple[str, ...]]


class Item(NamedTuple):
    """What a row says: its title's cell line by line, the last day in its date, its branch, the library's hint.

    `place` is a hold's in its queue; `shut` is a row whose box cannot be ticked.
    """

    format: str | None
    title: str
    author: str | None
    call_number: str | None
    barcode: str | None
    branch: str | None
    day: str
    hint: str
    place: int | None
    shut: bool


def items(tree: HtmlElement, what: str, words: Words) -> list[Item]:
    """The rows of tables that have titles, their columns told by `words`. Raises LayoutChanged for a strange row."""
    found: list[Item] = []
    for table in tree.iter("table"):
        header = page.maybe(table, HEADER)
        places = page.columns(header, words) if header is not None else {}
        if "title" in places:
            # Step by step, not row by row, which takes a seventh longer.
            lines = [row for row in page.table_rows(table, what) if row is not header]
            rows = [row for row in lines if len(row) > 1 or not (NOTHING.search(page.text(row)) or _is_heading(row))]
            boxes = [list(row.iter("input")) for row in rows]
            _prove_no_gap(boxes, what)
            plain = next(table.iter("script", "style"), None) is None
            cells = _cells(rows, places, what)
            found += [_item(*each, plain) for each in zip(cells, boxes, strict=True)]
    return found


def _is_heading(row: HtmlElement) -> bool:
    """Whether the row, one cell across the table, only says what those below it have in common."""
    return page.span(row[0]) > 1 and not HELD.search(page.text(row)) and next(row.iter("input"), None) is None


def _cells(rows: list[HtmlElement], places: Mapping[str, int], what: str) -> list[Cells]:
    """Each row's cells by name. A loan's day needs no head, if it is the one date of the row."""
    last = max(places.values())
    if any(len(row) <= last for row in rows):
        raise LayoutChanged(f"a row among the {what} that is too short")
    found = [{name: row[place] for name, place in places.items()} for row in rows]
    if what == "loans" and "day" not in places:
        found = [{**cells, "day": only_date(row, "due date")} for row, cells in zip(rows, found, strict=True)]
    return found


def _prove_no_gap(rows: list[list[HtmlElement]], what: str) -> None:
    """Raises LayoutChanged where the numbers of the rows' boxes run ahead of the rows."""
    boxes = ((place, NUMBERED.search(box.get("fld", ""))) for place, held in enumerate(rows) for box in held)
    numbers = [(place, int(found[1])) for place, found in boxes if found]
    if any(after[1] - before[1] > after[0] - before[0] for before, after in pairwise(numbers)):
        raise LayoutChanged(f"the numbers of the {what} leave out some")


def _item(cells: Cells, boxes: list[HtmlElement], plain: bool) -> Item:
    """Raises LayoutChanged where there is no title. `plain`: no cell has a script in it."""
    said = {name: page.text(cell) for name, cell in cells.items() if name != "title"}
    kind, title, author, lines = _titled(page.cut(page.raw(cells["title"], plain=plain)))
    barcode = lines.pop() if lines and BARCODE.fullmatch(lines[-1]) else None
    told = [words for name in ("past", "hint") if (words := said.get(name)) and not is_date(words)]
    return Item(
        format=kind or said.get("format") or None,
        title=title,
        author=author or said.get("author") or None,
        call_number=said.get("call_number") or (lines[-1] if lines else None),
        barcode=said.get("barcode") or barcode,
        branch=said.get("branch") or None,
        day=period_end(said.get("day", "")) or _ended(said.get("period", "")),
        hint=" ".join(told),
        place=number_in(said.get("place")),
        shut=any(each.get("disabled") is not None and each.get("type") == "checkbox" for each in boxes),
    )


def _ended(period: str) -> str:
    """The last day of a period; "" for a day that nothing tells to be the last."""
    last = period_end(period)
    return "" if last == period else last


def _titled(words: list[str]) -> tuple[str | None, str, str | None, list[str]]:
    """The kind, title and author that a cell begins with, and the lines below. Raises LayoutChanged without a title."""
    first, *rest = [*words, ""]
    kind, title = kind_first(first)
    if first.endswith("]") and KIND.fullmatch(first) and rest[0]:
        kind, title, rest = first[1:-1], rest[0], rest[1:]
    if title.endswith(":") and rest[0]:  # the author, on a line of its own
        title, rest = f"{title} {rest[0]}", rest[1:]
    title, author = title_first(title) if " / " in title else author_first(title)
    if not title:
        raise LayoutChanged("no title in a row")
    return kind, title, author, [LABEL.sub("", each) if ":" in each else each for each in rest if each]
