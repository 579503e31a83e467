"""What adapters say in a library's place is in the reader's language; what the library said itself is not touched."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

import libraries
from libraries.sip2.card import FLAGS
from libraries.systems.paia import BLOCKS
from notifications.spoken import OURS, spoken

SAYING = {"LoginSeen", "LoginFailed", "PatronMustAct"}


def said_by_adapters() -> set[str]:
    """The sentences that stand in the code of adapters, as a refusal or as what the patron must do."""
    found = set()
    for path in Path(libraries.__file__).parent.rglob("*.py"):
        if not {"tests", "demo"} & set(path.parts):
            calls = [each for each in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(each, ast.Call)]
            ours = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id in SAYING]
            found |= {str(text.value) for each in ours for text in ast.walk(each) if isinstance(text, ast.Constant)}
    return {text for text in found if " " in text.strip()}


def test_every_sentence_of_an_adapter_is_known() -> None:
    assert len(said_by_adapters()) > 4
    assert said_by_adapters() | set(FLAGS) | set(BLOCKS.values()) <= OURS


@pytest.mark.parametrize(
    ("words", "french"),
    [
        ("The library asks for a new PIN.", "La bibliothèque demande un nouveau code secret."),
        ("too many items overdue, card reported lost", "trop de documents en retard, carte déclarée perdue"),
        ("Please ask at the desk, lost", "Please ask at the desk, lost"),
        ("Password", "Password"),
        ("", ""),
        (None, ""),
    ],
)
def test_only_what_adapters_say_is_translated(words: str | None, french: str) -> None:
    with override("fr"):
        assert spoken(words) == french
