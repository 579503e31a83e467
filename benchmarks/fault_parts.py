"""The parts that a run of `benchmarks.faults` kills: commands that come again and again, workers, servers."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from cards.tests.clusters import ROOT, Postgres, Server, children, kill

FAULT = re.compile(r"\b(\w*(?:Error|Exception|NoBroker|Lost)(?=[:(]).{0,60})")
PAUSE = 2.0  # seconds between a command's end and its next start


class Part:
    """Something that can be killed. `down` until when it stays so."""

    name = ""

    def __init__(self) -> None:
        self.down = 0.0

    def alive(self) -> bool:
        """Whether there is something to kill."""
        raise NotImplementedError

    def kill(self, dice: Random) -> str:
        """Ends it (-9), and says what it was."""
        raise NotImplementedError

    def revive(self) -> None:
        """Sees that it runs, unless it is to stay away for a moment."""
        raise NotImplementedError

    def stop(self) -> None:
        """The end."""


class Listening(Part):
    """A server."""

    def __init__(self, name: str, server: Server) -> None:
        super().__init__()
        self.name, self._server = name, server

    def alive(self) -> bool:
        return self._server.process is not None

    def kill(self, dice: Random) -> str:
        """PostgreSQL as a whole, or one of its processes, at which it ends all others and makes good what was torn."""
        self.down = time.monotonic() + dice.uniform(0, 3)
        process = self._server.process
        found = children(process.pid) if isinstance(self._server, Postgres) and process else []
        if found and dice.random() < 0.5:
            os.kill(dice.choice(found), 9)
            return f"a process of {self.name}"
        self._server.kill()
        return self.name

    def revive(self) -> None:
        if not self.alive() and time.monotonic() >= self.down:
            self._server.start()


class Program(Part):
    """A Python program that is started again when it ends."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path, pause: float) -> None:
        super().__init__()
        self.name, self.ends = name, Counter[int]()
        self._command, self._environment, self._log, self._pause = command, environment, log, pause
        self._process: subprocess.Popen[bytes] | None = None

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self, dice: Random) -> str:
        """With all that it started, or, where it started processes, perhaps one of them alone."""
        assert self._process
        found = children(self._process.pid)
        if found and dice.random() < 0.5:
            os.kill(dice.choice(found), 9)
            return f"a process of {self.name}"
        kill(self._process)
        return self.name

    def revive(self) -> None:
        if self._process and not self.alive():
            self.ends[self._process.returncode] += 1
            self._process, self.down = None, time.monotonic() + self._pause
        if self._process is None and time.monotonic() >= self.down:
            self._start()

    def _start(self) -> None:
        command = [sys.executable, *self._command]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)

    def stop(self) -> None:
        if self._process and self.alive():
            kill(self._process)

    def faults(self) -> "Counter[str]":
        """What it said that went wrong, by kind."""
        return Counter(FAULT.findall(self._log.read_text("utf-8", "replace"))) if self._log.exists() else Counter()
