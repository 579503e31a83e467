"""Finds whole numbers in what a site says."""

import re


def number_in(words: str | None) -> int | None:
    """The first whole number in the words ("2 x", "1 T", "Platz 3 von 4"); None without one."""
    found = re.search(r"\d+", words or "")
    return int(found[0]) if found else None
