"""BIBLIOTHECA's page as rows: which of them head lists, the cells of each, and what its links do."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page

HEADING = re.compile(r"exemplarmenubar|tabHeader")
ACTION = re.compile(r"target=(verl|vermsg|delvor|vl(?![a-z]))(_?)(\w*)")
UNSEEN = ("input", "script")

Actions = Mapping[HtmlElement, tuple[str, str]]


class Row(NamedTuple):
    """A row: its cells, and what the first of its links that does anything does (as renew), and to which item."""

    node: HtmlElement
    cells: list[HtmlElement]
    action: str
    item: str


class Sheet(NamedTuple):
    """A page, looked at once, which is far quicker than once for each row.

    The rows that head lists, what the links of rows do, the rows of items, and those that hold more than cells.
    """

    headers: list[HtmlElement]
    actions: Actions
    items: set[HtmlElement]
    mixed: set[HtmlElement | None]

    def row(self, node: HtmlElement) -> Row:
        """That row."""
        cells = [each for each in node if each.tag not in UNSEEN] if node in self.mixed else node[:]
        return Row(node, cells, *self.actions.get(node, ("", "")))


def sheet_of(tree: HtmlElement) -> Sheet:
    """The page of that tree. Lists that follow the page's own end are none, but items there count as such."""
    seen = page.kinds(tree, "tr", "th", "a", *UNSEEN)
    headed = {cell.getparent() for cell in seen["th"]}
    headers = [row for row in seen["tr"] if (row in headed or _heads(row)) and tree in row.iterancestors()]
    return Sheet(headers, *_actions(seen["a"]), {each.getparent() for name in UNSEEN for each in seen[name]})


def _heads(row: HtmlElement) -> bool:
    """Whether the class of a row, or of its first cell, says that it heads a list."""
    first = next(row.iterchildren("td"), row)
    return HEADING.search(f"{row.get('class')} {first.get('class')}") is not None


def _actions(links: Iterable[HtmlElement]) -> tuple[Actions, set[HtmlElement]]:
    """What the links do (renew, say why not, cancel) by all rows around them; the nearest rows to those of items."""
    actions, items = dict[HtmlElement, tuple[str, str]](), set[HtmlElement]()
    for link in links:
        if does := ACTION.search(href := link.get("href", "")):
            rows = [*link.iterancestors("tr")]
            for row in rows:
                actions.setdefault(row, ("vermsg" if "vermsg" in href else does[1], does[3]))
            items.update(rows[:1] if does[2] else ())
    return actions, items
