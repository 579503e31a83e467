"""Reads a site's answers into trees, and takes things out of them by name: what is missing fails by its name."""

import json as stdlib_json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from lxml import etree
from lxml.html import HtmlElement

from libraries.errors import LayoutChanged

END = "lh-end"
DECLARED = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
BREAKS = re.compile(rb"<(?=/(?:p|h|t[dh]|d(?:iv|d)|li|TD|DIV|option)|br|BR)")
# lxml.html's own look-up of a class for each tag is in Python, and took a third of the time.
ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
OPENING = re.compile(rb"<(?:html|body)\b", re.IGNORECASE)
DEEP = re.compile(r"//(?=[\w*]+(?!\w|::))")
COUNTS = re.compile(r"\[\s*(?:\d|(?:count|sum|number|string-length)\()|\b(?:last|position)\(")
NEAREST = re.compile(r"::[\w*]+\[\d+\]")  # counted from one element, by an axis of its own: no matter
QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
QUOTES = ("'", '"')
DEEPEST_JSON = 60
UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def html(body: bytes, *, charset: str | None = None, url: str | None = None) -> HtmlElement:
    """The page as a tree. Raises LayoutChanged for an empty body.

    Where a browser would begin a new line, white space is put in, so that no two words run together.
    A mark is put behind the last byte. Where it ends up inside a list, that list was never closed:
    see `whole`.
    """
    scope = b"page" if OPENING.search(body) else b"fragment"
    marked = b"%s\n<%s class=%s></%s>" % (_spaced(_utf8(body, charset)), END.encode(), scope, END.encode())
    if not body.strip():
        raise LayoutChanged("an empty page")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(ONE_CLASS)
    try:
        tree = etree.fromstring(marked, parser, base_url=url)  # type: ignore[arg-type]  # the stubs know no None
    except etree.LxmlError as error:
        raise LayoutChanged("not a web page") from error
    if tree is None:
        raise LayoutChanged("not a web page")
    return cast(HtmlElement, tree)


def _spaced(body: bytes) -> bytes:
    return BREAKS.sub(b" <", body).replace(b"\0", b"")


def _utf8(body: bytes, charset: str | None) -> bytes:
    """The body in UTF-8. Valid UTF-8 is believed whatever a page declares; sites often declare Latin-1 by habit."""
    try:
        getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        declared = DECLARED.search(body[:4096])
        names = (charset, declared.group(1).decode() if declared else None, "cp1252")
        return next(text for name in names if name and (text := _decoded(body, name)) is not None).encode(
            "utf-8", "replace"
        )
    return body


def _decoded(body: bytes, charset: str) -> str | None:
    # Browsers read Latin-1 as windows-1252, https://encoding.spec.whatwg.org/#names-and-labels
    name = "cp1252" if charset.lower() in {"iso-8859-1", "latin1", "us-ascii", "ascii", "utf-8"} else charset
    try:
        return body.decode(name, "replace")
    except LookupError:
        return None


def json(body: bytes) -> Any:
    """The JSON value. Raises LayoutChanged for anything else, cut short or nested beyond reason."""
    try:
        value = stdlib_json.loads(body)
    except (ValueError, RecursionError) as error:
        raise LayoutChanged("not JSON") from error
    if _depth(value) > DEEPEST_JSON:
        raise LayoutChanged("JSON nested too deep")
    return value


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST_JSON:
        deepest += 1
        level = [inner for each in level for inner in _inside(each)]
    return deepest


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def xml(body: bytes) -> etree._Element:
    """The XML document, without entities or network. Raises LayoutChanged for anything else, cut short or not."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise LayoutChanged("not XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise LayoutChanged("XML with a document type of its own")
    return root


@lru_cache(maxsize=2048)
def _compiled(path: str) -> etree.XPath:
    """`//x[…]` as `/descendant::x[…]`: the same where no condition counts, and one walk instead of one a parent."""
    if not COUNTS.search(NEAREST.sub("", path)):
        path = "".join(each if each[:1] in QUOTES else DEEP.sub("/descendant::", each) for each in QUOTED.split(path))
    return etree.XPath(path)


def cls(*names: str) -> str:
    """An XPath condition: the element has one of these classes."""
    # The first half is there for speed: it rules out most elements at half the cost
    whole = "contains(@class, '{0}') and contains(concat(' ', normalize-space(@class), ' '), ' {0} ')"
    return " or ".join(whole.format(name) for name in names)


def every(node: HtmlElement, path: str) -> list[HtmlElement]:
    """All elements at `path`, in the page's order; none is fine."""
    return cast(list[HtmlElement], _compiled(path)(node))


def maybe(node: HtmlElement, path: str) -> HtmlElement | None:
    """The first element at `path`, or None."""
    found = every(node, path)
    return found[0] if found else None


def one(node: HtmlElement, path: str, name: str) -> HtmlElement:
    """The element at `path`. Raises LayoutChanged, naming it, where there is none or more than one."""
    found = every(node, path)
    if len(found) != 1:
        raise LayoutChanged(f"{len(found) or 'no'} {name}: {path}")
    return found[0]


def text(node: HtmlElement | str | None) -> str:
    """The text below `node`, white space folded and control characters removed; "" for None."""
    if node is None:
        return ""
    if isinstance(node, str):
        return fold(node)
    if not len(node):
        return fold(node.text or "")
    # In C: many times faster than joining `itertext`
    return fold(etree.tostring(node, method="text", encoding="unicode", with_tail=False))


def own_text(node: HtmlElement | None) -> str:
    """The text of `node` itself, without that of the elements in it; "" for None."""
    return "" if node is None else fold(" ".join([node.text or "", *(each.tail or "" for each in node)]))


def fold(raw: str) -> str:
    """Text as we keep it: white space folded, NUL, lone surrogates and direction marks removed."""
    folded = " ".join(raw.split())
    return folded if folded.isprintable() else " ".join(UNWANTED.sub("", folded).split())


def marked(node: HtmlElement, name: str) -> HtmlElement | None:
    """The first element below `node` that has the class; for the few elements of a cell quicker than an XPath."""
    return next((each for each in node.iterdescendants() if name in each.get("class", "").split()), None)


def lines(node: HtmlElement) -> list[str]:
    """The text below `node` without scripts, cut at its line breaks and blocks, without empty lines."""
    parts: list[str] = []
    _gather(node, parts)
    return [line for part in "".join(parts).split(BREAK) if (line := fold(part))]


BREAK = "\f"


BREAKING = {"br", "p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "table", "ul"}


UNSEEN = {"script", "style"}


def _gather(node: HtmlElement, parts: list[str]) -> None:
    """The texts below `node`, with a mark wherever a line ends; the parser keeps the depth in bounds."""
    breaks = node.tag in BREAKING or "d-block" in node.get("class", "")  # Bootstrap's
    if breaks:
        parts.append(BREAK)
    if (said := node.text) and node.tag not in UNSEEN:
        parts.append(said)
    for child in node:
        _gather(child, parts)
        if after := child.tail:
            parts.append(after)
    if breaks:
        parts.append(BREAK)


def whole(container: HtmlElement, what: str) -> HtmlElement:
    """`container`, if the page closes it. Raises LayoutChanged for a list whose end was cut off.

    A tree alone does not tell, since the parser closes whatever is open; the mark from `html` does. Where the
    body ends inside a tag or a script, the mark is lost, and the list must not be what the page ends with.
    """
    mark = _mark(container)
    last = mark if mark is not None else _last(container.getroottree().getroot())
    if last is container or any(each is container for each in last.iterancestors()):
        raise LayoutChanged(f"the page ends in the middle of the {what}")
    return container


def finished(tree: HtmlElement) -> HtmlElement:
    """`tree`, if the page was ended by its own last tags. Raises LayoutChanged for one that was cut short.

    A fragment, which never opened a page, has none to close.
    """
    mark = _mark(tree)
    if mark is None or (mark.get("class") == "page" and any(each.tag == "body" for each in mark.iterancestors())):
        raise LayoutChanged("the page was cut short")
    return tree


def _mark(node: HtmlElement) -> HtmlElement | None:
    """The mark at the end of the page that `node` is on. What follows a page's own end has a root of its own."""
    root = node.getroottree().getroot()
    last = _last(next(reversed([root, *root.itersiblings()])))
    return last if last.tag == END else None


def _last(node: HtmlElement) -> HtmlElement:
    while len(node):
        node = node[-1]
    return node


def table_rows(table: HtmlElement, what: str) -> list[HtmlElement]:
    """Every `tr` of this very table (not of one inside it) that holds data cells. Raises LayoutChanged if cut short."""
    whole(table, what)
    return every(table, "./tr[td] | ./tbody/tr[td] | ./thead/tr[td] | ./tfoot/tr[td]")


def columns(header: HtmlElement, words: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Which cell of a row holds what, told from the words in the header cells (lower case, whole or in part)."""
    found: dict[str, int] = {}
    place = 0
    for cell in every(header, "./th | ./td"):
        said = text(cell).casefold()
        for name, marks in words.items():
            if name not in found and any(mark in said for mark in marks):
                found[name] = place
                break
        place += span(cell)
    return found


def span(cell: HtmlElement) -> int:
    """How many columns a cell takes."""
    wide = cell.get("colspan")
    return min(int(wide), 100) or 1 if wide and (wide := wide.strip()).isdecimal() else 1


def cells(row: HtmlElement, classes: Mapping[str, str], places: Mapping[str, int]) -> dict[str, HtmlElement]:
    """The cells of a row by name: told from their classes, else from the column that the header gave them."""
    found: dict[str, HtmlElement] = {}
    there = list(row.iterchildren("th", "td"))
    for cell in there if classes else ():
        given = cell.get("class", "")
        for each in (given,) if given in classes else given.split():
            if each in classes:
                found.setdefault(classes[each], cell)
    if missing := [name for name in places if name not in found]:
        covered = [cell for cell in there for _ in range(span(cell))]
        found |= {name: covered[places[name]] for name in missing if places[name] < len(covered)}
    return found


def cell(row: Mapping[str, HtmlElement], name: str) -> HtmlElement:
    """The cell of that name. Raises LayoutChanged where the row has none."""
    if name not in row:
        raise LayoutChanged(f"no {name} in a row")
    return row[name]


def at(row: HtmlElement, place: int | None) -> HtmlElement | None:
    """The cell of `row` that covers that column, or None."""
    start = 0
    for cell in row.iterchildren("th", "td"):
        if place is not None and start <= place < start + span(cell):
            return cell
        start += span(cell)
    return None
