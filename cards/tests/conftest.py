"""A pretended library system, for tests about checking that need no web."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cards.models import Library
from cards.tests.pretend import DESK, Desk, Pretended
from libraries.systems import SYSTEMS


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """What happens at pretended libraries in this test."""
    monkeypatch.setitem(SYSTEMS, "pretended", Pretended)
    DESK.append(Desk())
    yield DESK[-1]
    DESK.pop()


@pytest.fixture
def pretended_library(desk: Desk, make_library: Callable[..., Library]) -> Callable[..., Library]:
    """A library at which the desk serves: `pretended_library("Elm Park Library")`."""

    def make(name: str = "Elm Park Library", **fields: Any) -> Library:
        return make_library(name, system="pretended", **fields)

    return make
