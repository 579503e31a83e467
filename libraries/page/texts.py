"""Text as we keep it: Unicode, white space folded, nothing invisible in it."""

import re
from collections.abc import Iterable
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from libraries.errors import LayoutChanged

UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
Element = etree._Element
BREAK = "\t"  # put in where the page was read: see `html`
UNSEEN = ("script", "style")
SEEN = etree.XPath(".//text()[not(parent::script or parent::style)]", smart_strings=False)


def text(node: HtmlElement | str | None) -> str:
    """The text below `node`, white space folded and control characters removed; "" for None. Raises LayoutChanged."""
    if isinstance(node, Element):
        # In C: many times faster than joining `itertext`
        raw = etree.tostring(node, method="text", encoding="unicode", with_tail=False) if len(node) else node.text
        folded = " ".join(raw.split()) if raw else ""
        return folded if folded.isprintable() else fold(folded)
    if node is None:
        return ""
    if isinstance(node, str):
        return fold(node)
    raise LayoutChanged("a value that is no text")  # a number or a list, where a site's JSON had text before


def texts_of(nodes: Iterable[HtmlElement]) -> list[str]:
    """The text of each of them. For the cells of a row at once it takes half the time: most have nothing to fold."""
    raw = [text(each) if len(each) else each.text or "" for each in nodes]
    found = [*map(str.strip, raw)]
    together = "".join(found)
    return found if together.isprintable() and "  " not in together else [*map(fold, found)]


def own_text(node: HtmlElement | None) -> str:
    """The text of `node` itself, without that of the elements in it; "" for None."""
    return "" if node is None else fold(" ".join([node.text or "", *(each.tail or "" for each in node)]))


def fold(raw: str) -> str:
    """Text as we keep it: white space folded, NUL, lone surrogates and direction marks removed."""
    folded = " ".join(raw.split())
    return folded if folded.isprintable() else " ".join(UNWANTED.sub("", folded).split())


def lines(node: HtmlElement) -> list[str]:
    """The text below `node` without scripts, cut where a browser would begin a new line, without empty lines."""
    return cut(raw(node))


def raw(node: HtmlElement, *, plain: bool = False) -> str:
    """The text below `node` without scripts, as it stands in the page; `plain` where it is known to hold no script."""
    if not plain and not len(node):
        return "" if node.tag in UNSEEN else node.text or ""
    if not plain and next(node.iter(*UNSEEN), None) is not None:
        return "".join(cast("list[str]", SEEN(node)))
    return etree.tostring(node, method="text", encoding="unicode", with_tail=False)


def cut(raw: str) -> list[str]:
    """The lines of such a text: cut where a browser would begin a new line, without empty lines."""
    blank = raw.replace("\xa0", " ").replace("\n", " ").replace("  ", " ")
    found = [*filter(None, map(str.strip, blank.split(BREAK)))]
    together = "".join(found)
    if together.isprintable() and "  " not in together:
        return found  # nearly always: there is nothing to fold
    return [line for each in found if (line := fold(each) if "  " in each or not each.isprintable() else each)]
