"""Plays a site to its visitors: finds their session, applies the fault, keeps the journal, takes orders."""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, replace
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from urllib.parse import parse_qsl, unquote, urlsplit

from libraries.demo.answers import Answer, Pages, Request
from libraries.demo.faults import Fault, Mode
from libraries.demo.server import Handler
from libraries.demo.session import Session
from libraries.demo.trouble_pages import PAGES

CONTROL = "/__demo__/"
FOREVER = 24 * 3600.0
HTML = "text/html;charset=UTF-8"
JSON = "application/json;charset=UTF-8"


class Stage:
    """Between the web server and the pages."""

    def __init__(self, pages: Pages) -> None:
        self.fault = Fault()
        self._pages = pages
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def play(self, handler: Handler, body: bytes) -> None:
        """Answers one request."""
        if handler.path.startswith(CONTROL):
            return self._order(handler, body)
        session, fault, path = self._session(handler), self.fault, unquote(urlsplit(handler.path).path)
        mode = fault.mode_for(path)
        self._pages.seen.began(session, handler.command, path)

        def still_here() -> None:
            self._pages.seen.answered(session)

        patience = FOREVER if mode is Mode.HANG else fault.latency
        if not handler.dawdle(patience, still_here) or mode is Mode.DOWN:
            return handler.hang_up()
        answer = self._answer(_request(handler, path, body, session, mode))
        still_here()
        return self._send(handler, answer, session, fault if mode is fault.mode else Fault(), still_here)

    def _session(self, handler: Handler) -> Session:
        try:
            sent = SimpleCookie(handler.headers.get("Cookie", "")).get(self._pages.cookie)
        except CookieError:
            sent = None
        with self._lock:
            known = self._sessions.get(sent.value) if sent else None
            return known or self._sessions.setdefault(new := secrets.token_hex(16), Session(new))

    def _answer(self, request: Request) -> Answer:
        """The site's own answer, or the page shown in its place."""
        if request.mode in PAGES:
            return PAGES[request.mode]
        answer = self._pages.answer(request)
        return replace(answer, html=self._pages.redesign(answer.html)) if request.mode is Mode.REDESIGNED else answer

    def _send(self, handler: Handler, answer: Answer, session: Session, fault: Fault, tick: Callable[[], None]) -> None:
        text = json.dumps({"content": answer.html, "inits": []}) if answer.zone else answer.json or answer.html
        body = text.encode()
        cookies = (f"{self._pages.cookie}={session.id}", *answer.cookies)
        headers = [("Content-Type", JSON if answer.zone or answer.json else HTML), ("Cache-Control", "no-store")]
        headers += [("Location", answer.location)] if answer.location else []
        headers += [("Set-Cookie", f"{each}; Path=/; HttpOnly") for each in cookies]
        if fault.mode is Mode.TRICKLE:
            handler.send(answer.status, headers, b"", stated=len(body))
            return handler.trickle(body, fault.pace, tick)
        part = body[: int(len(body) * fault.fraction)] if fault.mode in (Mode.TRUNCATED, Mode.CUT) else body
        handler.send(answer.status, headers, part, stated=len(body) if fault.mode is Mode.CUT else None)
        return handler.hang_up() if fault.mode is Mode.CUT else None

    def _order(self, handler: Handler, body: bytes) -> None:
        """Orders of another process: POST mode {"mode": "down", "latency": 0.2}, POST forget, GET seen."""
        order = handler.path.removeprefix(CONTROL)
        if order == "mode" and handler.command == "POST":
            self.fault = replace(self.fault, **json.loads(body))
        if order == "forget" and handler.command == "POST":
            self._pages.seen.forget()
        answer = {"fault": asdict(self.fault), **self._pages.seen.as_json()}
        handler.send(200, [("Content-Type", JSON)], json.dumps(answer).encode())


def _request(handler: Handler, path: str, body: bytes, session: Session, mode: Mode) -> Request:
    return Request(
        method=handler.command,
        path=path,
        query=dict(parse_qsl(urlsplit(handler.path).query, keep_blank_values=True)),
        fields=dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)),
        headers={name.lower(): value for name, value in handler.headers.items()},
        session=session,
        target=handler.path,
        mode=mode,
    )
