"""Finds what stands behind a label on a page: "Privilege expires: 3/31/27", in one line or in two."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

LABEL = r"(?:[^\W\d][\w' ]*\b)?(?:{words})\w*(?: (?:date|on|le))?\s*:?\s*(.*)"


def joined(lines: Iterable[str]) -> Iterator[str]:
    """The lines; one that ends in a colon together with the next."""
    for before, line in pairwise(["", *lines]):
        yield f"{before} {line}" if before.endswith(":") else line


def labelled(lines: Iterable[str], words: str) -> Iterator[str]:
    """What stands behind a label that has one of `words` (a pattern), in its line or, where that ends, in the next."""
    # The words first, alone: far quicker on the many lines that have none of them
    probe, label = re.compile(words, re.IGNORECASE), re.compile(LABEL.format(words=words), re.IGNORECASE)
    for line, after in pairwise([*lines, ""]):
        if probe.search(line) and (found := label.fullmatch(line)):
            yield found[1] or after
