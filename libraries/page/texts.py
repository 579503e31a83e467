"""Text as we keep it: Unicode, white space folded, nothing invisible in it."""

import re

from lxml import etree
from lxml.html import HtmlElement

from libraries.errors import LayoutChanged

UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
BREAK = "\f"
BREAKING = {"br", "p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "table", "ul"}
UNSEEN = {"script", "style"}


def text(node: HtmlElement | str | None) -> str:
    """The text below `node`, white space folded and control characters removed; "" for None. Raises LayoutChanged."""
    if node is None:
        return ""
    if isinstance(node, str):
        return fold(node)
    if not isinstance(node, etree._Element):  # a number or a list, where a site's JSON had text before
        raise LayoutChanged("a value that is no text")
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


def lines(node: HtmlElement) -> list[str]:
    """The text below `node` without scripts, cut at its line breaks and blocks, without empty lines."""
    parts: list[str] = []
    _gather(node, parts)
    return [line for part in "".join(parts).split(BREAK) if (line := fold(part))]


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
