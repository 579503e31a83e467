"""The commands of `python -m libraries`, one file each."""

import re
from collections.abc import Iterable

OPTION = re.compile(r"([a-z][a-z0-9_]*)=(.*)", re.DOTALL)


def options_among(words: Iterable[str]) -> tuple[list[str], dict[str, object]]:
    """The words that are not `option=value`, and the options."""
    rest, options = [], dict[str, object]()
    for word in words:
        if found := OPTION.fullmatch(word):
            options[found[1]] = found[2]
        else:
            rest.append(word)
    return rest, options
