"""Reads a body to its end, unpacks it, and stops at a limit."""

import zlib
from collections.abc import Callable

from libraries.errors import LayoutChanged, SiteUnavailable

ENCODINGS = "gzip, deflate"
PIECE = 64 * 2**10
GZIP = 16 + zlib.MAX_WBITS


def read_body(read: Callable[[int], bytes], *, encoding: str, announced: str | None, limit: int) -> bytes:
    """The whole body: `read(size)` gives the next bytes as sent, b"" at the end; `announced` is Content-Length.

    Neither what is sent nor what comes out of it may exceed `limit` bytes: LayoutChanged as soon as it does,
    and for what cannot be unpacked. SiteUnavailable for a packed body that was cut short.
    """
    if announced and announced.isdecimal() and int(announced[:20]) > limit:
        raise _too_large(limit)
    first = read(PIECE)
    unpack = _unpacker(encoding.strip().lower(), first)
    sent, size, pieces = 0, 0, []
    while first:
        sent += len(first)
        pieces.append(unpack.some(first, limit + 1 - size))
        size += len(pieces[-1])
        if max(size, sent) > limit:
            raise _too_large(limit)
        first = read(PIECE)
    if sent and not unpack.whole():
        raise SiteUnavailable("an answer was cut short")
    return b"".join(pieces)


def _too_large(limit: int) -> LayoutChanged:
    return LayoutChanged(f"the page is larger than {limit / 2**20:g} MB")


class _Plain:
    def some(self, piece: bytes, room: int) -> bytes:
        return piece

    def whole(self) -> bool:
        return True


class _Packed:
    def __init__(self, window: int) -> None:
        self._window = window
        self._zlib = zlib.decompressobj(window)

    def some(self, piece: bytes, room: int) -> bytes:
        """What `piece` unpacks to, but no more than `room` bytes of it."""
        parts: list[bytes] = []
        try:
            while piece and room > 0 and self._member(piece):
                parts.append(self._zlib.decompress(piece, room))
                room -= len(parts[-1])
                piece = self._zlib.unused_data if self._zlib.eof else b""
        except zlib.error:
            raise LayoutChanged("the page is not packed as it says") from None
        return b"".join(parts)

    def _member(self, piece: bytes) -> bool:
        # A gzip body may be several in a row; what follows the last and is none is no part of it
        if self._zlib.eof:
            if self._window != GZIP or not piece.startswith(b"\x1f"):
                return False
            self._zlib = zlib.decompressobj(self._window)
        return True

    def whole(self) -> bool:
        return self._zlib.eof


def _unpacker(encoding: str, first: bytes) -> _Plain | _Packed:
    if encoding in {"", "identity"}:
        return _Plain()
    if encoding in {"gzip", "x-gzip"}:
        return _Packed(GZIP)
    if encoding == "deflate":
        # By the book it is zlib's format; some servers send the bare stream
        by_the_book = len(first) > 1 and first[0] & 0x0F == 8 and (first[0] * 256 + first[1]) % 31 == 0
        return _Packed(zlib.MAX_WBITS if by_the_book else -zlib.MAX_WBITS)
    raise LayoutChanged("the page is packed in a way that nobody asked for")
