"""The lists of PICA's newer account pages: which one a page shows, its numbered records, what their labels say."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.listing import gapless
from libraries.nothing import line_says_none, says_none
from libraries.parts.pica import Row, named
from libraries.titles import title_first

LIST = "resultset"
TABS = {"tab0", "tab1", "tab2"}
CELLS = {"td", "th"}
WARNINGS = {"div", "span", "p"}

YEAR = re.compile(r"[^()]*\d{4}[^()]*")
LIFE = re.compile(r"\s*\*[\d?-]+\*")
COUNT = re.compile(r"\((\d+)\)")
PLACE = re.compile(r"borrower/(\w+)\.htm")


class Sheet(NamedTuple):
    """A page of the account: its tabs, its lists, and what is around these."""

    tree: HtmlElement
    tabs: list[HtmlElement]
    lists: list[HtmlElement]
    around: list[HtmlElement]


def sheet(tree: HtmlElement) -> Sheet:
    """The page, taken apart once: most of it is its records, and what is looked for around them is not in them."""
    tabs = [each for each in tree.iter("a") if not TABS.isdisjoint(each.get("class", "").split())]
    lists = [each for each in tree.iter("table") if LIST in (given := each.get("class", "")) and LIST in given.split()]
    return Sheet(tree, tabs, lists, page.around(tree, lists))


def shown(sheet: Sheet) -> str | None:
    """Which list the page shows, by its tab, else by where its form leads."""
    tabs = [each.get("href", "") for each in sheet.tabs if _is_shown(each)]
    forms = (each for each in sheet.around if each.tag == "form" and next(each.iter("table"), None) is not None)
    found = map(PLACE.search, [*tabs, *(each.get("action", "") for each in forms)])
    return next((each[1] for each in found if each), None)


def _is_shown(tab: HtmlElement) -> bool:
    return "tab1" in tab.get("class", "").split()


def offers(sheet: Sheet, name: str) -> bool:
    """Whether the account has such a list at all, by its tabs; some libraries have none of requests."""
    page.finished(sheet.tree)
    if not sheet.tabs:
        raise LayoutChanged("no tabs of the account")
    return shown(sheet) == name or any(name in each.get("href", "") for each in sheet.tabs)


def tab_says_none(sheet: Sheet, what: str) -> bool:
    """Whether a tab that leads nowhere says that there is nothing behind it."""
    return any(line_says_none(each.get("title", ""), what) for each in sheet.tabs)


def stated(sheet: Sheet) -> int | None:
    """The count beside the name of the list that the page shows."""
    names = [each for each in sheet.around if each.tag == "td" and "title" in each.get("class", "").split()]
    said = map(page.text, [*names, *filter(_is_shown, sheet.tabs)])
    return max((int(found[1]) for each in said if (found := COUNT.search(each))), default=None)


def rows(sheet: Sheet, what: str, kinds: set[str]) -> list[Row]:
    """The records of the list. Raises LayoutChanged for another list, one without proof, or with numbers missing."""
    right = shown(sheet) in kinds
    found, numbers = list[Row](), list[int]()
    for line in (line for table in sheet.lists if right for line in page.table_rows(table, what)):
        if next(line.iter("table"), None) is not None or page.text(line):
            parts = _parts(line)
            found.append(_row(parts))
            numbers += _number(parts)
    if any(each.tag == "td" and "rec_" in each.get("class", "") for each in sheet.around):
        raise LayoutChanged(f"records outside the list of the {what}")
    gapless(numbers, what)
    if not found and not tab_says_none(sheet, what) and not (right and says_none(sheet.tree, what)):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return found


class _Parts(NamedTuple):
    """What a line of a list is made of. Its rows have their cells; those in `layout` hold tables, not text."""

    line: HtmlElement
    rows: dict[HtmlElement, list[HtmlElement]]
    layout: set[HtmlElement]
    labels: dict[HtmlElement, HtmlElement]
    warnings: list[HtmlElement]


def _parts(line: HtmlElement) -> _Parts:
    """The parts of a line: in one walk, since to come by each element takes most of the time."""
    parts = _Parts(line, {}, set(), {}, [])
    rows, row, cell, holder = parts.rows, None, None, None
    for each in line.iter():
        tag = each.tag
        if tag in CELLS:
            if (above := each.getparent()) is row or above in rows:
                rows[above].append(cell := each)
        elif tag == "tr":
            rows[row := each] = []
        elif tag == "table":
            if (above := each.getparent()) is not holder:  # else it is beside the one before
                holder = above
                parts.layout.update(each.iterancestors("tr"))
        elif given := each.get("class"):
            kinds = given.split()
            if "label" in kinds and (each.getparent() is cell or cell in each.iterancestors()):
                parts.labels.setdefault(cell, each)
            if "error" in kinds and tag in WARNINGS:
                parts.warnings.append(each)
    return parts


def _number(parts: _Parts) -> list[int]:
    """The number that the list gives the record, if any."""
    cell = next((each for each in parts.rows[parts.line] if "rec_nr" in each.get("class", "")), None)
    said = page.text(cell).removesuffix(".")
    return [int(said)] if said.isdecimal() else []


def _row(parts: _Parts) -> Row:
    told = _told(_pairs(parts))
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


def pairs(part: HtmlElement) -> list[tuple[str, str]]:
    """The labels in their own words, each with what stands beside it; a line of its own has none."""
    return _pairs(_parts(part))


def _pairs(parts: _Parts) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for row, cells in parts.rows.items():
        if row not in parts.layout:
            found += _pairs_in(cells, parts.labels)
    return found


def _pairs_in(cells: list[HtmlElement], labels: Mapping[HtmlElement, HtmlElement]) -> list[tuple[str, str]]:
    """A marked label has its value behind it, in its cell or the next; of two cells without, the first is the label."""
    found: list[tuple[str, str]] = []
    for cell in cells:
        mark = labels.get(cell)
        if mark is not None and (label := page.text(mark)):
            found.append((label.rstrip(" :"), _behind(cell, mark, label)))
        elif found and not found[-1][1]:
            found[-1] = (found[-1][0], page.text(cell))
    if found:
        return found
    said = [page.text(cell) for cell in cells]
    return [(said[0].rstrip(" :"), said[1])] if len(cells) == 2 else [("", words) for words in said[:1] if words]


def _behind(cell: HtmlElement, mark: HtmlElement, label: str) -> str:
    """What the label's own cell says behind it: mostly nothing, since it holds nothing else."""
    if len(cell) == 1 and not cell.text and (mark.tail or " ").isspace() and mark.getparent() is cell:
        return ""
    return page.text(cell).removeprefix(label).lstrip(" :")


def _told(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What stands beside the labels, by name; the first line without a label is the title."""
    told: dict[str, str] = {}
    for label, said in pairs:
        if said:
            told.setdefault(named(label) if label else "title", said)
    return told
