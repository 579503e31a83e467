"""One conversation with a SIP2 server: each request, its answer, and what error detection asks for in between."""

import socket

from libraries.errors import LayoutChanged, SiteFailing, SiteUnavailable
from libraries.sip2.message import ENDS, checksum, intact, sequence

MOST_TRIES = 3
LONGEST = 2**20
REPEAT = b"96"  # what the server says when a request did not reach it whole
AGAIN = b"97"  # what we say when its answer did not


class Line:
    """A connection on which one request at a time is asked and answered.

    `checked`: requests carry a sequence number and a checksum. A request is sent a second time only when
    the server says that it could not read it, so no PIN is ever tried twice.
    """

    def __init__(self, sock: socket.socket, *, checked: bool, encoding: str) -> None:
        self._sock = sock
        self._checked = checked
        self._encoding = encoding
        self._number = -1
        self._arrived = b""

    def ask(self, request: str, expected: str) -> bytes:
        """The answer with the code `expected`, with its end.

        Raises SiteUnavailable (or one of its kinds), LayoutChanged for another answer.
        """
        self._number = (self._number + 1) % 10
        asked = self._framed(request.encode(self._encoding), numbered=True)
        self._sock.sendall(asked)
        for _ in range(MOST_TRIES):
            answer = self._next()
            if answer.startswith(REPEAT):
                self._sock.sendall(asked)
            elif not intact(answer):
                self._sock.sendall(self._framed(AGAIN, numbered=False))
            elif sequence(answer) in {None, str(self._number)} or not self._checked:
                return self._expected(answer, expected)
        raise SiteFailing("the SIP2 server and we do not understand each other: nothing arrives whole")

    def _framed(self, message: bytes, *, numbered: bool) -> bytes:
        if not self._checked:
            return message + b"\r"
        ended = message + (b"AY%d" % self._number if numbered else b"") + b"AZ"
        return ended + checksum(ended) + b"\r"

    def _expected(self, answer: bytes, code: str) -> bytes:
        if not answer.startswith(code.encode()):
            raise LayoutChanged(f"the SIP2 server gave another answer than {code}")
        return answer + b"\r"

    def _next(self) -> bytes:
        """The next message without its end; empty lines are passed over."""
        while b"\r" not in self._arrived and b"\n" not in self._arrived:
            arrived = self._sock.recv(2**16)
            if not arrived:
                raise SiteUnavailable("the library's SIP2 server hung up")
            self._arrived = (self._arrived + arrived).lstrip(ENDS)
            if len(self._arrived) > LONGEST:
                raise LayoutChanged("a message without end")
        line, self._arrived = _cut(self._arrived)
        return line


def _cut(arrived: bytes) -> tuple[bytes, bytes]:
    """The first line, and what came after it."""
    end = min(place for mark in (b"\r", b"\n") if (place := arrived.find(mark)) >= 0)
    return arrived[:end], arrived[end:].lstrip(ENDS)
