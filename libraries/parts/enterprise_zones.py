"""The zones of Enterprise's account page: where each list is loaded from, and how the site's own scripts ask for it."""

import html
import re
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from libraries import page
from libraries.forms import address
from libraries.web import Web

TOKEN = re.compile(r"""__sdcsrf\s*=\s*["']([\w-]+)""")
ZONE = r"""["']([^"'\s<>]*account[\w.]*\.library{name}accordion(?!\.)[^"'\s<>]*)["']"""


def read(body: bytes, url: str | None = None) -> HtmlElement:
    """A page or a fragment: as it is, or inside the JSON of a zone's answer. Raises LayoutChanged."""
    if body.lstrip()[:1] != b"{":
        return page.html(body, url=url)
    answer = page.json(body)
    zones = answer.get("zones")
    parts = (answer.get("content"), *(zones.values() if isinstance(zones, dict) else ()))
    found = "\n".join(each for each in parts if isinstance(each, str))
    return page.html(found.encode("utf-8", "replace"), url=url)


class Zone(NamedTuple):
    """A list that the account page loads: from where, with which fields and headers, and the page's token if any."""

    url: str
    fields: dict[str, str]
    headers: dict[str, str]
    token: str | None

    def ask(self, web: Web, *, gently: bool) -> HtmlElement:
        """What the zone answers, by GET or by POST. Raises CheckError."""
        if gently:
            answer = web.get(self.url, params=self.fields, headers=self.headers)
        else:
            answer = web.post(self.url, self.fields, headers=self.headers)
        return read(answer.body, answer.url)


def zone_of(home: HtmlElement, name: str, usual: str) -> Zone:
    """The zone of a list by the account page's scripts, else at its `usual` address."""
    source = etree.tostring(home, encoding="unicode")
    found = TOKEN.search(source)
    token = found[1] if found else None
    place = re.search(ZONE.format(name=name.lower()), html.unescape(source).replace("\\/", "/"), re.IGNORECASE)
    url = address(home, place[1].rstrip("?")) if place else usual
    return Zone(url, {"t:zoneid": f"library{name}Accordion"}, by_script(home, token or ""), token)


def by_script(node: HtmlElement, token: str) -> dict[str, str]:
    """The headers with which the site's own scripts ask."""
    asked = {"X-Requested-With": "XMLHttpRequest", "X-Prototype-Version": "1.7", "Referer": node.base_url or ""}
    return asked | ({"sdcsrf": token} if token else {})
