"""Moves through an aDIS session as its users do: each step posts the whole form, or follows the last page's link."""

import re
from collections.abc import Mapping
from contextlib import suppress

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import CheckError, LayoutChanged
from libraries.forms import address, leave, submit
from libraries.web import Web

ACCOUNT = "//a[contains(@href, 'sp=SBK')]"
ACCOUNT_BY_SCRIPT = "$ScriptButton_hidden"
BACK = re.compile(r"abbrechen|übersicht|zurück|schließen|beenden|cancel|back\b", re.IGNORECASE)
OUT = re.compile(r"abmelden|log ?out|sign out", re.IGNORECASE)
TOOLBAR = "//input[@type='image' and @name='$Toolbar_0']"


def form(tree: HtmlElement) -> HtmlElement:
    """The form that the page is. Raises LayoutChanged for a page that is none."""
    every = list(tree.iter("form"))
    found = next((each for each in every if each.get("name") == "Form0"), None)
    if found is None and len(every) == 1:
        found = every[0]
    if found is None:
        raise LayoutChanged("no form to post back")
    return found


def count(tree: HtmlElement) -> str:
    """How many requests the session counts; "" where the page does not say."""
    return next((each.get("value", "") for each in tree.iter("input") if each.get("name") == "requestCount"), "")


def button(tree: HtmlElement, says: re.Pattern[str]) -> HtmlElement | None:
    """The first button of the page that says so, or picture of one."""
    for each in tree.iter("input", "button"):
        if each.tag == "button" or each.get("type") in {"submit", "image"}:
            words = (each.get(name, "") for name in ("value", "alt", "title"))
            pressed = each.get("name") and each.get("disabled") is None
            if pressed and says.search(" ".join((*words, page.text(each)))):
                return each
    return None


def _pressed(found: HtmlElement) -> dict[str, str]:
    """What a browser sends for that button: for a picture, where it was touched."""
    name = found.get("name", "")
    return {f"{name}.x": "1", f"{name}.y": "1"} if found.get("type") == "image" else {name: found.get("value", "")}


def press(web: Web, tree: HtmlElement, says: re.Pattern[str], filled: Mapping[str, str] | None = None) -> HtmlElement:
    """The page behind the button that says so, or behind the form's first where none does. Raises LayoutChanged."""
    found = button(tree, says)
    return submit(web, form(tree), filled or {}, button=None if found is None else _pressed(found)).html()


def open_account(web: Web, tree: HtmlElement) -> HtmlElement:
    """The account, or the login before it: by its link, or in newer skins by what a script would post."""
    link = page.maybe(tree, ACCOUNT)
    if link is not None:
        return web.get(address(tree, link.get("href", ""))).html()
    return submit(web, form(tree), {}, button={ACCOUNT_BY_SCRIPT: "BK"}).html()


def back(web: Web, tree: HtmlElement) -> HtmlElement:
    """The overview, from one of its lists: by a button or the toolbar, else by the link to the account."""
    if button(tree, BACK) is not None:
        return press(web, tree, BACK)
    toolbar = page.maybe(tree, TOOLBAR)
    if toolbar is not None:
        return submit(web, form(tree), {}, button=_pressed(toolbar)).html()
    return open_account(web, tree)


def sign_out(web: Web, before: HtmlElement) -> None:
    """Ends the session by the link of the last page, else by that of the one `before`; without one it runs out."""
    place = out(before)
    with suppress(CheckError):
        place = out(web.last.html()) or place if web.last is not None else place
    if place is not None:
        leave(web, place)


def out(tree: HtmlElement) -> str | None:
    """Where the page's link leads that ends the session, or None."""
    for each in page.every(tree, "//a[@href]"):
        if OUT.search(page.text(each)):
            return address(each, each.get("href", ""))
    return None
