"""The catalogue: every entry fits its system, and a bad one is refused by file and name."""

from pathlib import Path

import pytest

from libraries.catalogue import Entry, entries
from libraries.fetch import build_adapter

GOOD = """
[elm]
name = "Elm Park Library"
place = "Elm Park"
system = "webpac"
timezone = "America/Toronto"
currency = "CAD"
[elm.options]
base_url = "https://elm.example"
dates = "mdy"
"""


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.slug)
def test_every_library_fits_its_system_and_states_its_order_of_dates(entry: Entry) -> None:
    adapter = build_adapter(entry.system, {"currency": entry.currency, **entry.options})
    assert adapter.site.dates is not None
    assert adapter.site.secure


def test_the_three_first_libraries_are_there() -> None:
    found = {entry.slug: entry for entry in entries()}
    assert found["waterloo"].options["scope"] == "3"
    assert found["kitchener"].options["scope"] == "2"
    assert found["region-of-waterloo"].system == "enterprise"


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "elms.toml").write_text(GOOD)
    assert [entry.name for entry in entries(tmp_path)] == ["Elm Park Library"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('name = "Elm Park Library"', ""), "elms.toml: elm: name is missing"),
        (('currency = "CAD"', 'currency = "CAD"\ncurency = "CAD"'), "elms.toml: elm: curency is missing or not known"),
        (('"Elm Park Library"', "7"), "elms.toml: elm: name is empty or of the wrong kind"),
        (('"webpac"', '""'), "elms.toml: elm: system is empty or of the wrong kind"),
        (("[elm]", "[elm"), "elms.toml: "),
    ],
)
def test_a_bad_entry_is_refused_by_file_and_name(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    (tmp_path / "elms.toml").write_text(GOOD.replace(*change))
    with pytest.raises(ValueError, match=words):
        entries(tmp_path)


def test_a_short_name_is_one_librarys_in_all_files(tmp_path: Path) -> None:
    for name in ("elms.toml", "oaks.toml"):
        (tmp_path / name).write_text(GOOD)
    with pytest.raises(ValueError, match=r"oaks\.toml: elm is there twice"):
        entries(tmp_path)
