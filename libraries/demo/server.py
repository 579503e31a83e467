"""The web server under a demo site: HTTP/1.1 on loopback, a thread for each connection, quick to start and to stop."""

import select
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.05
TICK_SECONDS = 0.05
PATIENCE = 30.0  # seconds that a kept-alive connection may lie idle


class Handler(BaseHTTPRequestHandler):
    """Hands every request to the server's `play`, and sends nothing by itself."""

    protocol_version = "HTTP/1.1"
    server_version = "DemoLibrary"
    sys_version = ""
    timeout = PATIENCE
    wbufsize = -1  # headers and body leave in one piece
    disable_nagle_algorithm = True
    server: "Server"

    def do_GET(self) -> None:
        """Any GET."""
        self.server.play(self, b"")

    def do_POST(self) -> None:
        """Any POST."""
        self.server.play(self, self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, *_: object) -> None:
        """Says nothing: the site keeps a journal of its own."""

    def hang_up(self) -> None:
        """Ends the connection without a word."""
        self.close_connection = True
        self.server.cut(self.connection)

    def send(self, status: int, headers: list[tuple[str, str]], body: bytes, *, stated: int | None = None) -> None:
        """Sends an answer; `stated` is its Content-Length when that is not its length."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if stated is None else stated))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def trickle(self, body: bytes, pace: float, tick: Callable[[], None]) -> None:
        """Sends the rest of a body a byte at a time, with a `tick` for each, until the visitor has had enough."""
        for at in range(len(body)):
            self.wfile.write(body[at : at + 1])
            self.wfile.flush()
            if not self.dawdle(pace, tick):
                break

    def dawdle(self, seconds: float, tick: Callable[[], None]) -> bool:
        """Lets time pass, with ticks; False when the visitor left or the site closes meanwhile."""
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0:
            if self.server.stopping.wait(min(left, TICK_SECONDS)) or self._gone():
                return False
            tick()
        return True

    def _gone(self) -> bool:
        readable = select.select([self.connection], [], [], 0)[0]
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)


class Server(ThreadingHTTPServer):
    """A server that knows its open connections, so that stopping does not wait for them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, port: int, play: Callable[[Handler, bytes], None]) -> None:
        self.play, self.stopping = play, Event()
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__((LOOPBACK, port), Handler)
        self.port = int(self.server_address[1])
        self._thread = Thread(target=self.serve_forever, args=(POLL_SECONDS,), daemon=True, name=f"demo-{self.port}")
        self._thread.start()

    def server_bind(self) -> None:
        """Binds without asking the name service who we are."""
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Takes a connection."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Ends a connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor that leaves in the middle is no news."""

    def cut(self, connection: socket.socket) -> None:
        """Ends a connection under the hands of its thread."""
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster

    def stop(self) -> None:
        """Closes the door and every connection: from now on they are refused."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            left = list(self._open)
        for each in left:
            self.cut(each)
        self._thread.join()
