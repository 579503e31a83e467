"""Titles as catalogues write them, taken apart."""

import pytest

from libraries.titles import author_first, kind_first, shown, title_first


def test_marks_for_sorting_are_not_shown() -> None:
    assert shown("\u00acDer\u00ac Leuchtturm") == "Der Leuchtturm"
    assert shown("\u0098Der\u009c Leuchtturm") == "Der Leuchtturm"


def test_the_kind_of_medium_stands_before_the_title() -> None:
    assert kind_first("[DVD-Video] Winterreise [DVD]") == ("DVD-Video", "Winterreise [DVD]")
    assert kind_first("Winterreise [DVD]") == (None, "Winterreise [DVD]")
    assert kind_first("[Buch]") == (None, "[Buch]")


def test_an_author_stands_behind_a_slash() -> None:
    assert title_first("Brot : ohne Eile / Kofi Amankwah") == ("Brot : ohne Eile", "Kofi Amankwah")
    assert title_first("CD/DVD") == ("CD/DVD", None)


@pytest.mark.parametrize(
    ("words", "author", "told"),
    [
        ("Amankwah, Kofi : Brot : ein Fest", "Amankwah, Kofi", ("Brot : ein Fest", "Amankwah, Kofi")),
        ("Amankwah, Kofi: Brot", None, ("Brot", "Amankwah, Kofi")),
        ("Brot : ein Fest", None, ("Brot : ein Fest", None)),
        ("Brot : ein Fest", "Amankwah, Kofi", ("Brot : ein Fest", "Amankwah, Kofi")),
        ("Amankwah Kofi : Brot", "Amankwah, Kofi", ("Brot", "Amankwah, Kofi")),
        ("Amankwah, Kofi : Brot", "Amankwah, Kofi; Ek, Maren", ("Brot", "Amankwah, Kofi; Ek, Maren")),
        ("Amankwah : Brot", "Amankwah, Kofi", ("Amankwah : Brot", "Amankwah, Kofi")),
    ],
)
def test_an_author_before_a_colon_is_known_or_looks_like_one(
    words: str, author: str | None, told: tuple[str, str | None]
) -> None:
    assert author_first(words, author) == told
