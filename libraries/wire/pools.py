"""Kept-alive connections (urllib3) over sockets that obey the limits in force."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from libraries.wire.limits import current
from libraries.wire.sockets import BrokenOffError, dial, tls_faults

# Its warnings and debug lines quote whole URLs, which may hold what only the patron should see
logging.getLogger("urllib3").setLevel(logging.ERROR)


class _Http(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _dialled(self)


class _Https(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _dialled(self)

    def connect(self) -> None:
        with tls_faults(self._tunnel_host or self.host):
            super().connect()


def _dialled(connection: HTTPConnection) -> socket.socket:
    # A proxy is ours, at whatever address we say; what it connects to is out of our sight
    public = connection.proxy is None and not current().allow_private
    return dial(connection._dns_host, connection.port, public=public)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


POOLS = {"http": _HttpPool, "https": _HttpsPool}


@contextmanager
def transfer_faults(host: str) -> Iterator[None]:
    """Names what can go wrong between the first byte of a request and the last of its answer (also in requests)."""
    try:
        yield
    except (OSError, HTTPError, HTTPException):
        # Without its cause, which may quote the URL
        raise BrokenOffError(f"the connection to {host} broke off") from None
