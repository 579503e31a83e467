"""Reads a record made of parts that their classes name: some hold a label and a value, some say what they are."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged

Told = Mapping[str, list[str]]
BLOCKS = {"div", "td", "li", "tr", "p"}
SPEAKING = BLOCKS | {"span"}
# What a class says of an element: the part that it opens, the word that it speaks, whether it is a label or a value.
# A plain tuple, since a named one takes longer to take apart.
Meaning = tuple[str, str | None, bool, bool]
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
        self._meaning = lru_cache(maxsize=MOST_KNOWN)(self._look)
        self._named = lru_cache(maxsize=MOST_KNOWN)(self._name)

    def __call__(self, record: HtmlElement) -> Told:
        """What this record tells. Raises LayoutChanged for labels and no values at all."""
        found: dict[str, list[str]] = defaultdict(list)
        meaning, text = self._meaning, page.text
        part, label, labelled, valued = "", None, False, False
        # To walk over all elements and look at their tags here is quicker than to have them picked by their tags.
        for each in record.iter():
            if not (classes := each.get("class")) or (tag := each.tag) not in SPEAKING:
                continue
            opens, word, is_label, is_value = meaning(classes)
            if tag != "span":
                part, label = opens, None
            if word:
                found[word].append(text(each))
            if is_label:
                label, labelled = each, True
            elif is_value:
                name = part if part not in {"", "status"} else self._named(text(label)) or part
                found[name].append(text(each))
                valued = True
        if labelled and not valued:
            raise LayoutChanged("labels without values in a row")
        return found

    def _look(self, classes: str) -> Meaning:
        names = classes.split()
        part = next((self._parts[each] for each in names if each in self._parts), "")
        word = next((self._words[each] for each in names if each in self._words), None)
        return part, word, self._label in names, self._value in names

    def _name(self, label: str) -> str:
        return next((each for each, pattern in self._labels.items() if pattern.search(label)), "")


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
