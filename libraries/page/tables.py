"""Rows and cells: told by their classes and by the words in a table's head, never by position."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from lxml.html import HtmlElement

from libraries.errors import LayoutChanged
from libraries.page.ends import whole
from libraries.page.texts import texts_of
from libraries.page.trees import every

Heads = tuple[tuple[str, int], ...]
Words = tuple[tuple[str, tuple[str, ...]], ...]
CELLS = ("td", "th")


def table_rows(table: HtmlElement, what: str) -> list[HtmlElement]:
    """Every `tr` of this very table (not of one inside it) that holds data cells. Raises LayoutChanged if cut short."""
    whole(table, what)
    return every(table, "./tr[td] | ./tbody/tr[td] | ./thead/tr[td] | ./tfoot/tr[td]")


def closed_rows(table: HtmlElement) -> list[HtmlElement]:
    """The rows that another one follows: they hold nothing else. The last, where nothing closes it, holds the rest."""
    parts = (table, *table.iterchildren("thead", "tbody", "tfoot"))
    return [row for part in parts for row in list(part.iterchildren("tr"))[:-1]]


def columns(header: HtmlElement, words: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Which cell of a row holds what, told from the words in the header cells (lower case, whole or in part)."""
    there = [*header.iterchildren("th", "td")]
    heads = tuple(zip(map(str.casefold, texts_of(there)), map(span, there), strict=True))
    return dict(_placed(heads, tuple((name, tuple(marks)) for name, marks in words.items())))


@lru_cache(maxsize=512)
def _placed(heads: Heads, words: Words) -> Mapping[str, int]:
    """The columns by what their heads say, and how many each takes: a library has the same heads on every page."""
    found: dict[str, int] = {}
    place = 0
    for said, wide in heads:
        for name, marks in words:
            if name not in found and any(mark in said for mark in marks):
                found[name] = place
                break
        place += wide
    return found


def span(cell: HtmlElement) -> int:
    """How many columns a cell takes."""
    wide = cell.get("colspan")
    return min(int(wide), 100) or 1 if wide and (wide := wide.strip()).isdecimal() else 1


def cells(row: HtmlElement, classes: Mapping[str, str], places: Mapping[str, int]) -> dict[str, HtmlElement]:
    """The cells of a row by name: told from their classes, else from the column that the header gave them."""
    found: dict[str, HtmlElement] = {}
    there = [each for each in row[:] if each.tag in CELLS]  # quicker than to have them picked out
    for cell in there if classes else ():
        given = cell.get("class", "")
        if name := classes.get(given):
            found.setdefault(name, cell)
        elif given:
            for each in given.split():
                if each in classes:
                    found.setdefault(classes[each], cell)
    if missing := [each for each in places.items() if each[0] not in found] if found else places.items():
        wide = [cell for cell in there if cell.get("colspan")]  # in most rows none is
        covered = [cell for cell in there for _ in range(span(cell))] if wide else there
        found |= {name: covered[place] for name, place in missing if place < len(covered)}
    return found


def cell(row: Mapping[str, HtmlElement], name: str) -> HtmlElement:
    """The cell of that name. Raises LayoutChanged where the row has none."""
    if name not in row:
        raise LayoutChanged(f"no {name} in a row")
    return row[name]


def at(row: HtmlElement, place: int | None) -> HtmlElement | None:
    """The cell of `row` that covers that column, or None."""
    start = 0
    for cell in row.iterchildren("th", "td"):
        if place is not None and start <= place < start + span(cell):
            return cell
        start += span(cell)
    return None
