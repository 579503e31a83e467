"""Sends a site's own forms back as a browser would, and follows the redirects that only scripts know."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import cast
from urllib.parse import urlencode, urljoin

from lxml import etree
from lxml.html import FormElement, HtmlElement, fragment_fromstring

from libraries import page
from libraries.answer import Answer
from libraries.errors import CheckError, LayoutChanged
from libraries.login import LoginSeen
from libraries.web import Web

MOST_HOPS = 5
META_REFRESH = re.compile(r"^\s*\d*\s*[;,]\s*(?:url\s*=)?\s*['\"]?([^'\"]+)", re.IGNORECASE)
SCRIPT_MOVE = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\(|RedirectAfterLogin\()\s*(['"])(.+?)\1"""
)


def address(node: HtmlElement, link: str) -> str:
    """`link` as an absolute address, by the page's own base. Raises LayoutChanged for what is none."""
    return absolute(base(node), link)


def absolute(start: str, link: str) -> str:
    """`link` as an absolute address, where the page's `base` is known. Raises LayoutChanged for what is none."""
    try:
        return urljoin(start, link.strip())
    except ValueError as error:  # as "http://[1"
        raise LayoutChanged("a link that is no web address") from error


def base(node: HtmlElement) -> str:
    """Where the addresses on this page start: what it names as their base, else its own. Raises LayoutChanged."""
    here, root = node.base_url or "", node.getroottree().getroot()
    for each in root[0].iterchildren("base") if len(root) else ():
        if place := each.get("href"):
            return absolute(here, place)
    return here


def link(node: HtmlElement | None, start: str | None = None) -> str | None:
    """Where the first real link inside `node` leads, as an absolute address; None without one. `start`: the `base`."""
    if node is None:
        return None
    href = _real(node) or next(filter(None, map(_real, node.iter("a"))), None)
    if href is None:
        return None
    place = address(node, href) if start is None else absolute(start, href)
    return place if place.startswith(("http://", "https://", "/")) else None


def _real(each: HtmlElement) -> str | None:
    """Where a link leads, None for one within the page, and for what is no link."""
    href: str | None = each.get("href") if each.tag == "a" else None
    return href if href and href[0] != "#" else None


def has_pages(grid: HtmlElement) -> bool:
    """Whether a grid of ASP.NET has further pages, which it turns by script."""
    return any("Page$" in each.get("href", "") for each in grid.iter("a"))


def chosen(cell: HtmlElement | None) -> str | None:
    """What a cell shows: the option chosen in its drop-down, None where none is; else its text."""
    if cell is not None and (menu := next(cell.iter("select"), None)) is not None:
        cell = next((each for each in menu.iter("option") if each.get("selected") is not None), None)
    return page.text(cell) or None


def values(form: HtmlElement) -> dict[str, str]:
    """What a browser would send with this form untouched: hidden fields, tokens, ticked boxes, chosen options."""
    return dict(_fields(form)) | default_button(form)


def _fields(form: HtmlElement) -> list[tuple[str, str]]:
    """As lxml knows a form's fields, which it does only in trees of its own."""
    markup = etree.tostring(form, method="html", encoding="unicode", with_tail=False)
    return [(name, value) for name, value in cast(FormElement, fragment_fromstring(markup)).form_values()]


def default_button(form: HtmlElement) -> dict[str, str]:
    """The button that the Enter key presses: the form's first. Some sites look for it."""
    button = page.maybe(form, ".//input[@type='submit'] | .//button[not(@type) or @type='submit']")
    name = button.get("name") if button is not None else None
    return {name: button.get("value", "")} if button is not None and name else {}


def submit(
    web: Web,
    form: HtmlElement,
    filled: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
    button: Mapping[str, str] | None = None,
) -> Answer:
    """Sends the form to its own action with its own hidden fields and `filled`. Raises LayoutChanged.

    `button` is the one pressed (none: {}), where it is not the form's first.
    Every field of `filled` must be one that the form has: a credential never goes into a field we made up.
    """
    present = {each.get("name") for each in page.every(form, ".//*[@name]")}
    if missing := sorted(set(filled) - present):
        raise LayoutChanged(f"the form has no field {', '.join(missing)}")
    action = address(form, form.get("action") or form.base_url or "")
    if form.get("method", "get").lower() != "post":
        raise LayoutChanged("a form that would put credentials into an address")
    pressed = default_button(form) if button is None else button
    return web.post(action, data=_pairs(form, filled, pressed), headers=headers)


def send_in(charset: str, web: Web, url: str, fields: Mapping[str, str]) -> Answer:
    """Posts fields to a site that reads them in `charset`, as old sites read Latin-1: a password may have an umlaut."""
    body = urlencode(fields, encoding=charset, errors="xmlcharrefreplace")
    return web.post(url, data=body, headers={"Content-Type": "application/x-www-form-urlencoded"})


def _pairs(form: HtmlElement, filled: Mapping[str, str], button: Mapping[str, str]) -> list[tuple[str, str]]:
    """Name and value of all that a browser would send; a name may come twice, and some sites want it so."""
    sent = [*_fields(form), *button.items()]
    return [pair for pair in sent if pair[0] not in filled] + list(filled.items())


def onward(tree: HtmlElement) -> str | None:
    """Where a page without content of its own sends the browser, by meta refresh or script; None if it stays."""
    for meta in page.every(tree, "//meta[@http-equiv and @content]"):
        if meta.get("http-equiv", "").lower() == "refresh" and (found := META_REFRESH.match(meta.get("content", ""))):
            return address(tree, found[1])
    for script in page.every(tree, "//script[not(@src)]"):
        if found := SCRIPT_MOVE.search(script.text or ""):
            return address(tree, found[2].replace("\\/", "/"))
    return None


def settle(web: Web, answer: Answer, seen: Callable[[HtmlElement], LoginSeen]) -> tuple[LoginSeen, HtmlElement]:
    """The page on which a login comes to rest, and what `seen` says of it.

    A page that `seen` does not know may send the browser on by script. Raises LayoutChanged.
    """
    for _ in range(MOST_HOPS):
        tree = answer.html()
        try:
            return seen(tree), tree
        except LayoutChanged:
            ahead = onward(tree)
            if ahead is None:
                raise
        answer = web.get(ahead)
    raise LayoutChanged("the login leads from page to page without end")


@contextmanager
def parting(web: Web) -> Iterator[None]:
    """Within it, the visit is ended. What was read stays good even if the site does not answer to that.

    `web.last` stays the last page that was read: where that made no sense, it tells why.
    """
    last = web.last
    with suppress(CheckError):
        yield
    web.last = last


def leave(web: Web, url: str) -> None:
    """Logs out."""
    with parting(web):
        web.get(url)
