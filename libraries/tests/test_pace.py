"""Connections between visits: how quick we are, and what is never trusted to a connection kept alive."""

import pytest

from libraries.errors import SiteTooSlow
from libraries.tests.servers import Client, Request, serve
from libraries.web import Connections, Policy, Web
from libraries.wire.limits import Limits
from libraries.wire.pace import Pace


class Watch:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 100.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_between_requests_there_is_a_pause_and_none_before_the_first() -> None:
    watch = Watch()
    pace, limits = Pace(watch.sleep), Limits(ends=200, idle=20, pause=2, clock=watch)
    for took in (0.5, 0.5, 3):
        with pace.kept(limits):
            watch.now += took
        watch.now += 1.5  # what reading the page takes is part of the pause
    with pace.kept(limits):
        pass
    assert watch.slept == [0.5, 0.5, 0.5]


def test_a_pause_that_outlasts_the_visit_ends_it() -> None:
    watch = Watch()
    pace, limits = Pace(watch.sleep), Limits(ends=101, idle=20, pause=2, clock=watch)
    with pace.kept(limits):
        pass
    with pytest.raises(SiteTooSlow), pace.kept(limits):
        pass
    assert watch.slept == []


@pytest.fixture
def connections() -> Connections:
    return Connections(Policy(user_agent="LibraryHippo/1", allow_private=True))


def visit(connections: Connections, *, pause: float = 0.0) -> Web:
    return connections.visit({"127.0.0.1"}, secure=False, seconds=5, pause=pause)


def greet(client: Client, request: Request) -> None:
    client.reply()


def test_the_pause_is_kept_from_one_visit_to_the_next(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(connections._adapter.pace, "_sleep", slept.append)
    with serve(greet) as server:
        for _ in range(2):
            with visit(connections, pause=4) as web:
                web.get(server.url)
    assert len(slept) == 1
    assert 3.5 < slept[0] <= 4


def test_a_visit_that_begins_with_a_post_takes_a_connection_of_its_own(connections: Connections) -> None:
    with serve(greet) as server:
        visit(connections).get(server.url)
        visit(connections).get(server.url)
        assert server.connections == 1
        web = visit(connections)
        web.post(server.url, {"number": "2"})  # a login that could not be sent twice
        web.post(server.url, {"number": "2"})
        assert server.connections == 2
