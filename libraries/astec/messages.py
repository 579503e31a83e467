"""What aDIS tells its patrons in messages: of the login, of their cards, and of what goes for everybody."""

import re

from lxml.html import HtmlElement

from libraries import page
from libraries.refusals import telling

SHOWN = "[normalize-space()][not(ancestor-or-self::*[@hidden or contains(@style, 'none') or self::noscript])]"
MESSAGE = (
    f"//h1[ancestor::*[contains(@class, 'message') or contains(@class, 'msgpage')]]{SHOWN}"
    f" | //div[contains(@class, 'alert')]{SHOWN} | //p[contains(@class, 'alert')]{SHOWN}"
)
NEWS = re.compile(r"cookie|javascript|browser|geöffnet|geschlossen|öffnungszeit|closed|opening hours", re.IGNORECASE)
SIGNED_IN = re.compile(r"(?:sind|jetzt|erfolgreich) angemeldet|(?:are|now) (?:logged|signed) in", re.IGNORECASE)


def messages_of(tree: HtmlElement) -> tuple[str, ...]:
    """Every message that the page shows."""
    return tuple(page.text(each) for each in page.every(tree, MESSAGE))


def about_login(tree: HtmlElement) -> str:
    """The message that is about the login, else the first that is no news for everybody; "" without one."""
    messages = messages_of(tree)
    signed_in = (each for each in messages if SIGNED_IN.search(each))
    return next(signed_in, "") or telling(messages) or next((each for each in messages if not NEWS.search(each)), "")
