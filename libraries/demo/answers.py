"""What goes between the web server and the site it plays: a request and an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from libraries.demo.faults import Mode
from libraries.demo.patrons import Register
from libraries.demo.seen import Seen
from libraries.demo.session import Session


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as a site sees it: `path` without its query, `target` with it; of equal field names the last counts.

    `mode`: only what changes a site's content concerns it (blocked, miscounted).
    """

    method: str
    path: str
    query: Mapping[str, str]
    fields: Mapping[str, str]
    headers: Mapping[str, str]
    session: Session
    target: str
    mode: Mode = Mode.UP


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer. `zone` True: the HTML is a fragment, sent inside the JSON of an Enterprise zone."""

    html: str = ""
    status: int = 200
    location: str | None = None
    cookies: tuple[str, ...] = ()
    zone: bool = False
    json: str | None = None


class Pages(Protocol):
    """A site's behaviour, without the web server."""

    cookie: ClassVar[str]
    patrons: Register
    seen: Seen

    def answer(self, request: Request) -> Answer:
        """What the site says to a request."""
        ...

    def redesign(self, html: str) -> str:
        """The same page after the library bought a new look."""
        ...


def found(location: str, *cookies: str) -> Answer:
    """A redirect."""
    return Answer(status=302, location=location, cookies=cookies)


NOT_FOUND = Answer(status=404, html="<html><head><title>Not found</title></head><body><h1>Not found</h1></body></html>")
