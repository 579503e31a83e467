"""The lists of PICA's newer account pages: which one a page shows, its numbered records, what their labels say."""

import re

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.listing import gapless
from libraries.nothing import line_says_none, says_none
from libraries.page import cls
from libraries.parts.pica import Row, named
from libraries.titles import title_first

TABS = f"//a[{cls('tab0', 'tab1', 'tab2')}]"
SHOWN = f"//a[{cls('tab1')}]/@href"
LISTS = f"//table[{cls('resultset')}]"

YEAR = re.compile(r"\s*\([^()]*\d{4}[^()]*\)$")
LIFE = re.compile(r"\s*\*[\d?-]+\*")
NUMBER = re.compile(r"(\d+)\.?")
COUNT = re.compile(r"\((\d+)\)")


def shown(tree: HtmlElement) -> str | None:
    """Which list the page shows, by its tab, else by where its form leads."""
    for path in (SHOWN, "//form[.//table]/@action"):
        for place in page.every(tree, path):
            if found := re.search(r"borrower/(\w+)\.htm", str(place)):
                return found[1]
    return None


def offers(tree: HtmlElement, name: str) -> bool:
    """Whether the account has such a list at all, by its tabs; some libraries have none of requests."""
    tabs = page.every(page.finished(tree), TABS)
    if not tabs:
        raise LayoutChanged("no tabs of the account")
    return shown(tree) == name or any(name in each.get("href", "") for each in tabs)


def tab_says_none(tree: HtmlElement, what: str) -> bool:
    """Whether a tab that leads nowhere says that there is nothing behind it."""
    return any(line_says_none(each.get("title", ""), what) for each in page.every(tree, TABS))


def stated(tree: HtmlElement) -> int | None:
    """The count beside the name of the list that the page shows."""
    places = (*page.every(tree, f"//td[{cls('title')}]"), *page.every(tree, f"{TABS}[{cls('tab1')}]"))
    return max((int(found[1]) for each in places if (found := COUNT.search(page.text(each)))), default=None)


def rows(tree: HtmlElement, what: str, kinds: set[str]) -> list[Row]:
    """The records of the list. Raises LayoutChanged for another list, one without proof, or with numbers missing."""
    lists = page.every(tree, LISTS)
    tables = lists if shown(tree) in kinds else []
    lines = [line for table in tables for line in page.table_rows(table, what)]
    found = [_row(line) for line in lines if next(line.iter("table"), None) is not None or page.text(line)]
    if any(each.tag == "td" and "rec_" in each.get("class", "") for each in page.around(tree, lists)):
        raise LayoutChanged(f"records outside the list of the {what}")
    gapless((int(seen[1]) for line in lines if (seen := _number(line))), what)
    if not found and not tab_says_none(tree, what) and not (shown(tree) in kinds and says_none(tree, what)):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return found


def _number(line: HtmlElement) -> re.Match[str] | None:
    cell = next((each for each in line if "rec_nr" in each.get("class", "")), None)
    return NUMBER.fullmatch(page.text(cell)) if cell is not None else None


def _row(line: HtmlElement) -> Row:
    told = _told(line)
    title, author = title_first(YEAR.sub("", told.get("title", "").rstrip(" :")))
    if not title:
        raise LayoutChanged("no title in a row")
    warnings = (each for each in line.iter("div", "span", "p") if "error" in each.get("class", "").split())
    author = LIFE.sub("", YEAR.sub("", author or told.get("author", ""))).rstrip(" :,") or None
    box = next((each for each in line.iter("input") if each.get("type") != "hidden"), None)
    return Row(line, box, title, author, told, " ".join(map(page.text, warnings)))


def pairs(part: HtmlElement) -> list[tuple[str, str]]:
    """The labels in their own words, each with what stands beside it; a line of its own has none."""
    # A row that holds a table is there for the layout.
    lines = (line for line in part.iter("tr") if next(line.iter("table"), None) is None)
    return [pair for line in lines for pair in _pairs_in(list(line.iterchildren("td", "th")))]


def _pairs_in(cells: list[HtmlElement]) -> list[tuple[str, str]]:
    """A marked label has its value behind it, in its cell or the next; of two cells without, the first is the label."""
    said = [page.text(cell) for cell in cells]
    labels = [page.text(page.marked(cell, "label")) for cell in cells]
    if not any(labels):
        return [(said[0].rstrip(" :"), said[1])] if len(cells) == 2 else [("", words) for words in said[:1] if words]
    found: list[tuple[str, str]] = []
    for label, words in zip(labels, said, strict=True):
        if label:
            found.append((label.rstrip(" :"), words.removeprefix(label).lstrip(" :")))
        elif found and not found[-1][1]:
            found[-1] = (found[-1][0], words)
    return found


def _told(line: HtmlElement) -> dict[str, str]:
    """What stands beside the labels, by name; the first line without a label is the title."""
    told: dict[str, str] = {}
    for label, said in pairs(line):
        if said:
            told.setdefault(named(label) if label else "title", said)
    return told
