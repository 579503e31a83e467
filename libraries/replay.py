"""Example folders: a visit's answers saved as files, and a stand-in for the web that gives them again.

A folder holds `visit.json` and the bodies it names:

    {"system": "webpac", "options": {…}, "today": "2026-05-04", "login": {"number": "…", "pin": "…"},
     "exchanges": [{"method": "GET", "url": "https://…", "landed": "https://…", "status": 200,
                    "sent": {"code": "…"}, "headers": {…}, "file": "1-login.html"}, …]}

and `expected.json`: the snapshot, or {"error": "LoginFailed", "message": …}. `landed` is where redirects ended
(by default `url`); `sent` are fields that the request must carry; `headers` are the answer's.
An exchange over a bare socket has as its method the protocol ("SIP2"), as its url the first two characters sent.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from libraries.account import AccountSnapshot, Login
from libraries.answer import Answer
from libraries.errors import LayoutChanged
from libraries.fetch import Adapter, build_adapter, fetch_account


@dataclass(frozen=True)
class Exchange:
    """One request that the example knows, and its answer."""

    method: str
    url: str
    body: bytes = field(repr=False)
    file: str = ""
    landed: str = ""
    status: int = 200
    sent: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self) -> Answer:
        """The answer, as the web would give it."""
        return Answer(self.landed or self.url, self.status, self.headers, self.body)


@dataclass(frozen=True)
class Example:
    """An example folder, read."""

    system: str
    options: Mapping[str, object]
    today: date
    login: Login
    exchanges: tuple[Exchange, ...]
    expected: Mapping[str, Any]

    def adapter(self) -> Adapter:
        """The system's adapter with the example's options, on the example's day."""
        return build_adapter(self.system, self.options, today=self.today)

    def fetch(self, exchanges: tuple[Exchange, ...] | None = None) -> AccountSnapshot:
        """One visit over the saved answers, or over others in their place. Raises CheckError."""
        return fetch_account(self.adapter(), self.login, Replay(exchanges or self.exchanges))  # type: ignore[arg-type]


def read_example(folder: Path) -> Example:
    """The folder's visit and what is expected of it."""
    visit = json.loads((folder / "visit.json").read_text())
    login = visit["login"]
    born = login.pop("birth_date", None)
    return Example(
        system=visit["system"],
        options=visit["options"],
        today=date.fromisoformat(visit["today"]),
        login=Login(**login, birth_date=date.fromisoformat(born) if born else None),
        exchanges=tuple(Exchange(**each, body=(folder / each["file"]).read_bytes()) for each in visit["exchanges"]),
        expected=json.loads((folder / "expected.json").read_text()),
    )


class Replay:
    """Answers a visit from saved exchanges: the first unused one that fits, else the last used."""

    def __init__(self, exchanges: tuple[Exchange, ...]) -> None:
        self.exchanges = exchanges
        self.unused = list(exchanges)
        self.requests = 0
        self.last: Answer | None = None

    def get(self, url: str, **how: Any) -> Answer:
        """The saved answer to this GET."""
        return self._answer("GET", with_query(url, how.get("params")), {}, how.get("expect", ()))

    def post(self, url: str, data: Any = None, **how: Any) -> Answer:
        """The saved answer to this POST, if it carries what the example says it must."""
        sent = how.get("json") if data is None else data
        return self._answer("POST", with_query(url, how.get("params")), sent or {}, how.get("expect", ()))

    @contextmanager
    def connect(self, host: str, port: int, *, tls: bool) -> Iterator["ReplayedSocket"]:
        """A socket on which the saved answers come as they are; after the last one, the other side hangs up."""
        yield ReplayedSocket(lambda sent: self._answer("SIP2", sent[:2], sent, ()).body)

    def deadline_left(self) -> float:
        """Seconds left of the visit: replays have time."""
        return 60.0

    def _answer(self, method: str, url: str, sent: Any, expect: Collection[int]) -> Answer:
        self.requests += 1
        for known in (self.unused, self.exchanges):
            for each in known:
                if (each.method, each.url) == (method, url) and _carries(sent, each.sent):
                    if each in self.unused:
                        self.unused.remove(each)
                    self.last = each.answer()
                    return self.last.accepted(expect)
        raise LayoutChanged(f"the example knows no {method} {url} with these fields")


class ReplayedSocket:
    """The socket of a replay: what is sent is looked up, what was found is received."""

    def __init__(self, answer: Callable[[str], bytes]) -> None:
        self._answer = answer
        self._waiting = b""

    def sendall(self, data: bytes) -> None:
        """Finds the answer."""
        self._waiting += self._answer(data.decode())

    def recv(self, size: int) -> bytes:
        """The next bytes of the answers; b"" when there are none left."""
        received, self._waiting = self._waiting[:size], self._waiting[size:]
        return received


def with_query(url: str, params: Any) -> str:
    """The address with these parameters in it, as a visit asks for it."""
    if not params:
        return url
    return url + ("&" if "?" in url else "?") + urlencode(params)


def _carries(sent: Any, wanted: Mapping[str, str]) -> bool:
    if isinstance(sent, str | bytes):
        text = sent if isinstance(sent, str) else sent.decode("utf-8", "replace")
        return all(value in text for value in wanted.values())
    fields = list(sent.items()) if isinstance(sent, Mapping) else list(sent)
    return all((name, value) in fields for name, value in wanted.items())
