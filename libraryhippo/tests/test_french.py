"""The French catalogue: complete, current, and written as French is."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.utils.translation import ngettext, override

HOME = Path(settings.BASE_DIR)
CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
ROOMS = ("cards", "notifications", "libraries", "libraryhippo", "templates", "locale")
GATHER = ("makemessages", "--all", "--add-location=file", "--no-obsolete", "--ignore=tests", "--ignore=benchmarks")
TRANSLATED = re.compile(r"{% blocktrans.*?endblocktrans(?:late)? %}|{% comment.*?endcomment %}", re.DOTALL)
NOT_SAID = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->|<(style|script)\b.*?</\1>|&\w+;|LibraryHippo", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
READ_OUT = re.compile(r'\b(?:alt|title|aria-label|placeholder)="([^"]*)"')
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

needs_gettext = pytest.mark.skipif(
    not all(map(shutil.which, ("xgettext", "msgfmt"))), reason="the programs of GNU gettext are not here"
)


class Entry(NamedTuple):
    """What is to be translated, one form or two, and its translation."""

    context: str
    english: tuple[str, ...]
    french: tuple[str, ...]
    fuzzy: bool


def entries(catalogue: str) -> Iterator[Entry]:
    """All but the head."""
    for block in catalogue.split("\n\n")[1:]:
        said = {"msgctxt": ""}
        for keyword, text in re.findall(r'^(msg\S+) ((?:".*"\s*)+)', block, re.MULTILINE):
            said[keyword] = "".join(ast.literal_eval(line) for line in text.splitlines())
        english = tuple(said[name] for name in ("msgid", "msgid_plural") if name in said)
        french = tuple(text for name, text in said.items() if name.startswith("msgstr"))
        yield Entry(said["msgctxt"], english, french, "\n#, fuzzy" in block)


KNOWN = list(entries((HOME / CATALOGUE).read_text(encoding="utf-8")))


def test_everything_is_translated() -> None:
    assert len(KNOWN) > 1000
    assert [each.english for each in KNOWN if each.fuzzy or not all(each.french)] == []


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    def places(forms: tuple[str, ...]) -> list[set[str]]:
        return [set(PLACEHOLDER.findall(form)) for form in forms]

    assert [each.english for each in KNOWN if places(each.english) != places(each.french)] == []


def test_numbers_have_the_plurals_of_french() -> None:
    """None is one of the singular there."""
    assert all(len(each.french) == len(each.english) for each in KNOWN)
    with override("fr"):
        said = [ngettext("%(n)d loan", "%(n)d loans", n) % {"n": n} for n in (0, 1, 2)]
    assert said == ["0 prêt", "1 prêt", "2 prêts"]


@pytest.mark.parametrize("wrong", [r"\w'\w", r" [;?!:»]", r"« ", r"\.\.\.", r"[“”]", r"\btu\b|\bton\b|\btoi\b"])
def test_the_typography_is_that_of_french(wrong: str) -> None:
    assert [text for each in KNOWN for text in each.french if re.search(wrong, text)] == []


def test_no_template_has_words_that_cannot_be_translated() -> None:
    """Whatever stands there outside of `translate`, whether or not a test comes by."""
    found = {}
    for path in (each for home in ("templates", "notifications/templates") for each in (HOME / home).rglob("*.*")):
        text = NOT_SAID.sub(" ", TRANSLATED.sub(" ", path.read_text(encoding="utf-8")))
        words = [each for each in (*READ_OUT.findall(text), TAG.sub(" ", text)) if re.search(r"[^\W\d_]{2}", each)]
        if words:
            found[path.name] = " ".join(" ".join(words).split())
    assert found == {}


@needs_gettext
def test_the_compiled_catalogue_is_that_of_the_written_one(tmp_path: Path) -> None:
    """The same translations; which program compiled it does not matter."""
    made = tmp_path / "made.po"
    compiled = HOME / CATALOGUE.with_suffix(".mo")
    subprocess.run(["msgunfmt", "--no-wrap", "-o", made, compiled], check=True)

    def spoken(all_of_them: list[Entry]) -> set[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        return {(each.context, each.english, each.french) for each in all_of_them}

    assert spoken(list(entries(made.read_text(encoding="utf-8")))) == spoken(KNOWN)


@needs_gettext
def test_the_catalogue_holds_what_the_code_says_and_nothing_else(tmp_path: Path) -> None:
    """Otherwise: make messages, and translate what is new."""
    for room in ROOMS:
        shutil.copytree(HOME / room, tmp_path / room, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    shutil.copy(HOME / "manage.py", tmp_path)
    subprocess.run([sys.executable, "manage.py", *GATHER], cwd=tmp_path, check=True, capture_output=True)
    gathered = list(entries((tmp_path / CATALOGUE).read_text(encoding="utf-8")))
    assert {each[:2] for each in gathered} == {each[:2] for each in KNOWN}
