"""Which addresses on the web are the library's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from libraries.errors import LayoutChanged


@dataclass(frozen=True)
class OwnHosts:
    """The library's host names, without ports. A `secure` site is never spoken to over plain http."""

    names: frozenset[str]
    secure: bool

    def link(self, url: str) -> str:
        """The address to follow a link by: itself, or its https twin where the site is secure.

        Raises LayoutChanged for a link that leads away from the library's own hosts.
        """
        parts = self._own(url)
        if not self.secure or parts.scheme == "https":
            return url
        if parts.port not in {None, 80}:
            raise LayoutChanged(f"a link to {parts.hostname} that is not secure")
        return parts._replace(scheme="https", netloc=parts.netloc.removesuffix(":80")).geturl()

    def check(self, url: str) -> None:
        """Raises LayoutChanged unless `url`, as it will be sent, leads to one of the library's own hosts."""
        if self._own(url).scheme == "http" and self.secure:
            raise LayoutChanged("a link that is not secure")

    def check_name(self, host: str) -> None:
        """Raises LayoutChanged unless `host` is one of the library's own."""
        if plain_name(host) not in self.names:
            raise LayoutChanged(f"the library's site leads to {host[:100]}, which is not one of its hosts")

    def _own(self, url: str) -> SplitResult:
        parts = _parts(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise LayoutChanged("a link that is no web address")
        self.check_name(parts.hostname)
        return parts


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        raise LayoutChanged("a link that is no web address") from None
    return parts


def own_hosts(names: Iterable[str], *, secure: bool) -> OwnHosts:
    """The hosts of a library, as an adapter's options state them."""
    return OwnHosts(frozenset(plain_name(each) for each in names), secure)


def plain_name(host: str) -> str:
    """A host name as it is compared: lower case, ASCII, no dot at the end."""
    name = host.lower().rstrip(".")
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name
