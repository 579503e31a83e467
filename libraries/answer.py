"""A library site's answer to one request, and what it can be read as."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from re import search
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged, SiteFailing, SiteRefusedUs

REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, repr=False)
class Answer:
    """`url` is the one that answered; `headers` are found in any case; `body` is unpacked.

    `charset` is what the Content-Type header names, None where it names none.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    charset: str | None = None

    @property
    def host(self) -> str:
        """The host that answered."""
        return urlsplit(self.url).hostname or ""

    @property
    def text(self) -> str:
        """The body as text; what cannot be decoded is replaced."""
        try:
            return self.body.decode(self.charset or "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def html(self) -> HtmlElement:
        """The page as a tree. Raises LayoutChanged for what is no page."""
        return page.html(self.body, charset=self.charset, url=self.url)

    def json(self) -> Any:
        """The JSON value. Raises LayoutChanged for what is not JSON."""
        return page.json(self.body)

    def xml(self) -> etree._Element:
        """The XML document. Raises LayoutChanged for what is not XML."""
        return page.xml(self.body)

    def redirect(self) -> str | None:
        """The absolute address that it redirects to, or None."""
        if self.status not in REDIRECTS or not self.headers.get("Location"):
            return None
        location = self.headers["Location"].encode("latin-1", "replace").decode("utf-8", "replace")
        try:
            return urljoin(self.url, location)
        except ValueError:
            raise LayoutChanged("a link that is no web address") from None

    def accepted(self, expect: Collection[int]) -> "Answer":
        """Itself where its status is 2xx or expected. Raises SiteFailing, SiteRefusedUs or LayoutChanged."""
        if 200 <= self.status < 300 or self.status in expect:
            return self
        words = f"{self.host} answered with status {self.status}"
        if self.status >= 500:
            raise SiteFailing(words)
        raise SiteRefusedUs(words) if self.status in {401, 403, 429} else LayoutChanged(words)

    def __repr__(self) -> str:
        return f"<Answer {self.status} from {self.host}>"


def named_charset(content_type: str) -> str | None:
    """The charset in a Content-Type header, or None."""
    found = search(r"""charset\s*=\s*["']?([\w.:+-]+)""", content_type)
    return found.group(1) if found else None
