"""Looks for a page in the frames of another."""

from lxml.html import HtmlElement

from libraries import page
from libraries.answer import Answer
from libraries.forms import address
from libraries.web import Web

FRAMES = "//frame[@src] | //iframe[@src]"
MOST_FRAMES = 4


def within_frames(web: Web, answer: Answer, wanted: str) -> HtmlElement:
    """The page itself, or the first of those in its frames that has something at the XPath `wanted`."""
    tree = answer.html()
    if page.maybe(tree, wanted) is None:
        for frame in page.every(tree, FRAMES)[:MOST_FRAMES]:
            inner = web.get(address(tree, frame.get("src", ""))).html()
            if page.maybe(inner, wanted) is not None:
                return inner
    return tree
