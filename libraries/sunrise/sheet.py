"""A page of a SunRise account, and those of its elements that tell what is around its rows, found in one look."""

from collections.abc import Sequence
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page


class Sheet(NamedTuple):
    """A page. `blocks` are the elements that one of may hold the tabs."""

    tree: HtmlElement
    scripts: Sequence[HtmlElement]
    blocks: Sequence[HtmlElement]
    tables: Sequence[HtmlElement]
    links: Sequence[HtmlElement]


def sheet(tree: HtmlElement) -> Sheet:
    """The page of that tree."""
    found = page.kinds(tree, "script", "div", "ul", "table", "a")
    return Sheet(tree, found["script"], [*found["div"], *found["ul"]], found["table"], found["a"])
