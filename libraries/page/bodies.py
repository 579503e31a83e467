"""Trees from a site's answers, whatever they declare themselves to be."""

import json as stdlib_json
import re
from codecs import getincrementaldecoder
from typing import Any, cast

from lxml import etree
from lxml.html import HtmlElement

from libraries.errors import LayoutChanged

END = "lh-end"
DECLARED = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
# Text behind the end of a cell is nobody's: browsers move it elsewhere. Both cases are spelled out, and
# each name is ended by itself: to ignore case, or to end them all at once, takes far longer.
BREAKS = re.compile(
    rb"<(?=t[drh]\b|div\b|br\b|p\b|li\b|h\d|d[dt]\b|ul\b|table\b|option\b|/(?:div|p|li|h\d|d[dt]|ul|table|option)\b"
    rb"|T[DRH]\b|DIV\b|BR\b|P\b|LI\b|H\d|D[DT]\b|UL\b|TABLE\b|/(?:DIV|P|LI|H\d|D[DT]|UL|TABLE)\b)"
)
BREAK = b"\t"
BLOCKS_BY_CLASS = etree.XPath("//*[contains(@class, 'd-block')]")  # Bootstrap's
# lxml.html's own look-up of a class for each tag is in Python, and took a third of the time.
ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
OPENING = re.compile(rb"<(?:html|body)\b", re.IGNORECASE)
DEEPEST_JSON = 60


def html(body: bytes, *, charset: str | None = None, url: str | None = None) -> HtmlElement:
    """The page as a tree. Raises LayoutChanged for an empty body.

    Where a browser would begin a new line or a cell, a tab is put in (and nowhere else is one left), so that no two
    words run together and `lines` knows where to cut. A mark is put behind the last byte. Where it ends up inside a
    list, that list was never closed: see `whole`.
    """
    scope = b"page" if OPENING.search(body) else b"fragment"
    marked = b"%s\n<%s class=%s></%s>" % (_spaced(_utf8(body, charset)), END.encode(), scope, END.encode())
    if not body.strip():
        raise LayoutChanged("an empty page")
    # To keep an index of ids takes up to a third of the time, and nothing asks for it: XPath's id() does not work here.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(ONE_CLASS)
    try:
        tree = etree.fromstring(marked, parser, base_url=url)  # type: ignore[arg-type]  # the stubs know no None
    except etree.LxmlError as error:
        raise LayoutChanged("not a web page") from error
    if tree is None:
        raise LayoutChanged("not a web page")
    for each in cast(list[HtmlElement], BLOCKS_BY_CLASS(tree)) if b"d-block" in body else ():
        each.text, each.tail = f"\t{each.text or ''}", f"\t{each.tail or ''}"
    return cast(HtmlElement, tree)


def _spaced(body: bytes) -> bytes:
    return BREAKS.sub(BREAK + b"<", body.replace(b"\t", b" ")).replace(b"\0", b"")


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
        nested = [each for each in level if isinstance(each, dict | list)]
        level = [inner for each in nested for inner in (each.values() if isinstance(each, dict) else each)]
    return deepest


def xml(body: bytes) -> etree._Element:
    """The XML document, without entities or network. Raises LayoutChanged for anything else, cut short or not."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, load_dtd=False)
    try:
        root = etree.fromstring(body.lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise LayoutChanged("not XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise LayoutChanged("XML with a document type of its own")
    return root
