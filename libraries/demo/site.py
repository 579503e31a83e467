"""A demo library's website, running: `with DemoSite.webpac(patrons) as site: site.url, site.mode, site.seen`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Self

from libraries.demo.answers import Pages
from libraries.demo.enterprise import Enterprise
from libraries.demo.faults import Fault, Mode
from libraries.demo.patrons import Patron, Register
from libraries.demo.seen import Seen
from libraries.demo.server import LOOPBACK, Server
from libraries.demo.stage import Stage
from libraries.demo.webpac import WebPac

HOPS = {"2": "script"}  # as Kitchener's scope does


class DemoSite:
    """A site on loopback. `seen` is what it saw, `patrons` whom it knows; `mode` and `fault` may change at any time."""

    def __init__(self, pages: Pages, port: int = 0) -> None:
        self.patrons: Register = pages.patrons
        self.seen: Seen = pages.seen
        self._stage = Stage(pages)
        self._port = port
        self._server: Server | None = None

    @classmethod
    def webpac(
        cls,
        patrons: tuple[Patron, ...],
        *,
        port: int = 0,
        today: Callable[[], date] = date.today,
        dates: str = "mdy",
        hops: Mapping[str, str] = HOPS,
        names: bool = True,
    ) -> Self:
        """An Innovative WebPAC whose scopes share one login.

        `hops`: how a scope sends the browser on after the login: "redirect" (the default), "script" or "meta".
        `names` False: the form does not ask for the patron's name. `today`: the library's clock, for overdue words.
        """
        return cls(WebPac(Register(patrons), Seen(), today=today, dates=dates, hops=hops, names=names), port)

    @classmethod
    def enterprise(
        cls,
        patrons: tuple[Patron, ...],
        *,
        port: int = 0,
        dates: str = "mdy",
        style: str = "2015",
        root: str = "/client/en_US/default",
    ) -> Self:
        """A SirsiDynix Enterprise. `style`: "2015" (script redirect, zones by POST) or "2021" (header, GET)."""
        return cls(Enterprise(Register(patrons), Seen(), dates=dates, style=style, root=root), port)

    @property
    def fault(self) -> Fault:
        """What is wrong with the site, in full."""
        return self._stage.fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._stage.fault = fault

    @property
    def mode(self) -> Mode:
        """What is wrong with the site, in a word; setting it keeps the fault's other fields."""
        return self.fault.mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self.fault = replace(self.fault, mode=Mode(mode))

    @property
    def latency(self) -> float:
        """Seconds before each answer."""
        return self.fault.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.fault = replace(self.fault, latency=seconds)

    @property
    def port(self) -> int:
        """The port, once the site has started."""
        return self._port

    @property
    def url(self) -> str:
        """The site's address, without a slash at its end."""
        return f"http://{LOOPBACK}:{self._port}"

    def start(self) -> Self:
        """Opens the site; a second time after `stop`, at the same address. Raises OSError if the port is taken."""
        self._server = Server(self._port, self._stage.play)
        self._port = self._server.port
        return self

    def stop(self) -> None:
        """Closes it: connections are refused. What it knows and saw stays."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self if self._server else self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
