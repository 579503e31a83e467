"""`python -m libraries parse`: reads saved answers of a site offline, as a check would read them."""

import argparse
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from libraries.account import AccountSnapshot, to_json
from libraries.cli import options_among
from libraries.errors import CheckError, LayoutChanged, Misconfigured
from libraries.fetch import Adapter, build_adapter
from libraries.listing import Fees, Listing, snapshot

NOT_BELIEVED = 3
LISTS = ("loans", "holds", "fees")
CARD_FIELDS = ("card_expires", "blocked", "messages", "patron_name", "fees_total", "counts")


def run(given: argparse.Namespace) -> int:
    """Prints one JSON object a file, in order. 3 where one of them is not believed."""
    files, options = options_among(given.words)
    if not files:
        raise ValueError("name the file of a saved answer")
    adapter = build_adapter(given.system, options)
    codes = [_print_page(adapter, given.page, Path(each)) for each in files]
    return max(codes)


def _print_page(adapter: Adapter, kind: str, file: Path) -> int:
    body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        found, code = read_page(adapter, kind, body), 0
    except Misconfigured:
        raise
    except CheckError as error:
        found, code = {"error": LayoutChanged.__name__, "message": error.message}, NOT_BELIEVED
    print(json.dumps(found, ensure_ascii=False))
    return code


def read_page(adapter: Adapter, kind: str, body: bytes) -> dict[str, Any]:
    """What the adapter finds on one page, as JSON types. Raises CheckError, Misconfigured for a page it never reads."""
    parse = getattr(adapter, f"parse_{kind}", None)
    if parse is None:
        raise Misconfigured(f"{adapter.name} has no page of its {kind}")
    found = parse(adapter.read(body))
    if kind == "login":
        return {"login": found.state, **({"message": found.words} if found.words else {})}
    if isinstance(found, Listing):
        card, listing = _card_beside(adapter, body), _listing(kind, found)
        return {**card, **listing, "counts": {**card.get("counts", {}), **listing.get("counts", {})}}
    return _told(found)


def _listing(kind: str, found: Listing[Any]) -> dict[str, Any]:
    whole = {"rows": to_json(found.rows), "more": {"more": True} if found.more is not None else {}}
    account = snapshot(**{kind: found})  # type: ignore[arg-type]
    total = {"fees_total": to_json(account.fees_total)} if isinstance(found, Fees) else {}
    counts = {} if found.stated is None else {"counts": {kind: found.stated}}
    short = {} if found.more is not None else {"incomplete": to_json(account.incomplete)}
    return {kind: whole["rows"], **total, **counts, **short, **whole["more"]}


def _card_beside(adapter: Adapter, body: bytes) -> dict[str, Any]:
    """What the page of a list also says of the card: account pages often carry it along."""
    found: dict[str, Any] = {}
    with suppress(CheckError, AttributeError):
        found = _told(adapter.parse_card(adapter.read(body)))  # type: ignore[attr-defined]
    return {name: value for name, value in found.items() if name in CARD_FIELDS and value}


def _told(account: AccountSnapshot) -> dict[str, Any]:
    """The fields of a snapshot that the page tells."""
    every = to_json(account)
    del every["schema"]
    return {
        name: value for name, value in every.items() if value not in (None, [], {}) or (name in LISTS and value == [])
    }
