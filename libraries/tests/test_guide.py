"""The guide works as it stands: its invented system keeps every promise, and what it says of the others is so."""

import importlib.util
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from libraries.catalogue import read
from libraries.cli import record
from libraries.errors import CheckError
from libraries.replay import read_example
from libraries.systems import SYSTEMS
from libraries.tests import test_contract as contract

GUIDE = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
FILES = dict(re.findall(r"^`libraries/([\w/.-]+)`:\n\n```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))
BOTH = {"loans", "holds"}


@pytest.fixture
def otter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The guide's files written and its system entered; the example folders, each with what it reads as."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    spec = importlib.util.spec_from_file_location("otter", tmp_path / "systems/otter.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "otter", module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(SYSTEMS, "otter", module.Otter)
    folders = sorted(each.parent for each in tmp_path.glob("tests/examples/otter/*/visit.json"))
    for folder in folders:
        record.expect(folder)
    return folders


def test_the_guides_system_keeps_every_promise(otter: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "FOLDERS", otter)
    contract.test_every_system_shows_a_refusal_an_empty_card_and_a_full_one("otter")
    read = {folder.name: dict(read_example(folder).expected) for folder in otter}
    assert read["refused_login"]["error"] == "LoginFailed"
    assert (read["nothing_on_the_card"]["loans"], read["nothing_on_the_card"]["fees"]) == ([], None)
    assert [each["due"] for each in read["full_account"]["loans"]] == ["2026-05-20", None, "2026-05-02"]
    for folder in otter:
        if "error" not in read[folder.name]:
            contract.test_a_damaged_page_never_gives_a_smaller_account_without_a_word(folder)


def test_what_nobody_has_read_yet_does_not_pass(otter: list[Path]) -> None:
    for folder in otter:
        with pytest.raises(AssertionError):
            contract.test_an_example_reads_as_expected(folder)


def test_the_guides_entry_is_one_that_the_catalogue_takes(tmp_path: Path) -> None:
    [text] = re.findall(r"^  ```toml\n(.*?)^  ```$", GUIDE, re.MULTILINE | re.DOTALL)
    (tmp_path / "guide.toml").write_text(text)
    [entry] = read([tmp_path / "guide.toml"])
    assert not entry.confirmed


def table(head: str) -> dict[str, str]:
    [rows] = re.findall(rf"^\| system \| {head} \|\n\|.*\n((?:\|.*\n)+)", GUIDE, re.MULTILINE)
    return dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", rows, re.MULTILINE))


def test_every_system_has_marks_by_which_it_is_known() -> None:
    assert set(SYSTEMS) <= set(table("what gives it away"))


def test_the_systems_that_state_no_count_are_listed() -> None:
    stated = defaultdict[str, set[str]](set)
    for folder in contract.GOOD:
        try:
            stated[folder.parent.name] |= BOTH & set(read_example(folder).fetch().counts)
        except CheckError:
            continue
    short = {key: ", ".join(sorted(found)) or "nothing" for key, found in sorted(stated.items()) if found != BOTH}
    rows = "\n".join(f"| `{key}` | {found} |" for key, found in short.items())
    assert table("counts") == short, f"the last table of libraries/README.md must be:\n{rows}"
