"""Trees from a site's bytes, and what is taken out of them."""

import pytest

from libraries import page
from libraries.errors import LayoutChanged

LIST = (
    b"<html><body><div><table id=l><tr><th>Title</th><th colspan=2>Due</th></tr>"
    b"<tr><td>A</td><td>x</td><td>y</td></table></div></body></html>"
)


def table(body: bytes):  # type: ignore[no-untyped-def]
    return page.one(page.html(body), "//table", "table")


def test_a_list_that_the_page_closes_is_whole() -> None:
    assert [page.text(row) for row in page.table_rows(table(LIST), "loans")] == ["A x y"]


@pytest.mark.parametrize("cut", range(LIST.index(b"<tr>"), LIST.index(b"</table>") + len(b"</table")))
def test_a_list_cut_anywhere_is_not_believed(cut: int) -> None:
    with pytest.raises(LayoutChanged, match=r"no table|middle of the loans"):
        page.table_rows(table(LIST[:cut]), "loans")


@pytest.mark.parametrize("tail", [b"", b"</div>", b"</div></body>", b"</div></body></html>", b"<p>more"])
def test_a_list_is_whole_whatever_follows_it(tail: bytes) -> None:
    assert page.table_rows(table(LIST[: LIST.index(b"</div>")] + tail), "loans")


def test_a_page_without_its_end_is_cut_short_but_a_fragment_is_not() -> None:
    assert page.finished(page.html(LIST)) is not None
    assert page.finished(page.html(b"<div>only a piece</div>")) is not None
    with pytest.raises(LayoutChanged, match="cut short"):
        page.finished(page.html(LIST[:-20]))


def test_around_rows_is_the_rest_of_the_page_even_behind_its_own_end() -> None:
    tree = page.html(b"<html/><body><a>menu</a><table><tr><td><b>x</b></table><i>foot</i></body>")
    around = page.around(tree, page.every(tree, "//tr"))
    assert [each.tag for each in around if page.own_text(each)] == ["a", "i"]


def test_parts_are_sorted_into_their_rows_however_deep_and_those_in_none_left_out() -> None:
    tree = page.html(b"<a>menu</a><table><tr><td><b><a>1</a></b><a>2</a><tr><td><td><i><a>3</table><a>foot")
    homes = {cell: cell.getparent() for cell in page.every(tree, "//td")}
    found = page.inside(homes, tree.iter("a"))
    first, second = page.every(tree, "//tr")
    assert {row: [page.text(each) for each in found[row]] for row in found} == {first: ["1", "2"], second: ["3"]}


def test_elements_of_a_kind_are_found_even_behind_the_pages_own_end() -> None:
    found = page.kinds(page.html(b"<html/><body><a>1</a><ul><li><a>2</a></ul></body>"), "a", "ul", "table")
    assert {kind: len(elements) for kind, elements in found.items()} == {"a": 2, "ul": 1, "table": 0}


def test_what_an_unclosed_table_swallows_is_not_in_a_closed_row() -> None:
    tree = page.html(b"<table><tr><td>A</td><tr><td>B<table><tr><td>C</td></table><p>more")
    assert [page.text(row) for row in page.closed_rows(page.every(tree, "//table")[0])] == ["A"]


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("<p>Miéville</p>".encode(), None),
        ("<p>Miéville</p>".encode(), "iso-8859-1"),
        ("<meta charset=iso-8859-1><p>Miéville</p>".encode(), None),
        ("<p>Miéville</p>".encode("latin-1"), "iso-8859-1"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-15"><p>Miéville'.encode("latin-1"),
            None,
        ),
        ("<p>Miéville</p>".encode("cp1252"), "no-such-charset"),
        ('<?xml version="1.0" encoding="utf-8"?><p>Miéville</p>'.encode(), None),
    ],
)
def test_letters_survive_wrong_or_missing_declarations(body: bytes, charset: str | None) -> None:
    assert page.text(page.html(body, charset=charset)) == "Miéville"


def test_text_is_folded_and_harmless() -> None:
    node = page.html("<p> a\x00\u202e<br>b<span>c</span>\u00a0 d</p><p>e".encode())
    assert page.text(node) == "a bc d e"


@pytest.mark.parametrize("value", [1984, 1.5, True, ["a"], {"a": "b"}])
def test_a_value_that_is_no_text_is_not_read_as_text(value: object) -> None:
    with pytest.raises(LayoutChanged):
        page.text(value)  # type: ignore[arg-type]


def test_lines_are_what_a_reader_sees_as_lines() -> None:
    assert page.lines(page.html(b"<div>7 Larch Lane<br>Elm <b>Park</b><p>x</p>y</div>")) == [
        "7 Larch Lane",
        "Elm Park",
        "x",
        "y",
    ]


def test_lines_are_folded_and_harmless_and_without_scripts() -> None:
    cell = page.html("<div>A\u00a0\u00a0 b<br>\u200b<br>c\n\x07 \u202ed<script>x</script></div>".encode())
    assert page.lines(cell) == ["A b", "c d"]
    assert page.cut(page.raw(cell, plain=True)) == ["A b", "c dx"]


def test_what_is_missing_or_doubtful_fails_by_name() -> None:
    tree = page.html(b"<p>a</p><p>b</p>")
    with pytest.raises(LayoutChanged, match="no due date"):
        page.one(tree, "//td", "due date")
    with pytest.raises(LayoutChanged, match="2 due date"):
        page.one(tree, "//p", "due date")
    assert page.maybe(tree, "//td") is None


def test_columns_are_found_by_their_words_across_wide_cells() -> None:
    row = page.one(page.html(LIST), "//tr[th]", "header")
    places = page.columns(row, {"title": ("title",), "due": ("due",)})
    assert places == {"title": 0, "due": 1}
    assert page.text(page.at(row, 2)) == "Due"


@pytest.mark.parametrize("body", [b"", b"  ", b"\n"])
def test_an_empty_page_is_no_page(body: bytes) -> None:
    with pytest.raises(LayoutChanged):
        page.html(body)


@pytest.mark.parametrize("body", [b'{"a": [1', b"", b"<p>", b"[" * 5000 + b"]" * 5000, b"[" * 200 + b"]" * 200])
def test_json_cut_short_or_too_deep_is_not_believed(body: bytes) -> None:
    with pytest.raises(LayoutChanged):
        page.json(body)


ENTITY = b'<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>'


@pytest.mark.parametrize(
    "body", [b"<a><b></a>", b"<a>", b"", b"{}", ENTITY, ENTITY.replace(b'"boom"', b'SYSTEM "file:///etc/passwd"')]
)
def test_xml_cut_short_or_with_entities_is_not_believed(body: bytes) -> None:
    with pytest.raises(LayoutChanged):
        page.xml(body)
