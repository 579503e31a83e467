"""The promises that every adapter keeps, over all example folders, and over damaged copies of their pages."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from libraries.account import AccountSnapshot, HoldState, from_json, to_json
from libraries.errors import CheckError
from libraries.replay import Example, Exchange, read_example
from libraries.systems import SYSTEMS

EXAMPLES = Path(__file__).parent / "examples"
FOLDERS = sorted(each.parent for each in EXAMPLES.glob("*/*/visit.json"))
MAINTENANCE = (
    b"<html><head><title>Maintenance</title></head><body><h1>The catalogue is under maintenance</h1></body></html>"
)
BOT_WALL = b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>"
REDESIGN = b"<html><head><title>My library</title></head><body><main id='app'></main></body></html>"
CUTS = 24
ONLY_COUNTING = {"patronapi"}


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


GOOD = [each for each in FOLDERS if "error" not in json.loads((each / "expected.json").read_text())]


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_an_example_reads_as_expected(folder: Path) -> None:
    example = read_example(folder)
    assert outcome(example) == example.expected


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_a_snapshot_comes_back_from_its_json(folder: Path) -> None:
    account = read_example(folder).fetch()
    assert from_json(json.loads(json.dumps(to_json(account)))) == account


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_every_system_shows_a_refusal_an_empty_card_and_a_full_one(system: str) -> None:
    expected = [read_example(each).expected for each in FOLDERS if each.parent.name == system]
    lists = [[each.get(name) for name in ("loans", "holds")] for each in expected if "error" not in each]
    assert any(each.get("error") == "LoginFailed" for each in expected)
    assert any(not any(each) for each in lists)
    assert any(each[0] for each in lists) or system in ONLY_COUNTING


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_a_damaged_page_never_gives_a_smaller_account_without_a_word(folder: Path) -> None:
    example = read_example(folder)
    whole = example.fetch()
    for place, exchange in enumerate(example.exchanges):
        for how, body in damaged(exchange, example):
            hurt = (*example.exchanges[:place], replace(exchange, body=body), *example.exchanges[place + 1 :])
            assert told_or_whole(example, hurt, whole), f"{exchange.file}: {how}"


def outcome(example: Example) -> object:
    try:
        return to_json(example.fetch())
    except CheckError as error:
        return {"error": type(error).__name__, "message": error.message}


def told_or_whole(example: Example, exchanges: tuple[Exchange, ...], whole: AccountSnapshot) -> bool:
    try:
        account = example.fetch(exchanges)
    except CheckError:
        return True
    return bool(account.incomplete) or rows_of(account) == rows_of(whole)


def rows_of(account: AccountSnapshot) -> object:
    """What may not change without a word: which rows there are, when they are due, what is ready."""
    loans = account.loans and [(each.id, each.due, each.due_text) for each in account.loans]
    holds = account.holds and [(each.id, each.state is HoldState.READY) for each in account.holds]
    fees = account.fees and [each.amount for each in account.fees]
    return loans or account.loans, holds or account.holds, fees, account.fees_total


def damaged(exchange: Exchange, example: Example) -> Iterator[tuple[str, bytes]]:
    yield from {"maintenance": MAINTENANCE, "bot wall": BOT_WALL, "redesign": REDESIGN, "empty": b""}.items()
    yield from ((f"the login page, {each.file}", each.body) for each in login_pages(example) if each != exchange)
    yield from ((f"cut at {at}", exchange.body[:at]) for at in cuts(exchange.body))
    for tag in (b"table", b"tr", b"ul", b"li"):
        yield f"{tag.decode()} renamed", re.sub(rb"(</?)" + tag + rb"\b", rb"\1section", exchange.body)
    yield "tables removed", re.sub(rb"<table\b.*?</table>", b"", exchange.body, flags=re.DOTALL)
    for old in classes(exchange.body):
        yield (
            f"class {old.decode()} renamed",
            re.sub(rb"(?<![\w-])" + re.escape(old) + rb"(?![\w-])", b"zz-renamed", exchange.body),
        )
    for key in keys(exchange.body):
        yield f"key {key.decode()} renamed", exchange.body.replace(b'"' + key + b'"', b'"zz_renamed"')
    if exchange.method == "SIP2":
        for lost in re.finditer(rb"\b(?:A[KSTUV]|CD)[^|]*\|", exchange.body):
            yield f"item at {lost.start()} lost", exchange.body[: lost.start()] + exchange.body[lost.end() :]


def login_pages(example: Example) -> list[Exchange]:
    return [each for each in example.exchanges[:1] if each.method == "GET"]


def cuts(body: bytes) -> list[int]:
    """Places spread over the page, and inside each tag of its end."""
    spread = {len(body) * part // CUTS for part in range(1, CUTS)}
    start = max(0, len(body) - 300)
    return sorted(spread | {start + found.start() + 2 for found in re.finditer(rb"<", body[start:])})


def classes(body: bytes) -> set[bytes]:
    return {each for names in re.findall(rb"""class=["']?([^"'>]+)["'>]""", body) for each in names.split()}


def keys(body: bytes) -> set[bytes]:
    return set(re.findall(rb'"(\w+)"\s*:', body)) if body.lstrip()[:1] in (b"{", b"[") else set()
