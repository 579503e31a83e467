"""What is taken out of a tree by name: what is missing fails by its name."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import TypeVar, cast

from lxml import etree
from lxml.html import HtmlElement

from libraries.errors import LayoutChanged

Home = TypeVar("Home", bound=Hashable)


@lru_cache(maxsize=2048)
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path)


def cls(*names: str) -> str:
    """An XPath condition: the element has one of these classes."""
    # The first half is there for speed: it rules out most elements at half the cost
    whole = "contains(@class, '{0}') and contains(concat(' ', normalize-space(@class), ' '), ' {0} ')"
    return " or ".join(whole.format(name) for name in names)


def every(node: HtmlElement, path: str) -> list[HtmlElement]:
    """All elements at `path`, in the page's order; none is fine."""
    return cast("list[HtmlElement]", _compiled(path)(node))


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


def marked(node: HtmlElement, name: str) -> HtmlElement | None:
    """The first element below `node` that has the class; for the few elements of a cell quicker than an XPath."""
    for each in node.iterdescendants() if len(node) else ():
        if (given := each.get("class")) and name in given.split():
            return each
    return None


def around(node: HtmlElement, rows: Iterable[HtmlElement]) -> list[HtmlElement]:
    """`node` and all elements below it but `rows` and what is in them, in the page's order.

    Most of a page is its rows. What is looked for around them is not to be looked for in each of them.
    """
    known, found, ahead = set(rows), list[HtmlElement](), [node]
    if node.getparent() is None:  # the page: what follows its own end has a root of its own
        ahead = [*reversed([*node.itersiblings()]), node]
    while ahead:
        each = ahead.pop()
        if each not in known:
            found.append(each)
            if len(each):
                ahead += each[::-1]
    return found


def inside(homes: Mapping[HtmlElement, Home], parts: Iterable[HtmlElement]) -> dict[Home, list[HtmlElement]]:
    """The parts by what `homes` has for the element that they are in: those of all rows found in one look at a list."""
    found: defaultdict[Home, list[HtmlElement]] = defaultdict(list)
    for each in parts:
        node = each.getparent()
        while (home := homes.get(node)) is None and node is not None:
            node = node.getparent()
        if home is not None:
            found[home].append(each)
    return found


def kinds(tree: HtmlElement, *tags: str) -> dict[str, list[HtmlElement]]:
    """All elements of these kinds on a page, by kind: one look at the page is quicker than one for each of them."""
    found: dict[str, list[HtmlElement]] = {tag: [] for tag in tags}
    for root in (tree, *tree.itersiblings()):  # a broken page may have several
        for each in root.iter(*tags):
            found[each.tag].append(each)
    return found
