"""SIP2 messages: a code, a fixed part, fields of two-letter codes, and the checksum that may end them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from libraries.errors import LayoutChanged
from libraries.page import fold

FIXED = {"18": 24, "24": 35, "36": 19, "64": 59, "94": 1, "98": 34}
FIELD = re.compile(r"[A-Z][A-Z0-9]")
CHECKED = re.compile(rb"(?:AY(\d))?AZ([0-9A-Fa-f]{4})$")
NUMBERED = re.compile(r"(?:AY\d)?(?:AZ[0-9A-Fa-f]{4})?$")
UNCHECKED = b"0000"
ENDS = b"\r\n\0"
NO_CODE_PAGE = re.compile(rb"[A-Za-z\xe0-\xff]\x92[a-z\xe0-\xff]| [\x96\x97] ")  # an apostrophe, a dash of Windows
CODE_PAGE_ONLY = bytes(range(0x80, 0xA8))  # letters in code page 850, control characters and signs in Latin-1


class Part(NamedTuple):
    """One of the lists of a patron: its place among the counts and in a request's summary, the code of its items."""

    place: int
    code: str


HOLDS, OVERDUE, CHARGED = Part(0, "AS"), Part(1, "AT"), Part(2, "AU")
FINES, RECALLED, UNAVAILABLE = Part(3, "AV"), Part(4, "BU"), Part(5, "CD")


@dataclass(frozen=True, repr=False)
class Message:
    """A message, read. `fixed` is what stands between its code and its fields."""

    code: str
    fixed: str
    fields: Mapping[str, tuple[str, ...]]

    def all(self, code: str) -> tuple[str, ...]:
        """What the fields of that code hold, empty ones left out."""
        return tuple(each for each in self.fields.get(code, ()) if each)

    def first(self, code: str) -> str:
        """What the first field of that code holds; "" where there is none."""
        return next(iter(self.all(code)), "")

    def count(self, part: Part) -> int | None:
        """How many items the list has, as a patron's message (64) states; None where it leaves that blank."""
        start = 35 + 4 * part.place
        digits = self.fixed[start : start + 4].strip()
        return int(digits) if digits.isdecimal() else None


def read(line: bytes, encoding: str | None, separator: str = "|") -> Message:
    """The message in `line`, which must end as messages do. Raises LayoutChanged for one cut short, or none at all."""
    if not line.endswith((b"\r", b"\n")) and not CHECKED.search(line):
        raise LayoutChanged("the message was cut short")
    text = decoded(line.strip(ENDS), encoding)
    code = text[:2]
    length = FIXED.get(code)
    if length is None:
        raise LayoutChanged("not a message that is known here")
    fixed, rest = text[2 : 2 + length], text[2 + length :]
    if len(fixed) < length or (rest and not FIELD.match(rest)):
        raise LayoutChanged(f"the fixed part of message {code} has another length")
    return Message(code, fixed, _fields(NUMBERED.sub("", rest), separator))


def _fields(text: str, separator: str) -> dict[str, tuple[str, ...]]:
    """The fields by code. What follows a separator but begins with no code belongs to the value before it."""
    found: list[list[str]] = []
    for piece in text.split(separator):
        if FIELD.match(piece):
            found.append([piece[:2], piece[2:]])
        elif found and piece:
            found[-1][1] += f" {piece}"
    fields = dict[str, tuple[str, ...]]()
    for code, value in found:
        fields[code] = (*fields.get(code, ()), fold(value))
    return fields


def decoded(line: bytes, encoding: str | None) -> str:
    """The text of a message, in the encoding stated, else in UTF-8, code page 850 or Latin-1, whichever it fits."""
    if encoding:
        return line.decode(encoding, "replace")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        code_page = any(each in CODE_PAGE_ONLY for each in line) and not NO_CODE_PAGE.search(line)
        return line.decode("cp850" if code_page else "cp1252", "replace")


def checksum(line: bytes) -> bytes:
    """The four digits for a message that ends with `AZ`."""
    return b"%04X" % (-sum(line) & 0xFFFF)


def intact(line: bytes) -> bool:
    """Whether the message arrived as it was sent, so far as its checksum tells."""
    found = CHECKED.search(line)
    return found is None or found[2] == UNCHECKED or found[2].upper() == checksum(line[: -len(UNCHECKED)])


def sequence(line: bytes) -> str | None:
    """The number that ties an answer to its request, None where the message has none."""
    found = CHECKED.search(line)
    return found[1].decode() if found and found[1] else None
