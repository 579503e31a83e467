"""Speaks HTTP with a library's website: one Web a visit, with its own cookies and within the visit's limits."""

import socket
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar

from libraries.answer import Answer, named_charset
from libraries.errors import LayoutChanged, Misconfigured, SiteUnavailable
from libraries.wire import sockets
from libraries.wire.addresses import refuse_private_name
from libraries.wire.body import read_body
from libraries.wire.hosts import OwnHosts, own_hosts
from libraries.wire.limits import Limits
from libraries.wire.pace import Pace
from libraries.wire.policy import Policy
from libraries.wire.pools import POOLS, transfer_faults
from libraries.wire.sockets import BrokenOffError, UnreachedError

__all__ = ["Answer", "Connections", "Policy", "Web"]

MOST_REDIRECTS = 10
KEPT_SITES, KEPT_CONNECTIONS = 16, 8

Params = Mapping[str, str] | list[tuple[str, str]]
Data = Params | str | bytes


class Connections:
    """Kept-alive connections that visits share, also from several threads. They share nothing else but the pace."""

    def __init__(self, policy: Policy, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._policy, self._clock = policy, clock
        self._adapter = _Adapter(sockets.tls_context(policy.authorities))

    def visit(
        self,
        site_hosts: Collection[str],
        *,
        secure: bool,
        seconds: float,
        user_agent: str | None = None,
        language: str | None = None,
        pause: float = 0.0,
    ) -> "Web":
        """A visit that is over in `seconds` from now, stays on `site_hosts`, and rests `pause` between requests."""
        limits = Limits(
            ends=self._clock() + seconds,
            idle=self._policy.idle,
            allow_private=self._policy.allow_private,
            pause=pause,
            clock=self._clock,
        )
        headers = self._policy.headers(user_agent, language)
        return Web(self._adapter, self._policy, limits, own_hosts(site_hosts, secure=secure), headers)

    def close(self) -> None:
        """Closes the connections that no visit is using."""
        self._adapter.close()


class Web:
    """One visit. `requests` counts those sent so far, `last` is the last answer, whatever its status.

    Every call raises SiteUnavailable (late, unreachable, 5xx), BadCertificate, SiteRefusedUs (401, 403, 429),
    LayoutChanged (other statuses, foreign hosts, endless redirects, too large a body) or Misconfigured
    (an address that is not on the public internet). Statuses in `expect` are answers like 200, and where
    a redirect is one of them it is not followed.
    """

    def __init__(
        self, adapter: "_Adapter", policy: Policy, limits: Limits, own: OwnHosts, headers: Mapping[str, str]
    ) -> None:
        self.requests = 0
        self.last: Answer | None = None
        self._adapter, self._policy, self._limits = adapter, policy, limits
        self._own = own
        self._headers = headers
        self._cookies = RequestsCookieJar()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cookies.clear()

    def get(
        self,
        url: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = (),
    ) -> Answer:
        """Asks for `url`; once more where a kept-alive connection had gone stale."""
        return self._follow(requests.Request("GET", url, params=params, headers=self._all(headers)), expect)

    def post(
        self,
        url: str,
        data: Data | None = None,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = (),
    ) -> Answer:
        """Sends a form, a body or JSON to `url`; never twice once any of it may have been sent."""
        return self._follow(
            requests.Request("POST", url, data=data or [], json=json, headers=self._all(headers)), expect
        )

    def cookie(self, name: str) -> str | None:
        """A cookie that the site has set in this visit, for sites that want it repeated in a form or header."""
        return next((each.value for each in self._cookies if each.name == name), None)

    def deadline_left(self) -> float:
        """Seconds until this visit must be over."""
        return self._limits.left()

    @contextmanager
    def connect(self, host: str, port: int, *, tls: bool) -> Iterator[socket.socket]:
        """A socket to one of the library's own hosts, for what is not HTTP. All use of it obeys the visit's limits."""
        self._own.check_name(host)
        self.requests += 1
        try:
            pace = self._adapter.pace.kept(self._limits)
            with pace, self._limits.in_force(), transfer_faults(host), self._socket(host, port, tls=tls) as sock:
                yield sock
        except (UnreachedError, BrokenOffError) as fault:
            raise SiteUnavailable(str(fault)) from None

    def _socket(self, host: str, port: int, *, tls: bool) -> closing[socket.socket]:
        return closing(sockets.connect(host, port, tls=tls, authorities=self._policy.authorities))

    def _all(self, headers: Mapping[str, str] | None) -> dict[str, str]:
        return {**self._headers, **(headers or {})}

    def _follow(self, request: requests.Request, expect: Collection[int]) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self.last = self._exchange(self._prepared(request))
            target = None if answer.status in expect else answer.redirect()
            if target is None:
                return answer.accepted(expect)
            request = _redirected(request, answer.status, target)
        raise LayoutChanged("the library's site redirects without end")

    def _prepared(self, request: requests.Request) -> requests.PreparedRequest:
        request.url = self._own.link(request.url)
        request.cookies = self._cookies
        try:
            prepared = request.prepare()
        except (requests.RequestException, ValueError):
            raise LayoutChanged("a link that is no web address") from None
        # Judged again as it will be sent: two readings of one address must not differ
        self._own.check(str(prepared.url))
        if not self._policy.plain_http and str(prepared.url).startswith("http:"):
            raise Misconfigured("the library's site is not https: numbers and PINs would cross the network readable")
        if self._policy.proxy and not self._policy.allow_private:
            refuse_private_name(_host(prepared))
        return prepared

    def _exchange(self, request: requests.PreparedRequest) -> Answer:
        if not self.requests and request.method != "GET":
            self._adapter.close()  # what was kept alive may be stale, and this could not be sent again
        try:
            return self._once(request)
        except (UnreachedError, BrokenOffError) as fault:
            if isinstance(fault, BrokenOffError) and request.method != "GET":
                raise SiteUnavailable(str(fault)) from None
        try:
            return self._once(request)
        except (UnreachedError, BrokenOffError) as fault:
            raise SiteUnavailable(str(fault)) from None

    def _once(self, request: requests.PreparedRequest) -> Answer:
        self.requests += 1
        with self._adapter.pace.kept(self._limits), self._limits.in_force(), transfer_faults(_host(request)):
            response = self._adapter.send(request, stream=True, proxies=self._policy.proxies)
            extract_cookies_to_jar(self._cookies, request, response.raw)  # type: ignore[no-untyped-call]
            body = self._body(response)
        charset = named_charset(response.headers.get("Content-Type", ""))
        return Answer(response.url, response.status_code, response.headers, body, charset)

    def _body(self, response: requests.Response) -> bytes:
        raw, headers = response.raw, response.headers
        try:
            return read_body(
                lambda size: bytes(raw.read(size, decode_content=False)),
                encoding=headers.get("Content-Encoding", ""),
                announced=headers.get("Content-Length"),
                limit=self._policy.max_body,
            )
        except BaseException:
            # What was not read must not be taken for the answer to the next request
            raw.close()
            raise


def _host(request: requests.PreparedRequest) -> str:
    return urlsplit(str(request.url)).hostname or ""


def _redirected(request: requests.Request, status: int, target: str) -> requests.Request:
    """Where a redirect leads: 307 and 308 keep method and body, a POST otherwise becomes a GET."""
    if status in {307, 308}:
        request.url, request.params = target, {}
        return request
    headers = {name: value for name, value in request.headers.items() if not name.lower().startswith("content-")}
    return requests.Request("GET", target, headers=headers)


class _Adapter(HTTPAdapter):
    """Sends over our own sockets with our own context, and retries nothing by itself. Reads no environment."""

    def __init__(self, context: SSLContext) -> None:
        self._context = context
        self.pace = Pace()
        super().__init__(pool_connections=KEPT_SITES, pool_maxsize=KEPT_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, proxy_ssl_context=self._context, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        parts = urlsplit(str(request.url))
        return {"scheme": parts.scheme, "host": parts.hostname, "port": parts.port}, {"ssl_context": self._context}

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """As it came: its cookies are taken once, by the visit."""
        response = requests.Response()
        response.raw, response.status_code, response.headers, response.url = resp, resp.status, resp.headers, req.url
        return response

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing: the context knows its authorities; requests would read them again for each connection."""
