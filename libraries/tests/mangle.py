"""Makes a site's answer into what no site should send, by chance but repeatably."""

from collections.abc import Callable, Sequence
from random import Random

SHARP = (
    b"", b"<", b">", b"\0", b"&#0;", b"&#xD800;", b"&#1114112;", b"]]>", b"<![CDATA[",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"NaN",
    b"Infinity", b"-1", b"1e999", b"null", b"[]", b"{}", b'""', b"true", b"9" * 5000, b"0" * 400, b"31.02.2026",
    b"99.99.9999", b"2026-13-45", b"00/00/0000", b"9999-12-31", b"0001-01-01", b"1,000.00.00", b"-",
    b"javascript:alert(1)", b"//evil.example/", b"http://[::1", b"http://a:b@c/", b"\r\nSet-Cookie: a=b",
    b"<script>alert(1)</script>", b"</table>", b"<table><tr><td>", b"</body>", b"<form action='http://[bad'>",
    b"<base href='https://evil.example/'>", b"<input name=code>", b"(0)", b"(99999999)", b"\xe2\x80\xae",
    b"\xf0\x9f\xa6\x9b", b"&nbsp;" * 50, b"<td>" * 300, b"[" * 3000, b'{"a":' * 500, b"<div>" * 2000,
)  # fmt: skip


def mangle(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """One to four changes. `others` are answers to take pieces from."""
    for _ in range(random.randint(1, 4)):
        body = random.choice(CHANGES)(body, others, random)
    return body


def _slice(body: bytes, random: Random) -> slice:
    begin = random.randint(0, len(body))
    return slice(begin, min(len(body), begin + int(random.expovariate(1 / 200))))


def _cut(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    return body[: random.randint(0, len(body))]


def _drop(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    gone = _slice(body, random)
    return body[: gone.start] + body[gone.stop :]


def _repeat(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    piece = _slice(body, random)
    return body[: piece.stop] + body[piece] * random.choice((1, 2, 30)) + body[piece.stop :]


def _noise(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    gone = _slice(body, random)
    return body[: gone.start] + random.randbytes(random.randint(0, 40)) + body[gone.stop :]


def _sharp(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    gone = _slice(body, random)
    return body[: gone.start] + random.choice(SHARP) + body[gone.stop :]


def _between_tags(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Puts something sharp in the place of one text, value or attribute."""
    marks = [place for place, byte in enumerate(body) if byte in b"><\"':|,="]
    if len(marks) < 2:
        return body
    place = random.randrange(len(marks) - 1)
    return body[: marks[place] + 1] + random.choice(SHARP) + body[marks[place + 1] :]


def _splice(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    other = random.choice(others)
    return body[: random.randint(0, len(body))] + other[random.randint(0, len(other)) :]


def _digits(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Other digits everywhere: counts, dates and sums that do not fit."""
    table = bytes.maketrans(b"0123456789", bytes(random.choice(b"0123456789") for _ in range(10)))
    return body.translate(table)


def _only_noise(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    return random.randbytes(random.randint(0, 300)) if random.random() < 0.1 else body


Change = Callable[[bytes, Sequence[bytes], Random], bytes]
CHANGES: tuple[Change, ...] = (
    _cut, _drop, _repeat, _noise, _sharp, _sharp, _between_tags, _between_tags, _between_tags, _splice, _digits,
    _only_noise,
)  # fmt: skip
