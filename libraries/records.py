"""Reads a record made of parts that their classes name: some hold a label and a value, some say what they are."""

import re
from collections import defaultdict
from collections.abc import Mapping
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


MOST_KNOWN = 512  # classes remembered: a site has few, and a hostile one is not to fill our memory


class Reader:
    """Reads what a record tells, by name, in one walk.

    `parts` are classes of blocks in which elements of the classes `label` and `value` lie; a value in a block
    of no known class, or in one known as "status", goes by its label. `words` are classes of what speaks for itself.
    """

    def __init__(
        self,
        parts: Mapping[str, str],
        words: Mapping[str, str],
        labels: Mapping[str, re.Pattern[str]],
        *,
        label: str,
        value: str,
    ) -> None:
        self._parts, self._words, self._labels = parts, words, labels
        self._label, self._value = label, value
        self._known: dict[str, _Meaning] = {}

    def __call__(self, record: HtmlElement) -> Told:
        """What this record tells. Raises LayoutChanged for labels and no values at all."""
        found: dict[str, list[str]] = defaultdict(list)
        part, label, labelled, valued = "", None, False, False
        for each in record.iter(*BLOCKS, "span"):
            if not (classes := each.get("class")):
                continue
            # Looked up here: nearly all are known, and a call for each element would take longer than the rest.
            what = self._known.get(classes) or self._meaning(classes)
            if each.tag in BLOCKS:
                part, label = what.part, None
            if what.word:
                found[what.word].append(page.text(each))
            if what.label:
                label, labelled = each, True
            elif what.value:
                found[_named(part, label, self._labels)].append(page.text(each))
                valued = True
        if labelled and not valued:
            raise LayoutChanged("labels without values in a row")
        return found

    def _meaning(self, classes: str) -> _Meaning:
        meaning = self._look(classes.split())
        if len(self._known) < MOST_KNOWN:
            self._known[classes] = meaning
        return meaning

    def _look(self, names: list[str]) -> _Meaning:
        part = next((self._parts[each] for each in names if each in self._parts), "")
        word = next((self._words[each] for each in names if each in self._words), None)
        return _Meaning(part, word, self._label in names, self._value in names)


def _named(part: str, label: HtmlElement | None, labels: Mapping[str, re.Pattern[str]]) -> str:
    if part not in {"", "status"}:
        return part
    words = page.text(label)
    return next((each for each, pattern in labels.items() if pattern.search(words)), part)


def first(told: Told, name: str) -> str | None:
    """The first thing told under that name, or None."""
    for each in told.get(name, ()):
        if each:
            return each
    return None


def sure(told: Told, name: str) -> str:
    """The first thing told under that name. Raises LayoutChanged where there is none."""
    found = first(told, name)
    if found is None:
        raise LayoutChanged(f"no {name} in a row")
    return found
