"""What is installed is pinned by hash, and SECURITY.md names tests that there are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_by_the_hash_of_its_files(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert packages
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_what_we_ask_for_is_what_is_locked(name: str) -> None:
    locked = (ROOT / f"{name}.txt").read_text().lower()
    asked = [line.split(" ")[0].lower() for line in (ROOT / f"{name}.in").read_text().splitlines() if "==" in line]
    assert asked
    assert [each for each in asked if f"{each} " not in locked] == []


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = NAMED.findall((ROOT / "SECURITY.md").read_text())
    assert len(named) > 30
    missing = [f"{path}::{test}" for path, test in named if f"def {test}(" not in (ROOT / path).read_text()]
    assert missing == []


def test_every_row_of_the_threat_model_names_a_test() -> None:
    rows = [line for line in (ROOT / "SECURITY.md").read_text().splitlines() if line.startswith("| **")]
    assert len(rows) > 10
    assert [row for row in rows if not NAMED.search(row)] == []
