"""The state that BiblioCommons' pages carry as JSON: the lists in it, and the records that their items name."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.listing import Listing, apart

Json = Mapping[str, Any]

STATE = re.compile(rb"""<script\b[^>]*\bdata-iso-key\s*=\s*["']_0["'][^>]*>""")


class Page(NamedTuple):
    """A page, or the JSON of the gateway, that has arrived but was not looked into yet."""

    body: bytes
    url: str | None = None

    def tree(self) -> HtmlElement:
        """The page's markup. Raises LayoutChanged for what is none."""
        return page.html(self.body, url=self.url)

    def state(self) -> Json:
        """The state of the account. Raises LayoutChanged where the page carries none, or only part of one."""
        body = self.body
        if body.lstrip()[:1] != b"{":
            opening = STATE.search(body)
            end = body.find(b"</script>", opening.end()) if opening else -1
            if opening is None or end < 0:
                raise LayoutChanged("the page carries no state of the account")
            body = body[opening.end() : end].replace(b"&lt;", b"<").replace(b"&gt;", b">")
        told = inner(page.json(body))
        # In 2018 one level deeper
        return next((each for each in (told, *told.values()) if inner(each, "entities")), told)


def need(item: Json, key: str) -> Any:
    """A value that every item has. Raises LayoutChanged, naming it, where there is none."""
    if item.get(key) is None:
        raise LayoutChanged(f"no {key} in an item")
    return item[key]


def words(value: Any) -> str:
    """Text, white space folded; "" for None. Raises LayoutChanged for what is no text."""
    if value is not None and not isinstance(value, str | int):
        raise LayoutChanged("no text where there should be some")
    return "" if value is None else page.fold(str(value))


def inner(value: Any, *path: str) -> Json:
    """The object at that path, an empty one where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def at(state: Json, *path: str) -> Json:
    """The object at that path. Raises LayoutChanged where there is none."""
    if path[-1] not in inner(state, *path[:-1]):
        raise LayoutChanged(f"no {path[-1]} in the page's state")
    return inner(state, *path)


def rows_of(state: Json, section: str, kind: str) -> list[Json]:
    """The items of a list, in order. Raises LayoutChanged for a list that was not loaded, or not told to be empty."""
    here, known = inner(state, "borrowing", section), at(state, "entities", kind)
    stated = _stated(state, section)
    # Without an order of their own, the items are the list, if it is told how many there are
    listed = here.get("items", [*known] if stated else None)
    if here.get("fetching") or not isinstance(listed, list):
        raise LayoutChanged(f"the {section} were not loaded")
    if not listed and known:
        raise LayoutChanged(f"{len(known)} {section} that are on no list")
    if not listed and stated != 0:
        raise LayoutChanged(f"no {section}, and no word that there are none")
    found = [inner(known, str(each)) for each in listed]
    if not all(found):
        raise LayoutChanged(f"one of the {section} is on the list, but nothing is told of it")
    return found


def listing(rows: tuple[Any, ...], state: Json, section: str, path: str) -> Listing[Any]:
    """The rows with the count of the list and the address of its next page."""
    pages = inner(state, "borrowing", section, "pagination")
    number, last, count = (number_of(pages.get(key)) for key in ("page", "pages", "count"))
    return Listing(apart(rows), count, f"{path}?page={(number or 1) + 1}" if (number or 1) < (last or 1) else None)


def number_of(value: Any) -> int | None:
    """A count, be it a number or text. Raises LayoutChanged for anything else."""
    if value is None:
        return None
    if isinstance(value, bool) or not str(value).isdecimal():
        raise LayoutChanged("a count that is no number")
    return int(str(value))


def summaries_of(state: Json) -> Json:
    """The summaries of all lists, which stand in one place or the other; an empty object where they do in neither."""
    return inner(state, "borrowing", "borrowing", "summaries") or inner(state, "borrowing", "fines", "summaries")


def _stated(state: Json, section: str) -> int | None:
    """How many items there are by the list itself, else by the summaries."""
    stated = inner(state, "borrowing", section, "pagination").get("count")
    summary = inner(summaries_of(state), section)
    return number_of(summary.get("total", summary.get("totalOperative")) if stated is None else stated)


def counts(summaries: Json) -> dict[str, int]:
    """How many loans and holds the summaries tell."""
    told = {
        "loans": inner(summaries, "checkedout").get("total"),
        "holds": inner(summaries, "holds").get("totalOperative"),
    }
    return {what: number for what, number in told.items() if isinstance(number, int)}


def account_of(state: Json) -> Json:
    """The account of the signed-in user's own card, which other cards may be linked to."""
    accounts, user = inner(state, "entities", "accounts"), str(inner(state, "auth").get("currentUserId"))
    named = inner(state, "entities", "users", user).get("accounts")
    own = [str(each) for each in (named if isinstance(named, list) and named else accounts)]
    return inner(accounts, own[0]) if own and (named or len(own) == 1) else {}


def brief_of(item: Json, state: Json) -> Json:
    """What is known of the item's title, an empty object where nothing is."""
    return inner(state, "entities", "bibs", str(item.get("metadataId")), "briefInfo")


def format_of(brief: Json, state: Json) -> str | None:
    """The format in the page's own language, else its code."""
    code = brief.get("format")
    known = inner(state, "localization", "messages")
    return words(known.get(f"FORMAT.{str(code).lower()}", code)) or None
