"""Whether a page, or a list on it, was there to its end."""

from lxml.html import HtmlElement

from libraries.errors import LayoutChanged
from libraries.page.bodies import END


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
