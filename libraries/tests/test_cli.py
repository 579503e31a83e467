"""`python -m libraries`, whose names and output are a contract."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from libraries.__main__ import main

ROOT = Path(__file__).parent.parent.parent
FULL = ROOT / "libraries/tests/examples/webpac/full_account"
REFUSED = ROOT / "libraries/tests/examples/webpac/refused_login"
OPTIONS = ["base_url=https://library.example", "language=en-CA"]


def parsed(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, list[dict[str, object]]]:
    code = main(["parse", "webpac", *map(str, words), *OPTIONS])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_lists_come_under_their_names_with_iso_dates(capsys: pytest.CaptureFixture[str]) -> None:
    code, [loans, holds] = parsed(capsys, "loans", FULL / "3-loans.html", FULL / "3-loans.html")
    assert code == 0
    assert [each["due"] for each in loans["loans"]][:2] == ["2026-05-02", "2026-05-06"]  # type: ignore[attr-defined]
    assert loans["card_expires"] == "2027-03-01"
    assert loans == holds


@pytest.mark.parametrize(
    ("page", "file"), [("holds", "4-holds.html"), ("fees", "5-fines.html"), ("card", "2-landing.html")]
)
def test_each_page_is_read(capsys: pytest.CaptureFixture[str], page: str, file: str) -> None:
    code, [found] = parsed(capsys, page, FULL / file)
    assert code == 0
    assert found[page if page != "card" else "card_expires"]


@pytest.mark.parametrize(
    ("file", "state"),
    [
        (REFUSED / "1-login.html", "login_page"),
        (REFUSED / "2-refused.html", "refused"),
        (FULL / "2-landing.html", "in"),
    ],
)
def test_a_login_has_its_outcomes(capsys: pytest.CaptureFixture[str], file: Path, state: str) -> None:
    code, [found] = parsed(capsys, "login", file)
    assert (code, found["login"]) == (0, state)


def test_a_page_that_is_not_believed_exits_with_three(capsys: pytest.CaptureFixture[str]) -> None:
    code, [good, bad] = parsed(capsys, "loans", FULL / "3-loans.html", REFUSED / "1-login.html")
    assert code == 3
    assert "error" not in good
    assert bad["error"] == "LayoutChanged"
    assert bad["message"]


def test_options_that_do_not_fit_are_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parse", "webpac", "loans", str(FULL / "3-loans.html"), "base_url=nowhere"]) == 2
    assert capsys.readouterr().err == "Misconfigured: base_url must be an address like https://catalogue.example.org\n"


def test_systems_are_listed_with_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["systems"]) == 0
    told = capsys.readouterr().out
    assert "webpac: Innovative WebPAC" in told
    assert "scope " in told
    assert told.index("base_url") < told.index("webpac:")


def test_it_runs_without_django() -> None:
    code = "import sys, libraries.__main__; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
