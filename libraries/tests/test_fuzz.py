"""Whatever a site sends, a visit ends in a snapshot or a CheckError, and soon. `benchmarks.fuzz` runs it for long."""

import json
import re
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries.account import AccountSnapshot, from_json, to_json
from libraries.errors import CheckError
from libraries.fetch import build_adapter
from libraries.replay import read_example
from libraries.systems import SYSTEMS
from libraries.tests.fuzzing import BOUND, EXAMPLES, mangled_visit
from libraries.tests.mangle import SHARP

VISITS = 25  # a system, in the suite


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_a_mangled_answer_gives_a_snapshot_or_a_named_error(system: str) -> None:
    random = Random(system)
    examples = [read_example(each) for each in sorted((EXAMPLES / system).iterdir())]
    for _ in range(VISITS):
        mangled = mangled_visit(random.choice(examples), examples, random)
        began = time.process_time()
        found = mangled.ends_in()
        assert time.process_time() - began < BOUND
        if isinstance(found, AccountSnapshot):
            assert from_json(json.loads(json.dumps(to_json(found)))) == found
        else:
            assert isinstance(found, CheckError)


@pytest.mark.parametrize("system", sorted(SYSTEMS))
@given(body=st.binary(max_size=400) | st.lists(st.sampled_from(SHARP), max_size=6).map(b"".join))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_any_bytes_are_read_or_refused_by_every_parser(system: str, body: bytes) -> None:
    first = read_example(min(Path(EXAMPLES / system).iterdir()))
    adapter = build_adapter(first.system, first.options, today=first.today)
    for kind in ("login", "loans", "holds", "fees", "card", "account"):
        parse = getattr(adapter, f"parse_{kind}", None)
        if parse is not None:
            try:
                parse(adapter.read(body))
            except CheckError:
                continue


@pytest.mark.parametrize("system", ["koha", "webpac", "vufind"])
def test_numbers_of_thousands_of_digits_are_no_fault_of_ours(system: str) -> None:
    example = read_example(EXAMPLES / system / "full_account")
    endless = [re.sub(rb"(?<=[\s(>])\d{1,2}(?=[\s)<])", b"9" * 5000, each.body) for each in example.exchanges]
    with pytest.raises(CheckError):
        example.fetch(tuple(replace(each, body=body) for each, body in zip(example.exchanges, endless, strict=True)))
