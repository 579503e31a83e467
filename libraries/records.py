"""Reads a record made of parts that their classes name: some hold a label and a value, some say what they are."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged

Told = Mapping[str, list[str]]
BLOCKS = {"div", "td", "li", "tr", "p"}


class _Meaning(NamedTuple):
    part: str
    word: str | None
    label: bool
    value: bool


def reader(
    parts: Mapping[str, str],
    words: Mapping[str, str],
    labels: Mapping[str, re.Pattern[str]],
    *,
    label: str,
    value: str,
) -> Callable[[HtmlElement], Told]:
    """What a record tells, by name, in one walk. It raises LayoutChanged for labels and no values at all.

    `parts` are classes of blocks in which elements of the classes `label` and `value` lie; a value in a block
    of no known class, or in one known as "status", goes by its label. `words` are classes of what speaks for itself.
    """

    @lru_cache(maxsize=512)
    def meaning(classes: str) -> _Meaning:
        names = classes.split()
        part = next((parts[each] for each in names if each in parts), "")
        word = next((words[each] for each in names if each in words), None)
        return _Meaning(part, word, label in names, value in names)

    def read(record: HtmlElement) -> Told:
        found: dict[str, list[str]] = defaultdict(list)
        part, name, labelled, valued = "", "", False, False
        for each in record.iter(*BLOCKS, "span"):
            if not (classes := each.get("class")):
                continue
            what = meaning(classes)
            if each.tag in BLOCKS:
                part, name = what.part, ""
            if what.word:
                found[what.word].append(page.text(each))
            if what.label:
                name, labelled = page.text(each), True
            elif what.value:
                found[_named(part, name, labels)].append(page.text(each))
                valued = True
        if labelled and not valued:
            raise LayoutChanged("labels without values in a row")
        return found

    return read


def _named(part: str, label: str, labels: Mapping[str, re.Pattern[str]]) -> str:
    if part not in {"", "status"}:
        return part
    return next((each for each, pattern in labels.items() if pattern.search(label)), part)


def first(told: Told, name: str) -> str | None:
    """The first thing told under that name, or None."""
    return next((each for each in told.get(name, ()) if each), None)


def sure(told: Told, name: str) -> str:
    """The first thing told under that name. Raises LayoutChanged where there is none."""
    found = first(told, name)
    if found is None:
        raise LayoutChanged(f"no {name} in a row")
    return found
