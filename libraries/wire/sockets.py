"""Sockets that obey the limits in force at every step, plain and TLS."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import certifi
from urllib3.util.ssl_ import create_urllib3_context
from urllib3.util.ssl_match_hostname import CertificateError

from libraries.errors import BadCertificate, SiteTooSlow, SiteUnavailable
from libraries.wire.addresses import Address, addresses
from libraries.wire.limits import LATE, current


class UnreachedError(Exception):
    """The connection could not be made: nothing was sent, so whatever it was may be tried again."""


class BrokenOffError(Exception):
    """The connection broke off after something may have been sent."""


@contextmanager
def _in_time(sock: socket.socket) -> Iterator[None]:
    # The deadline is real only if it is looked at before each step: a server may send a byte a second for ever
    sock.settimeout(current().wait())
    try:
        yield
    except TimeoutError:
        raise SiteTooSlow(LATE) from None


class PlainSocket(socket.socket):
    """A TCP socket; each call raises SiteTooSlow when the limits in force run out."""

    def recv(self, *args: Any) -> bytes:
        """As `socket.recv`."""
        with _in_time(self):
            return super().recv(*args)

    def recv_into(self, *args: Any) -> int:
        """As `socket.recv_into`."""
        with _in_time(self):
            return super().recv_into(*args)

    def send(self, *args: Any) -> int:
        """As `socket.send`."""
        with _in_time(self):
            return super().send(*args)

    def sendall(self, *args: Any) -> None:
        """As `socket.sendall`."""
        with _in_time(self):
            return super().sendall(*args)


class TlsSocket(ssl.SSLSocket):
    """The same over TLS. All receiving goes through `read`, all sending through `send`."""

    def read(self, len: int = 1024, buffer: Any = None) -> Any:
        """As `SSLSocket.read`."""
        with _in_time(self):
            return super().read(len, buffer)

    def send(self, *args: Any) -> int:
        """As `SSLSocket.send`."""
        with _in_time(self):
            return super().send(*args)

    def do_handshake(self, block: bool = False) -> None:
        """As `SSLSocket.do_handshake`."""
        try:
            with _in_time(self):
                super().do_handshake(block)
        except SiteUnavailable:
            self.close()
            raise


@cache
def tls_context(authorities: str | None = None) -> ssl.SSLContext:
    """The one context of this process, as reading the authorities (a PEM file; default certifi's) is slow."""
    context = create_urllib3_context()
    context.load_verify_locations(authorities or certifi.where())
    context.sslsocket_class = TlsSocket
    return context


def connect(host: str, port: int, *, tls: bool, authorities: str | None = None) -> socket.socket:
    """An open socket to `host`, for protocols that are not HTTP. Call it and use it with limits in force.

    Raises SiteUnavailable, BadCertificate, Misconfigured (see `addresses`), UnreachedError.
    """
    sock = dial(host, port, public=not current().allow_private)
    if not tls:
        return sock
    with tls_faults(host):
        return tls_context(authorities).wrap_socket(sock, server_hostname=host)


def dial(host: str, port: int, *, public: bool) -> PlainSocket:
    """Connects to the first address that answers, of those that were judged. Raises as `connect` does."""
    candidates = addresses(host, port, public=public)
    fault: OSError | None = None
    for others, address in zip(range(len(candidates), 0, -1), candidates, strict=True):
        try:
            return _dialled(address, current().wait() / others)
        except OSError as error:
            fault = error
    if isinstance(fault, TimeoutError):
        raise SiteTooSlow(LATE)
    raise UnreachedError(f"{host} could not be reached")


def _dialled(address: Address, seconds: float) -> PlainSocket:
    sock = PlainSocket(address.family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(seconds)
        sock.connect(address.sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


@contextmanager
def tls_faults(host: str) -> Iterator[None]:
    """Names what can go wrong between connecting and the first byte of a request."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise BadCertificate(f"{host} could not prove who it is: {error.verify_message}") from None
    except CertificateError:
        raise BadCertificate(f"{host} could not prove who it is") from None
    except OSError:
        raise UnreachedError(f"{host} could not be reached securely") from None
