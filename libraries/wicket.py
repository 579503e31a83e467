"""Reads Apache Wicket's portlets in a Liferay portal: HTML wrapped in AJAX answers, links that only scripts know."""

import re

from lxml.html import HtmlElement

from libraries import page
from libraries.forms import address

AJAX = re.compile(r"wicketAjaxGet\(\s*(['\"])(.+?)\1")
REFRESH = r"refreshURL\s*:\s*\"([^\"]*p_p_id(?:\\x3d|=){portlet}[^\"]*)\""
ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})")


def html(body: bytes, *, charset: str | None = None, url: str | None = None) -> HtmlElement:
    """The page, or what an AJAX answer puts into a page. Raises LayoutChanged for one that is cut short."""
    if b"<ajax-response" not in body[:500]:
        return page.html(body, charset=charset, url=url)
    parts = [each.text or "" for each in page.xml(body.strip()).iter("component")]
    return page.html("\n".join(parts).encode(), url=url)


def target(link: HtmlElement) -> str | None:
    """Where a link leads: what its script asks for, else its address; None where it leads nowhere."""
    asked = AJAX.search(link.get("onclick", ""))
    place = asked[2] if asked else link.get("href", "")
    return address(link, place) if place and not place.startswith(("#", "javascript:")) else None


def asked_by_scripts(tree: HtmlElement, panel: str) -> list[str]:
    """The addresses at which scripts and links on the page ask for the content of a panel, by its name."""
    calls = [each.get("onclick", "") for each in page.every(tree, "//a[contains(@onclick, 'wicketAjaxGet')]")]
    calls += [each.text or "" for each in page.every(tree, "//script[contains(., 'wicketAjaxGet')]")]
    return [address(tree, found[2]) for call in calls for found in AJAX.finditer(call) if panel in found[2]]


def refreshed_at(tree: HtmlElement, portlet: str) -> str | None:
    """The address of a portlet that the page leaves to be loaded by script, by the beginning of its name."""
    pattern = re.compile(REFRESH.format(portlet=portlet))
    for script in page.every(tree, "//script[contains(., 'refreshURL')]"):
        if found := pattern.search(script.text or ""):
            return address(tree, ESCAPED.sub(lambda each: chr(int(each[1], 16)), found[1]))
    return None
