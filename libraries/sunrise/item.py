"""What SunRise's title cell says, line by line."""

import re

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.sunrise.row import Row

CODE = re.compile(r"(?P<code>(?=[^\s/]*\d)[\w$*+.:-]{4,}|)\s*/\s*(?P<call>.*)|(?P<bare>(?=\S*\d)[\w$*+-]{5,})")
WORDY = re.compile(r"verläng|mahn|frist|renew|prolong|vorgemerkt|overdue|möglich")
SORTING = "\u00ac"  # the sign that marks where sorting begins


def item(row: Row) -> tuple[str, str | None, str | None, str | None, str]:
    """Title, author, barcode, call number and the library's words: each is a line, and any of them may be missing.

    Raises LayoutChanged where neither a title nor a call number stands in its place.
    """
    title, rest = _title(row.mark, page.cut(row.title))
    place, code, call = _code(rest)
    if place is None:
        author = rest[0] if rest and not WORDY.search(rest[0].casefold()) else None
        words = [line for line in rest if line != author]
    else:
        author, words = rest[0] if place else None, rest[place + 1 :]
    if not title and not call:
        raise LayoutChanged("no title in a row")
    return _clean(title or call or ""), _clean(author or "") or None, code, call, " ".join(words)


def _title(mark: HtmlElement | None, lines: list[str]) -> tuple[str, list[str]]:
    """What the mark holds, else the first line; and the lines behind it."""
    if mark is None:
        return (lines[0], lines[1:]) if lines else ("", [])
    if lines and mark.text == lines[0] and not len(mark):
        return lines[0], lines[1:]  # nearly always, and quicker
    left = title = page.text(mark)
    while left and lines and left.startswith(lines[0]):
        left, lines = left[len(lines[0]) :].strip(), lines[1:]
    return title, lines


def _code(lines: list[str]) -> tuple[int | None, str | None, str | None]:
    """Which line holds barcode and call number, or a barcode alone; and both."""
    for place, line in enumerate(lines):
        if ("/" in line or " " not in line) and (found := CODE.fullmatch(line)):
            code, call, bare = found.groups()
            return place, code or bare or None, call or None
    return None, None, None


def _clean(name: str) -> str:
    return name.replace(SORTING, "").strip() if SORTING in name else name
