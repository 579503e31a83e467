"""Turns a library's options, as text or JSON, into an adapter's fields, and describes them."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from libraries.errors import Misconfigured
from libraries.site import Site

HELP = {
    "base_url": "the site's address, as https://catalogue.example.org",
    "hosts": "further hosts of this library that a visit may be led to, with commas between",
    "language": "language of the site (BCP 47), for its words and its decimal sign",
    "dates": "order of a date's parts: mdy, dmy or ymd; by default the language's",
    "currency": "ISO 4217 code of the fees",
    "time_zone": "the library's time zone (IANA), for dates that its system sends in another",
}
NOT_OPTIONS = {"today", "hosts_allowed", "site"}


class Option(NamedTuple):
    """One option of a system: its name, its type, what it is for; `default` is `...` for a mandatory one."""

    name: str
    kind: Any
    help: str
    default: Any


def option(default: Any, help: str) -> Any:
    """A field of an adapter that is an option of its libraries, explained to those who fill it in."""
    return field(default=default, metadata={"help": help})


@cache
def options_of(adapter: type) -> dict[str, Option]:
    """Every option of a system, those that all systems share first."""
    return {each.name: each for owner in (Site, adapter) for each in _described(owner)}


def kind_of(each: Option) -> str:
    """What a value of it must be, for people: "a text", "mdy or dmy or ymd"."""
    return _named(_without_none(each.kind))


def _described(owner: type) -> list[Option]:
    kinds = get_type_hints(owner)
    return [
        Option(each.name, kinds[each.name], each.metadata.get("help") or HELP.get(each.name, ""), _default(each))
        for each in fields(owner)
        if each.name not in NOT_OPTIONS
    ]


def _default(each: Field[Any]) -> Any:
    return ... if each.default is MISSING else each.default


def build(adapter: type, given: Mapping[str, object], today: date) -> Any:
    """The adapter for one library. Raises Misconfigured, naming the option and what would fit."""
    known = options_of(adapter)
    if unknown := sorted(set(given) - set(known)):
        raise Misconfigured(f"no option {', '.join(unknown)}; there are: {', '.join(known)}")
    if not given.get("base_url"):
        raise Misconfigured("base_url is missing: " + HELP["base_url"])
    values = {name: _value(known[name], value) for name, value in given.items() if value is not None}
    shared = {each.name for each in fields(Site)}
    site = Site(today=today, **{name: value for name, value in values.items() if name in shared})
    return adapter(site=site, **{name: value for name, value in values.items() if name not in shared})


def _value(wanted: Option, value: object) -> Any:
    kind = _without_none(wanted.kind)
    try:
        return _converted(kind, value)
    except (TypeError, ValueError) as error:
        raise Misconfigured(f"{wanted.name} must be {_named(kind)}: {wanted.help}") from error


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return next(each for each in get_args(kind) if each is not type(None))
    return kind


def _converted(kind: Any, value: object) -> Any:
    if get_origin(kind) is Literal:
        return _choice(get_args(kind), value)
    if get_origin(kind) is tuple:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(_text(each).strip() for each in parts if _text(each).strip())  # type: ignore[attr-defined]
    if kind is bool:
        return _choice(
            {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}, str(value).lower()
        )
    return int(str(value)) if kind is int else _text(value)


def _choice(choices: Any, value: object) -> Any:
    if value not in choices:
        raise ValueError
    return choices[value] if isinstance(choices, dict) else value


def _text(value: object) -> str:
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise TypeError
    return str(value)


def _named(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(map(str, get_args(kind)))
    if get_origin(kind) is tuple:
        return "a list of words"
    return {bool: "true or false", int: "a whole number"}.get(kind, "a text")
