"""Reads tables made for people and scripts alike: cells named by class or header, labels and dates beside text."""

import re
from collections.abc import Iterable, Mapping

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.numbers import number_in

HEADER = "./thead/tr | ./tr[th][not(td)] | ./tbody/tr[th][not(td)]"
ISO_DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d")
ONLY_DATE = re.compile(r"\d[\d./-]{7,9}(?:[ T]\d\d:\d\d(?::\d\d)?)?(?: [ap]m)?", re.IGNORECASE)

Cells = dict[str, HtmlElement]


def named_rows(
    tables: Iterable[HtmlElement], classes: Mapping[str, str], words: Mapping[str, Iterable[str]], what: str
) -> list[tuple[HtmlElement, Cells]]:
    """Each row of the tables with its cells by name: by their classes, else by the words in the table's header.

    A header that has not as many columns as the row tells nothing. Raises LayoutChanged for a table cut short.
    """
    found = []
    for table in tables:
        header = page.maybe(table, HEADER)
        width = sum(map(page.span, header)) if header is not None else 0
        places = page.columns(header, words) if header is not None else {}
        for line in page.table_rows(table, what):
            found.append((line, page.cells(line, classes, places if len(line) == width else {})))
    return found


def caption(table: HtmlElement) -> str:
    """The table's caption."""
    return page.text(page.maybe(table, "./caption"))


def captioned(table: HtmlElement) -> int:
    """The count in the table's caption, as in "Holds (3 total)"; 0 where it tells none."""
    return number_in(caption(table)) or 0


def said(cell: HtmlElement | None) -> str:
    """What a cell says for itself, without its label and without forms in it; else the title of its picture."""
    if cell is None:
        return ""
    if words := page.own_text(cell) or unlabelled(cell):
        return words
    picture = next(cell.iter("img"), None)
    return page.fold(picture.get("title", "")) if picture is not None else ""


def unlabelled(cell: HtmlElement | None) -> str:
    """The text of a cell without the label that stands in for the header on small screens."""
    if cell is None:
        return ""
    words = page.text(cell)
    for each in cell.iter("span") if len(cell) else ():
        if (given := each.get("class")) and "tdlabel" in given.split():
            return words.removeprefix(page.text(each)).strip()
    return words


def stamp(cell: HtmlElement) -> str:
    """The date for scripts (`data-order`, or a title) that stands beside the one for people; else that one."""
    order: str = cell.get("data-order", "")
    if ISO_DAY.match(order):
        return order
    for each in cell.iter("span"):
        title: str = each.get("title", "")
        if title and ISO_DAY.match(title):
            return title
    return unlabelled(cell)


def is_date(text: str) -> bool:
    """Whether the text is a date in numbers, perhaps with a time, and nothing else."""
    return ONLY_DATE.fullmatch(text) is not None


def only_date(line: HtmlElement, name: str) -> HtmlElement:
    """The one cell that holds a date and nothing else. Raises LayoutChanged, by that name, for none or several."""
    found = [each for each in line.iterchildren("td") if is_date(stamp(each))]
    if len(found) != 1:
        raise LayoutChanged(f"no {name} in a row")
    return found[0]


def broken(cell: HtmlElement) -> list[str]:
    """The text of a cell, cut at its own line breaks, with the lines that are empty."""
    lines = [cell.text or ""]
    for each in cell:
        if each.tag == "br":
            lines.append(each.tail or "")
        else:
            lines[-1] += f"{page.text(each)}{each.tail or ''}"
    return [page.fold(each) for each in lines]
