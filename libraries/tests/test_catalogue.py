"""The catalogue: every entry fits its system, and a bad one is refused by file and name."""

from datetime import date
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
        (('currency = "CAD"', 'currency = "CAD"\ncurency = "CAD"'), "elms.toml: elm: curency is not known: take it"),
        (('"Elm Park Library"', "7"), "elms.toml: elm: name must be a text, and not empty"),
        (('"webpac"', '""'), "elms.toml: elm: system must be a text, and not empty"),
        (("[elm]", "[elm"), "elms.toml: "),
        (("[elm]", 'elms = "many"\n[elm]'), "elms.toml: elms: stands outside of a library"),
        (('currency = "CAD"', 'currency = "CAD"\nconfirmed = false'), "elms.toml: elm: source is missing: add it"),
        (('currency = "CAD"', 'currency = "CAD"\nconfirmed = "no"'), "elms.toml: elm: confirmed must be true or false"),
        (('currency = "CAD"', 'currency = "CAD"\nseen = "May"'), "elms.toml: elm: seen must be a day like 2026-05-04"),
        (('currency = "CAD"', 'currency = "CAD"\nsource = "a friend"'), "elms.toml: elm: source must be the address"),
    ],
)
def test_a_bad_entry_is_refused_by_file_and_name(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    (tmp_path / "elms.toml").write_text(GOOD.replace(*change))
    with pytest.raises(ValueError, match=words):
        entries(tmp_path)


def test_an_unconfirmed_library_says_where_its_address_was_found_and_when(tmp_path: Path) -> None:
    found = 'currency = "CAD"\nconfirmed = false\nsource = "https://elm.example/about"\nseen = 2026-05-04'
    (tmp_path / "elms.toml").write_text(GOOD.replace('currency = "CAD"', found))
    [entry] = entries(tmp_path)
    assert (entry.confirmed, entry.source, entry.seen) == (False, "https://elm.example/about", date(2026, 5, 4))


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    for name in ("elm", "oak"):
        (tmp_path / f"{name}s.toml").write_text(GOOD.replace("elm", name).replace('place = "Elm Park"', "place = 1"))
    with pytest.raises(ValueError, match=r"elms\.toml: elm: place must.*\noaks\.toml: oak: place must"):
        entries(tmp_path)


def test_a_short_name_is_one_librarys_in_all_files(tmp_path: Path) -> None:
    for name in ("elms.toml", "oaks.toml"):
        (tmp_path / name).write_text(GOOD)
    with pytest.raises(ValueError, match=r"oaks\.toml: elm is there twice"):
        entries(tmp_path)
