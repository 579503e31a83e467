"""A browser of a few lines for tests of the demo sites: cookies, redirects, forms with all their hidden fields."""

import json
import re
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

FIELD = re.compile(r"<(?:input|button)\b[^>]*?\bname=['\"]([^'\"]+)['\"][^>]*>")
VALUE = re.compile(r"\bvalue=['\"]([^'\"]*)['\"]")
FORM = re.compile(r"<form\b[^>]*\baction=['\"]([^'\"]+)['\"]")


class Browser:
    """Keeps cookies; `status` and `address` are those of the last page."""

    def __init__(self, root: str) -> None:
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        self.address, self.status, self.page = root, 0, ""

    def go(self, place: str, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> str:
        """The page at `place`, by POST if there are fields. An error's page is a page too."""
        data = None if fields is None else urlencode(fields).encode()
        request = Request(urljoin(self.address, place), data, headers or {})
        try:
            answer = self._opener.open(request, timeout=5)
        except HTTPError as error:
            answer = error
        with answer:
            self.page = answer.read().decode()
            self.status, self.address = answer.status, answer.geturl()
        return self.page

    def send_form(self, *, without: str = "", headers: dict[str, str] | None = None, **filled: str) -> str:
        """Sends the form of the page, with what it holds already but for the field `without`."""
        action = FORM.search(self.page)
        assert action, "no form on the page"
        held = {match[1]: (VALUE.search(match[0]) or ["", ""])[1] for match in FIELD.finditer(self.page)}
        held.pop(without, None)
        return self.go(action[1].replace("&amp;", "&"), {**held, **filled}, headers)


def order(site: Any, what: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """Tells a site something, as another process would."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=5)
    try:
        connection.request("GET" if fields is None else "POST", f"/__demo__/{what}", json.dumps(fields or {}))
        told: dict[str, Any] = json.loads(connection.getresponse().read())
        return told
    finally:
        connection.close()
