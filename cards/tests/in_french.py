"""What pages and mails say to somebody who reads French, and which of it nobody translated."""

import re
from collections.abc import Callable, Iterator

from lxml import etree, html

SPOKEN = ("alt", "title", "aria-label", "placeholder", "aria-description")
MARKS = re.compile(r"⟦[^⟦⟧]*⟧")
ENGLISH = re.compile(r"\b(?:the|you|your|and|of|this|that|with|not|was|is|it|to|from|by|we|our)\b", re.IGNORECASE)
# Names: of this site, its parts and other people's, of languages, and what libraries and places are called.
NAMES = (
    *("LibraryHippo", "English", "Français", "Elm Park Library", "Eastbridge Branch", "Okafor-Lindqvist", "Ada Okafor"),
    *("Tremblay", "Town Hall", "Ben Okafor", "Ask at the desk", "The copper orchard", "Volume of the tides"),
    *("Oona Brandvold", "JSON", "AES-256-GCM", "Overdue fine", "CAD", "Ada", "Firefox", "Windows", "Ontario"),
)


def texts(page: str) -> Iterator[str]:
    """All that a page says, seen or heard: its text, and the attributes that are read out."""
    tree = html.fromstring(page)
    for each in tree.xpath("//script | //style | //select[@name='timezone']/optgroup/option | //svg"):
        each.drop_tree()
    etree.strip_tags(tree, "strong", "em", "b", "bdi")  # they stand amid a sentence
    tree = html.fromstring(html.tostring(tree, encoding="unicode"))  # so that neighbouring texts are one
    yield from (str(text) for text in tree.xpath("//text()"))
    for name in SPOKEN:
        yield from (str(text) for text in tree.xpath(f"//@{name}"))
    yield from (str(text) for text in tree.xpath("//meta[@name='description']/@content"))
    yield from (str(text) for text in tree.xpath("//input[@type='submit' or @type='button']/@value"))


def without_names(text: str) -> str:
    """Without names, addresses and codes."""
    text = re.sub(r"https?://\S+|/\S+/|\S+@\S+", " ", text)
    text = " ".join(text.split())
    for name in NAMES:
        text = text.replace(name, " ")
    return text


def unmarked(text: str) -> str:
    """What stands outside of all marks and has letters; "" where that is nothing."""
    while MARKS.search(text):
        text = MARKS.sub(" ", text)
    rest = " ".join(without_names(text).split())
    return rest if re.search(r"[^\W\d_]{2}", rest) else ""


def english(text: str) -> str:
    """The text, where it has an English word."""
    return " ".join(text.split()) if ENGLISH.search(without_names(text)) else ""


def marking(said: Callable[..., str]) -> Callable[..., str]:
    """Speaks French between marks, so that what was meant to be translated is told from what was not."""

    def marked(*asked: object) -> str:
        text = said(*asked)
        return text if "\x04" in text else f"⟦{text}⟧"

    return marked
