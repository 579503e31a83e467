"""A small SIP2 server on loopback: one patron, two loans, one hold, and faults on the line when told to."""

import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from libraries.sip2.message import CHECKED, checksum

NUMBER, PIN = "29007000412345", "4711"
NOW = "20260504    101500"
TITLES = {"39007001000011": "The Lanternkeeper's Atlas", "39007001000022": "Six Ways Across the Fen"}
ITEMS = {"AU": ["39007001000011", "39007001000022"], "AS": ["39007001000044"]}


@dataclass
class Terminal:
    """What the server heard, and what is to go wrong: each of `faults` once, in order, in place of an answer."""

    port: int = 0
    page: int = 10
    heard: list[str] = field(default_factory=list)
    faults: list[bytes] = field(default_factory=list)

    def codes(self) -> list[str]:
        """The codes of the messages heard."""
        return [each[:2] for each in self.heard]

    def answer(self, line: str) -> str:
        """What it says to a message without its error detection."""
        fields = {each[:2]: each[2:] for each in line.split("|")[1:]}
        if line.startswith("63"):
            return self._patron(line, fields)
        number = line[20:].partition("|AB")[2].partition("|")[0]
        return {
            "93": "941",
            "99": f"98YYYNYN600003{NOW}2.00AOELM|",
            "17": f"18040001{NOW}AB{number}|AJ{TITLES.get(number, '')}|AH20260518    235900|",
            "35": f"36Y{NOW}AOELM|",
        }[line[:2]]

    def _patron(self, line: str, fields: dict[str, str]) -> str:
        right = "Y" if fields["AD"] == PIN else "N"
        counts = "000100000002000000000000" if right == "Y" else " " * 24
        place = line[23:33].find("Y")
        code = {0: "AS", 2: "AU"}.get(place, "") if right == "Y" else ""
        first = int(fields.get("BP", "1")) - 1
        rows = "".join(f"{code}{each}|" for each in ITEMS.get(code, [])[first : first + self.page])
        words = "" if right == "Y" else "AFThat PIN is wrong.|"
        return f"64{' ' * 14}001{NOW}{counts}AOELM|AA{NUMBER}|AEMira|BLY|CQ{right}|{rows}{words}"


def framed(text: str, number: str = "0") -> bytes:
    """A message as it is sent, numbered and with its checksum."""
    ended = f"{text}AY{number}AZ".encode()
    return ended + checksum(ended) + b"\r"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        terminal: Terminal = self.server.terminal  # type: ignore[attr-defined]
        last = b""
        with suppress(OSError):
            while line := self._line():
                found = CHECKED.search(line)
                terminal.heard.append(line.decode())
                if not line.startswith(b"97"):
                    number = found[1].decode() if found and found[1] else "0"
                    last = framed(terminal.answer(CHECKED.sub(b"", line).decode()), number)
                self.wfile.write(terminal.faults.pop(0) if terminal.faults else last)

    def _line(self) -> bytes:
        line = b""
        while (byte := self.rfile.read(1)) and byte != b"\r":
            line += byte
        return line


@contextmanager
def serve_sip2(*faults: bytes, page: int = 10, certificate: Path | None = None) -> Iterator[Terminal]:
    """The server on a free port until the end; over TLS with a `certificate` (PEM with its key)."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        terminal = Terminal(port=server.server_address[1], faults=list(faults), page=page)
        server.terminal = terminal  # type: ignore[attr-defined]
        running = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        running.start()
        try:
            yield terminal
        finally:
            server.shutdown()
            running.join(2)
