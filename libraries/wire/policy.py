"""How visits behave, the same for all libraries."""

from dataclasses import dataclass

from libraries.errors import Misconfigured
from libraries.wire.body import ENCODINGS


@dataclass(frozen=True, kw_only=True, repr=False)
class Policy:
    """Given once. Raises Misconfigured for a proxy that is no http(s) address.

    `proxy` is never printed, as it may hold a password; `max_body` counts bytes, both as sent and unpacked; `idle`
    is the longest silence in seconds; `authorities` a PEM file instead of certifi's; without `plain_http` a site that
    is not https is told nothing.
    A proxy looks addresses up itself: with one, only what a name alone tells is judged here.
    """

    user_agent: str
    proxy: str | None = None
    max_body: int = 10 * 2**20
    idle: float = 20.0
    allow_private: bool = False
    plain_http: bool = True
    authorities: str | None = None

    def __post_init__(self) -> None:
        if self.proxy and not self.proxy.startswith(("http://", "https://")):
            raise Misconfigured("the proxy's address must begin with http:// or https://")

    @property
    def proxies(self) -> dict[str, str]:
        """The proxy by the scheme of what is asked for."""
        return {"http": self.proxy, "https": self.proxy} if self.proxy else {}

    def headers(self, user_agent: str | None, language: str | None) -> dict[str, str]:
        """What every request of a visit says of us."""
        headers = {
            "User-Agent": user_agent or self.user_agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Encoding": ENCODINGS,
            "Connection": "keep-alive",
        }
        return {**headers, "Accept-Language": language} if language else headers

    def __repr__(self) -> str:
        return f"<Policy {self.user_agent!r}>"
