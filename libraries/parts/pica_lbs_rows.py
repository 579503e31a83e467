"""A record of PICA's newer account pages: a row with tables in it, whose labels say what stands beside them."""

import re
from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.parts.pica import Row, named
from libraries.titles import title_first

CELLS = {"td", "th"}
WARNINGS = {"div", "span", "p"}

YEAR = re.compile(r"[^()]*\d{4}[^()]*")
LIFE = re.compile(r"\s*\*[\d?-]+\*")


class Parts(NamedTuple):
    """What a line of a list, or a page, is made of: rows with their cells, cells with their first labels, warnings."""

    line: HtmlElement
    rows: dict[HtmlElement, list[HtmlElement]]
    labels: dict[HtmlElement, HtmlElement]
    warnings: list[HtmlElement]


def layout_of(tables: Iterable[HtmlElement]) -> set[HtmlElement]:
    """The rows that hold tables: these rows are there for the layout, and what they say is said in the tables."""
    holders = {each.getparent() for each in tables}
    return {row for holder in holders if holder is not None for row in holder.iterancestors("tr")}


def parts_of(line: HtmlElement) -> Parts:
    """The parts, found in one walk: to come by each element takes most of the time."""
    parts = Parts(line, {}, {}, [])
    rows, row, cell = parts.rows, None, None
    for each in line.iter():
        tag = each.tag
        if tag in CELLS:
            if (above := each.getparent()) is row or above in rows:
                rows[above].append(cell := each)
        elif tag == "tr":
            rows[row := each] = []
        elif given := each.get("class"):
            kinds = given.split()
            if "label" in kinds and (each.getparent() is cell or cell in each.iterancestors()):
                parts.labels.setdefault(cell, each)
            if "error" in kinds and tag in WARNINGS:
                parts.warnings.append(each)
    return parts


def told_by(parts: Parts, layout: Container[HtmlElement]) -> dict[str, str]:
    """What stands beside the labels, by name; the first line without a label is the title."""
    told: dict[str, str] = {}
    for label, said in pairs_of(parts, layout):
        if said:
            told.setdefault(named(label) if label else "title", said)
    return told


def number_of(parts: Parts) -> int | None:
    """The number that the list gives the record, if any."""
    cell = next((each for each in parts.rows[parts.line] if "rec_nr" in each.get("class", "")), None)
    said = page.text(cell).removesuffix(".")
    return int(said) if said.isdecimal() else None


def row_of(parts: Parts, told: Mapping[str, str]) -> Row:
    """The record as both of PICA's pages have it. Raises LayoutChanged where there is no title."""
    title, author = title_first(_undated(told.get("title", "").rstrip(" :")))
    if not title:
        raise LayoutChanged("no title in a row")
    author = _undated(author or told.get("author", ""))
    author = (LIFE.sub("", author) if "*" in author else author).rstrip(" :,") or None
    box = next((each for each in parts.line.iter("input") if each.get("type") != "hidden"), None)
    return Row(parts.line, box, title, author, told, " ".join(map(page.text, parts.warnings)))


def _undated(words: str) -> str:
    """The words without the year in brackets that they end in."""
    before, _, year = words[:-1].rpartition("(")
    return before.rstrip() if words.endswith(")") and YEAR.fullmatch(year) else words


def pairs_of(parts: Parts, layout: Container[HtmlElement]) -> list[tuple[str, str]]:
    """The labels in their own words, each with what stands beside it; a line of its own has none.

    A marked label has its value behind it, in its cell or the next; of two cells without, the first is the label.
    """
    found: list[tuple[str, str]] = []
    for row, cells in parts.rows.items():
        if row in layout:
            continue
        labelled = False
        for cell in cells:
            mark = parts.labels.get(cell)
            if mark is not None and (label := page.text(mark)):
                labelled = True
                found.append((label.rstrip(" :"), _behind(cell, mark, label)))
            elif labelled and not found[-1][1]:
                found[-1] = (found[-1][0], page.text(cell))
        found += () if labelled else _unmarked(cells)
    return found


def _unmarked(cells: list[HtmlElement]) -> list[tuple[str, str]]:
    said = [page.text(cell) for cell in cells]
    return [(said[0].rstrip(" :"), said[1])] if len(cells) == 2 else [("", words) for words in said[:1] if words]


def _behind(cell: HtmlElement, mark: HtmlElement, label: str) -> str:
    """What the label's own cell says behind it: mostly nothing, since it holds nothing else."""
    if len(cell) == 1 and not cell.text and (mark.tail or " ").isspace() and mark.getparent() is cell:
        return ""
    return page.text(cell).removeprefix(label).lstrip(" :")
