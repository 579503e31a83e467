"""The one door in: builds the adapter of a library, and fetches an account through it."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Protocol

from libraries.account import AccountSnapshot, Login
from libraries.errors import LayoutChanged, Misconfigured, SiteFailing, SiteRefusedUs
from libraries.login import LoginSeen
from libraries.options import build
from libraries.site import Site
from libraries.strangers import better_name
from libraries.systems import SYSTEMS
from libraries.web import Web

TOO_LONG = "integer string conversion"  # as Python says where it refuses to; no library counts as far
FARTHEST_DUE = timedelta(days=2 * 366)


class Adapter(Protocol):
    """What every system's adapter has. A frozen dataclass: `site`, and the system's own options as fields."""

    name: ClassVar[str]
    labels: ClassVar[Mapping[str, str]]
    read: Callable[[bytes], Any]

    @property
    def site(self) -> Site:
        """The library's site."""
        ...

    def parse_login(self, tree: Any) -> LoginSeen:
        """What a page says of the login. Raises LayoutChanged for a page that says nothing of it."""
        ...

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """The whole visit. Raises CheckError."""
        ...


def build_adapter(system: str, options: Mapping[str, object], *, today: date | None = None) -> Adapter:
    """The adapter for one library; `today` is the day there (by default the day in UTC).

    Raises Misconfigured, saying which option does not fit and what would.
    """
    if system not in SYSTEMS:
        raise Misconfigured(f"no system {system}; there are: {', '.join(sorted(SYSTEMS))}")
    adapter: Adapter = build(SYSTEMS[system], options, today or datetime.now(UTC).date())
    return adapter


def fetch_account(adapter: Adapter, login: Login, web: Web) -> AccountSnapshot:
    """What is on the card, read in one visit. Raises CheckError, named by who must act."""
    try:
        account = adapter.fetch(web, login)
        _plausible(account, adapter.site.today)
    except (LayoutChanged, SiteFailing, SiteRefusedUs) as error:
        named = better_name(error, web.last)
        if named is error:
            raise
        raise named from error
    except ValueError as error:
        if TOO_LONG in str(error):
            raise LayoutChanged("a number of thousands of digits") from error
        raise
    return account


def _plausible(account: AccountSnapshot, today: date) -> None:
    """Raises LayoutChanged where every loan is due over two years from today: the order of dates is set wrong."""
    days = [each.due.date() if isinstance(each.due, datetime) else each.due for each in account.loans or () if each.due]
    if days and min(days) > today + FARTHEST_DUE:
        raise LayoutChanged("every loan is due over two years from today: is the order of dates set right?")
