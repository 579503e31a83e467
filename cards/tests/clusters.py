"""Servers of a test's own, on free ports: PostgreSQL, Redis, a post office. Each can be killed (-9) and comes back."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
NOBODY = "nobody"  # PostgreSQL refuses to run as root
PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/bin", "/usr/local/pgsql/bin")
Kind = TypeVar("Kind", bound="Server")
QUICK = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "listen_addresses": LOOPBACK}


class Missing(Exception):
    """That server is not installed here."""


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return int(free.getsockname()[1])


def kill(process: "subprocess.Popen[Any]") -> None:
    """Ends (-9) a process and its children at one blow: stopped first, it starts no more of them."""
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in (process.pid, *children(process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
    process.wait()


def children(parent: int) -> list[int]:
    """The processes that it started. Where there is no /proc, none: they see themselves that they are orphans."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = stat.read_text().partition(" (")
            if int(rest.rpartition(") ")[2].split()[1]) == parent:
                found.append(int(pid))
    return found


class Server:
    """A process that listens on a port, the same one each time it is started."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers. Raises TimeoutError."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, **self.runs())
        end = time.monotonic() + 30
        while not self.answers():
            if time.monotonic() > end:
                raise TimeoutError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends it where it stands."""
        if self.process is not None:
            kill(self.process)
            self.process = None

    def command(self) -> list[str]:
        """How it is started."""
        raise NotImplementedError

    def runs(self) -> Mapping[str, Any]:
        """Where, and as whom."""
        return {"cwd": ROOT}

    def answers(self) -> bool:
        """Whether somebody listens."""
        with socket.socket() as attempt:
            return attempt.connect_ex((LOOPBACK, self.port)) == 0


class Postgres(Server):
    """A cluster whose one user, postgres, needs no password. It need not outlive this machine, so nothing is synced."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._data = folder / "data"
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        make = [_found("initdb", *PLACES), "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, **self.runs())

    def command(self) -> list[str]:
        """No socket in the file system: the port is enough."""
        options = QUICK | {"unix_socket_directories": "", "port": str(self.port)}
        return [_found("postgres", *PLACES), "-D", str(self._data), *(f"--{key}={options[key]}" for key in options)]

    def runs(self) -> Mapping[str, Any]:
        """Not as root."""
        user = {"user": NOBODY, "group": self.folder.stat().st_gid, "extra_groups": ()} if os.geteuid() == 0 else {}
        return {"cwd": self.folder, **user}

    def answers(self) -> bool:
        """Whether it is done with what it makes good after a kill."""
        try:
            psycopg2.connect(self.url("postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        """As in DATABASE_URL."""
        return f"postgres://postgres@{LOOPBACK}:{self.port}/{database}"

    def do(self, command: str) -> None:
        """SQL that no database of ours is needed for."""
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        connection.cursor().execute(command)
        connection.close()


class RedisServer(Server):
    """A broker that forgets everything when it dies."""

    def command(self) -> list[str]:
        """Nothing is written to disk."""
        return [
            _found("redis-server"),
            "--bind",
            LOOPBACK,
            "--port",
            str(self.port),
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]

    @property
    def url(self) -> str:
        """As in CELERY_BROKER_URL."""
        return f"redis://{LOOPBACK}:{self.port}/0"


class PostOffice(Server):
    """An SMTP server that writes down each letter just before it says that it has it."""

    def command(self) -> list[str]:
        """Each letter takes a moment, so that a kill can come in the middle of many."""
        return [sys.executable, "-m", "cards.tests.post_office", str(self.port), str(self.book)]

    @property
    def book(self) -> Path:
        """Where it is written down: whom a letter was for, and its Message-ID."""
        return self.folder / "letters"

    def letters(self) -> "Counter[tuple[str, str]]":
        """How often each came."""
        lines = self.book.read_text().splitlines() if self.book.exists() else []
        return Counter((to, key) for to, _, key in (line.partition(" ") for line in lines))


def _found(name: str, *places: str) -> str:
    folders = [str(each) for place in places for each in sorted(Path("/").glob(place.lstrip("/")), reverse=True)]
    path = shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if path is None:
        raise Missing(f"no {name} here")
    return path


@contextmanager
def running(kind: type[Kind]) -> Iterator[Kind]:
    """One that has started, in a folder of its own. Raises Missing."""
    with TemporaryDirectory(prefix="libraryhippo-") as folder:
        server = kind(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.kill()
