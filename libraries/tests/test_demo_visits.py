"""The adapters visit the demo sites: what they read is what is there, and each failure gets its own name."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta

import pytest

from libraries.account import AccountSnapshot, HoldState, Login
from libraries.demo import DemoSite, Fault, Mode, patrons
from libraries.demo.patrons import Patron
from libraries.errors import CheckError, LayoutChanged, LoginFailed, PatronMustAct, SiteRefusedUs, SiteUnavailable
from libraries.fetch import build_adapter, fetch_account
from libraries.web import Connections, Policy

TODAY = date(2026, 11, 22)
CROWD = patrons(25, seed=3, today=TODAY)
ADA = patrons(1, seed=4, today=TODAY, loans=3, holds=2)[0]
KINDS = ("webpac scope 3", "webpac scope 2", "webpac by meta refresh", "enterprise 2015", "enterprise 2021")
LISTS = r"/(?:items|holds)$|account\.(?:checkouts|holds)\."


def open_site(kind: str, crowd: tuple[Patron, ...] = (*CROWD, ADA)) -> DemoSite:
    if kind.startswith("enterprise"):
        return DemoSite.enterprise(crowd, style=kind[-4:])
    hops = {"2": "script", "4": "meta"}
    return DemoSite.webpac(crowd, today=lambda: TODAY, hops=hops)


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, DemoSite]]:
    with ExitStack() as running:
        yield {kind: running.enter_context(open_site(kind)) for kind in KINDS}


@pytest.fixture(params=KINDS)
def visited(request: pytest.FixtureRequest, sites: dict[str, DemoSite]) -> Iterator[tuple[str, DemoSite]]:
    site = sites[request.param]
    site.fault = Fault()
    site.seen.forget()
    yield request.param, site
    site.fault = Fault()


@pytest.fixture(scope="module")
def connections() -> Iterator[Connections]:
    pool = Connections(Policy(user_agent="LibraryHippo/1 (tests)", allow_private=True))
    yield pool
    pool.close()


def visit(
    connections: Connections, visited: tuple[str, DemoSite], patron: Patron, pin: str = "", seconds: float = 10
) -> AccountSnapshot:
    kind, site = visited
    options = {"base_url": site.url, "dates": "mdy", "currency": "CAD"}
    if kind.startswith("webpac"):
        options["scope"] = {"webpac scope 2": "2", "webpac scope 3": "3"}.get(kind, "4")
    adapter = build_adapter(kind.split()[0], options, today=TODAY)
    with connections.visit(adapter.site.hosts_allowed, secure=adapter.site.secure, seconds=seconds) as web:
        return fetch_account(adapter, Login(number=patron.number, pin=pin or patron.pin, name=patron.name), web)


@pytest.mark.parametrize("patron", [pytest.param(each, id=f"patron {row}") for row, each in enumerate(CROWD)])
def test_what_is_read_is_what_is_there(connections: Connections, visited: tuple[str, DemoSite], patron: Patron) -> None:
    account = visit(connections, visited, patron)
    webpac = visited[0].startswith("webpac")
    assert account.card_expires == patron.expires
    assert not account.incomplete
    assert [(each.title, each.due, each.renewals, each.id, each.renewable) for each in account.loans or ()] == [
        (each.book.title, each.due, each.renewals, each.barcode, not each.why_not) for each in patron.loans
    ]
    assert [(each.title, each.state, each.pickup_by) for each in account.holds or ()] == [
        (each.book.title, each.state, each.pickup_by) for each in patron.holds
    ]
    for read, held in zip(account.holds or (), patron.holds, strict=True):
        assert read.position == (held.position if held.state in positioned(webpac) else None)
        shown = held.chosen or not webpac or held.state in (HoldState.READY, HoldState.IN_TRANSIT)
        assert read.pickup == (held.pickup if shown else None)
    assert sum(each.amount for each in account.fees or ()) == patron.owes


def positioned(webpac: bool) -> set[HoldState]:
    """The states in which the site shows the place in the queue: Enterprise has a column of its own for it."""
    return {HoldState.WAITING, HoldState.SUSPENDED} | (set() if webpac else {HoldState.IN_TRANSIT})


def test_a_visit_logs_out(connections: Connections, visited: tuple[str, DemoSite]) -> None:
    visit(connections, visited, ADA)
    assert visited[1].seen.logouts == 1


def test_a_wrong_pin_is_tried_once(connections: Connections, visited: tuple[str, DemoSite]) -> None:
    with pytest.raises(LoginFailed):
        visit(connections, visited, ADA, pin="wrong")
    assert visited[1].seen.wrong == {ADA.number: 1}
    assert not visited[1].seen.right


FAILURES = {
    Mode.BLOCKED: PatronMustAct,
    Mode.DOWN: SiteUnavailable,
    Mode.HANG: SiteUnavailable,
    Mode.TRICKLE: SiteUnavailable,
    Mode.ERROR: SiteUnavailable,
    Mode.MAINTENANCE: SiteUnavailable,
    Mode.MAINTENANCE_OK: SiteUnavailable,
    Mode.REDESIGNED: LayoutChanged,
    Mode.BOT_WALL: SiteRefusedUs,
    Mode.BOT_WALL_OK: SiteRefusedUs,
    Mode.TOO_MANY: SiteRefusedUs,
    Mode.TRUNCATED: LayoutChanged,
    Mode.CUT: SiteUnavailable,
}


@pytest.mark.parametrize("mode", FAILURES)
def test_each_failure_has_its_own_name(connections: Connections, visited: tuple[str, DemoSite], mode: Mode) -> None:
    visited[1].mode = mode
    with pytest.raises(CheckError) as caught:
        visit(connections, visited, ADA, seconds=0.5)
    assert isinstance(caught.value, FAILURES[mode])


@pytest.mark.parametrize("mode", [mode for mode in FAILURES if mode is not Mode.BLOCKED])
def test_a_failure_in_the_middle_of_a_visit_has_the_same_name(
    connections: Connections, visited: tuple[str, DemoSite], mode: Mode
) -> None:
    visited[1].fault = Fault(mode=mode, paths=LISTS)
    with pytest.raises(CheckError) as caught:
        visit(connections, visited, ADA, seconds=0.7)
    assert isinstance(caught.value, FAILURES[mode])


def test_rows_that_are_missing_by_the_sites_own_count_are_told(
    connections: Connections, visited: tuple[str, DemoSite]
) -> None:
    visited[1].mode = Mode.MISCOUNTED
    account = visit(connections, visited, ADA)
    assert {(each.what, each.stated, each.read) for each in account.incomplete} == {("loans", 3, 2), ("holds", 2, 1)}


@pytest.mark.parametrize("days", [0, 400])
def test_dates_in_other_years_are_read(connections: Connections, days: int) -> None:
    (patron,) = patrons(1, seed=5, today=TODAY + timedelta(days=days), loans=8, holds=0)
    with open_site("webpac scope 3", (patron,)) as site:
        account = visit(connections, ("webpac scope 3", site), patron)
    assert [each.due for each in account.loans or ()] == [each.due for each in patron.loans]
