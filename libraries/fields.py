"""Fields of a site's JSON: objects, lists, texts and small numbers; what is missing fails by its name."""

import re
from collections.abc import Mapping
from typing import Any

from libraries.errors import LayoutChanged
from libraries.page import fold

Told = Mapping[str, Any]


def as_object(value: Any, what: str) -> dict[str, Any]:
    """The value, if it is an object. Raises LayoutChanged, by that name."""
    if not isinstance(value, dict):
        raise LayoutChanged(f"no {what}")
    return value


def as_list(value: Any, what: str) -> list[Any]:
    """The value, if it is a list, which PHP writes as an object where its numbers have gaps. Raises LayoutChanged."""
    if isinstance(value, dict) and value and all(each.isdecimal() for each in value):
        return list(value.values())
    if not isinstance(value, list):
        raise LayoutChanged(f"no list of {what}")
    return value


def sure(told: Told, *names: str) -> str:
    """The first of these fields that says something. Raises LayoutChanged, by the first name."""
    said = (fold(str(told[name])) for name in names if told.get(name) is not None)
    found = next(filter(None, said), None)
    if found is None:
        raise LayoutChanged(f"no {names[0]}")
    return found


def said(value: Any) -> str:
    """What an optional field says, be it a text or a number; "" for anything else."""
    return fold(str(value)) if isinstance(value, str | int | float) else ""


def count(value: Any) -> int | None:
    """A small whole number, whether it is written as a number or as text; None for anything else."""
    return int(value) if re.fullmatch(r"\d{1,6}", str(value)) else None


def yes(value: Any) -> bool:
    """Whether a mark is set, as servers of different ages write it."""
    return str(value).lower() in {"t", "true", "1"}
