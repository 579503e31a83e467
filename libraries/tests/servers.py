"""Small web servers on loopback for tests: each connection's requests are answered by a function."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PAGE = b"<html><body><p>A quiet reading room</p></body></html>"


@dataclass
class Request:
    """One request as it arrived: first line, headers in lower case, body."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """With its query."""
        return self.line.split()[1]


@dataclass
class Client:
    """A connection to answer on. `asked` counts its requests; `over` is set when the test ends."""

    sock: socket.socket
    over: Event
    asked: int = 0

    def send(self, data: bytes) -> None:
        """As it is."""
        self.sock.sendall(data)

    def reply(self, body: bytes = PAGE, *, status: str = "200 OK", **headers: str) -> None:
        """A whole answer; `Set_Cookie="…"` becomes a header of that name."""
        named = {"Content-Type": "text/html", "Content-Length": str(len(body))}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self.send(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body)

    def trickle(self, data: bytes, pause: float = 0.05) -> None:
        """A byte at a time."""
        for byte in data:
            if self.over.wait(pause):
                return
            self.send(bytes([byte]))

    def hang_up(self) -> None:
        """Ends the connection, whatever was announced."""
        self.sock.shutdown(socket.SHUT_RDWR)


Handler = Callable[[Client, Request], None]


@dataclass
class Server:
    """A running server; `connections` counts those accepted, `seen` holds all requests in order."""

    url: str
    connections: int = 0
    seen: list[Request] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rsplit(":", 1)[1])


@contextmanager
def serve(handler: Handler, *, certificate: Path | None = None) -> Iterator[Server]:
    """Answers with `handler` on a free port until the end; over TLS with a `certificate` (PEM with its key)."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    over = Event()
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        server = Server(f"{'https' if context else 'http'}://127.0.0.1:{listener.getsockname()[1]}")
        accepting = Thread(target=_accept, args=(listener, server, handler, context, over), daemon=True)
        accepting.start()
        try:
            yield server
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join(2)


def _accept(
    listener: socket.socket, server: Server, handler: Handler, context: ssl.SSLContext | None, over: Event
) -> None:
    with suppress(OSError):
        while True:
            sock, _ = listener.accept()
            server.connections += 1
            Thread(target=_converse, args=(sock, server, handler, context, over), daemon=True).start()


def _converse(
    sock: socket.socket, server: Server, handler: Handler, context: ssl.SSLContext | None, over: Event
) -> None:
    with suppress(OSError, ValueError):
        if context:
            sock = context.wrap_socket(sock, server_side=True)
        client = Client(sock, over)
        with sock, sock.makefile("rb") as lines:
            while first := lines.readline().decode().strip():
                request = _request(first, lines)
                server.seen.append(request)
                client.asked += 1
                handler(client, request)


def _request(first: str, lines: object) -> Request:
    headers = {}
    while line := lines.readline().decode().strip():  # type: ignore[attr-defined]
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = lines.read(int(headers.get("content-length", 0)))  # type: ignore[attr-defined]
    return Request(first, headers, body)


def self_signed(path: Path, *names: str) -> Path:
    """A certificate for these names and addresses with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    alternatives = [x509.IPAddress(ip_address(each)) if each[0].isdigit() else x509.DNSName(each) for each in names]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path
