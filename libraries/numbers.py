"""Finds whole numbers in what a site says."""

import re

NUMBER = re.compile(r"\d+")
RANGE = re.compile(
    r"(?:(?:treffer|titel|einträge|medien|exemplare|hits|titles|items|results|résultats)\W*)?"
    r"\d+\s*(?:-|\u2013|bis|to|à|a)\s*\d+\s*(?:von|of|de|sur|di|van)\s*(?:\w+ )?(\d+)\b",
    re.IGNORECASE,
)


def number_in(words: str | None) -> int | None:
    """The first whole number in the words ("2 x", "1 T", "Platz 3 von 4"); None without one."""
    if not words or words.isdecimal():  # mostly, and quicker than to search it
        return int(words) if words else None
    found = NUMBER.search(words)
    return int(found[0]) if found else None


def total_in(words: str) -> int | None:
    """How many there are by words that begin like "1 - 20 of 43"; None for others, as titles with numbers in them."""
    found = RANGE.match(words)
    return int(found[1]) if found else None
