"""The lists of PICA's older account pages: numbered records, with labels below their title or in columns."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.listing import gapless
from libraries.nothing import says_none
from libraries.page import cls
from libraries.parts.pica import DASHED, Row, named
from libraries.titles import title_first

CONTENT = f"/descendant::*[{cls('cnt')}][1]"  # the first: most of the page is in it, and need not be searched
KIND = re.compile(r"listof(\w+)|list of (\w+)")
NUMBER = re.compile(r"(\d+)\.")


class Sheet(NamedTuple):
    """A page of the account: which list it holds, by its title or the summary of a table; its lists, boxes to tick."""

    content: HtmlElement
    kind: str | None
    lists: list[HtmlElement]
    boxes: list[HtmlElement]


def sheet(tree: HtmlElement) -> Sheet:
    """The page, taken apart in one look."""
    found = page.kinds(tree, "title", "table", "input")
    lists = [each for each in found["table"] if each.get("summary", "").startswith("list")]
    marks = [*map(page.text, found["title"]), *(each.get("summary", "") for each in lists)]
    kind = next((seen[1] or seen[2] for mark in marks if (seen := KIND.search(mark))), None)
    part = content(tree)
    held = [each for each in lists if part in each.iterancestors()]
    return Sheet(part, kind, held, [each for each in found["input"] if each.get("name") == "VB"])


def content(tree: HtmlElement) -> HtmlElement:
    """The part of the page that is not its frame."""
    found = page.maybe(tree, CONTENT)
    return page.one(tree, "//body", "body") if found is None else found


def rows(sheet: Sheet, what: str, wanted: str) -> list[Row]:
    """The records of the list. Raises LayoutChanged for another list, one without proof, or with numbers missing."""
    if sheet.kind not in {wanted, None}:
        raise LayoutChanged(f"the page is not that of the {what}")
    # Step by step, not record by record, which takes a seventh longer.
    records = _records(lines(sheet, what), what)
    told = [_told(line, places) for line, places in records]
    found = [_row(line, said) for (line, _), said in zip(records, told, strict=True)]
    if len(sheet.boxes) != sum(row.box is not None for row in found):
        raise LayoutChanged(f"records outside the list of the {what}")
    if not found and not says_none(page.whole(sheet.content, what), what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return found


def lines(sheet: Sheet, what: str) -> list[HtmlElement]:
    """The rows of the lists on the page. Raises LayoutChanged for one that is cut short."""
    return [line for table in sheet.lists for line in page.table_rows(table, what)]


def _records(lines: list[HtmlElement], what: str) -> list[tuple[HtmlElement, Mapping[str, int]]]:
    """The numbered lines, each with the columns that it has by the head above it, if any."""
    found: list[tuple[HtmlElement, Mapping[str, int]]] = []
    numbers, places = list[int](), dict[str, int]()
    for line in lines:
        if number := next(filter(None, (NUMBER.fullmatch(page.text(each)) for each in line)), None):
            numbers.append(int(number[1]))
            found.append((line, places))
        elif DASHED.search(page.text(line)):
            raise LayoutChanged(f"a row of the {what} without its number")
        else:
            places = places or _heads(line)
    gapless(numbers, what)
    return found


def _heads(line: HtmlElement) -> dict[str, int]:
    """Which column holds what, if this is the head of the list."""
    found, place = dict[str, int](), 0
    for cell in line:
        if name := named(page.text(cell)):
            found.setdefault(name, place)
        place += page.span(cell)
    return found if "title" in found else {}


def _told(line: HtmlElement, places: Mapping[str, int]) -> dict[str, str]:
    """What a record says by name: its fields are in columns, or below its title with labels in front."""
    within = next((each for each in line.iter("table") if each.get("summary") == "title data"), None)
    if within is None:
        told = {name: page.text(page.at(line, place)) for name, place in places.items()}
        if NUMBER.fullmatch(told.get("title", "")):  # the head of this column spans the number, too
            told["title"] = page.text(page.at(line, places["title"] + 1))
        return told
    cells = list(within.iter("td"))
    told = {"title": page.text(cells[0]) if cells else ""}
    for cell in cells[1:]:
        told |= _labelled(cell)
    return told


def _row(line: HtmlElement, told: Mapping[str, str]) -> Row:
    title, author = title_first(told.get("title", ""))
    if not title:
        raise LayoutChanged("no title in a row")
    box = next((each for each in line.iter("input") if each.get("name") == "VB"), None)
    said = {name: words for name, words in told.items() if words}
    return Row(line, box, title, author or said.get("author"), said)


def _labelled(cell: HtmlElement) -> list[tuple[str, str]]:
    """What follows each label in a cell, by name; labels that are not marked as such end with a colon, too."""
    found: list[tuple[str, str]] = []
    for each in cell:
        words, behind = page.text(each), each.tail or ""
        if words.endswith(":") or (words and behind.lstrip().startswith(":")):
            found.append((named(words), behind.lstrip().removeprefix(":")))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + words + behind)
    if not found:
        pieces = (piece.partition(":") for piece in page.text(cell).split(";"))
        found = [(named(label), said) for label, colon, said in pieces if colon]
    return [(name, page.fold(said).rstrip(" ;")) for name, said in found if name]


def pairs(tree: HtmlElement) -> list[tuple[str, str]]:
    """Labels of the patron's data, each with what stands in the next cell that is not empty."""
    found = []
    for line in tree.iter("tr"):
        if next(line.iter("table"), None) is None:
            said = [words for each in line if (words := page.text(each))]
            found += list(zip(said[::2], said[1::2], strict=False))
    return [(label.rstrip(" :"), words) for label, words in found if len(label) < 60]
