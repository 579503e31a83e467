"""Which room may import which: cards → notifications → libraries, and nothing back."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("libraries", "notifications", "cards", "libraryhippo")
MAY_IMPORT = {
    "libraries": {"libraries"},
    "notifications": {"notifications", "libraries"},
    "cards": {"cards", "notifications", "libraries"},
    "libraryhippo": {"libraryhippo", "cards"},
}


def modules(room: str) -> list[Path]:
    return [each for each in sorted((ROOT / room).rglob("*.py")) if not {"tests", "migrations"} & set(each.parts)]


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def rooms_of(names: Iterator[str]) -> set[str]:
    return {name.partition(".")[0] for name in names} & set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_those_below_it(room: str) -> None:
    wrong = {str(each): more for each in modules(room) if (more := rooms_of(imported(each)) - MAY_IMPORT[room])}
    assert wrong == {}
    assert modules(room)


def test_libraries_are_plain_python() -> None:
    django = [
        str(each) for each in modules("libraries") if "django" in {name.partition(".")[0] for name in imported(each)}
    ]
    assert [Path(each).name for each in django] == ["apps.py"]


def test_one_file_speaks_http() -> None:
    speaking = [
        each
        for room in ROOMS
        for each in modules(room)
        if "requests" in {name.partition(".")[0] for name in imported(each)}
    ]
    assert [str(each.relative_to(ROOT)) for each in speaking] == ["libraries/web.py"]
