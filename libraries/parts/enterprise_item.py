"""What stands in the cell of a title in Enterprise's lists: each text is told by its class, its label or its order."""

import re
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.forms import address

MARKS = {
    f"{stem}{part}": name
    for stem in ("checkouts", "holds")
    for part, name in (
        *(("Error", "error"), ("Renewed", "renewed")),
        *(("_author", "author"), ("_callNumber", "call_number"), ("_itemId", "number")),
    )
}
BEFORE_NUMBER = "TitleLinkDiv_"
LABEL = re.compile(r"([^\W\d][\w ]{1,20}?)\s*:\s*(.*)")
NUMBER = re.compile(r"(?=[\w.()-]{6,}\Z)(?:\D*\d){4}.*")  # its letters first: most texts have a space early on
FULL_STOP = re.compile(r"(?<=\w{3})\.$")
ITEM_LABEL = re.compile(r"item|barcode|code", re.IGNORECASE)
CALL_LABEL = re.compile(r"shelf|call|cote|signat", re.IGNORECASE)


class Item(NamedTuple):
    """What the cell of a title says. `error` is why it cannot be renewed, `renewed` what came of a renewal."""

    title: str
    author: str | None
    number: str | None
    call_number: str | None
    url: str | None
    error: str
    renewed: str


def item_of(cell: HtmlElement) -> Item:
    """Title, author, item number, call number: below the title each is a text of its own, by class, label or order."""
    link, marked, texts = _inside(cell)
    title, *below = texts or [""]
    if not title:
        raise LayoutChanged("no title in a row")
    plain, labelled = _sorted(below)
    author = marked.get("author") or (plain[0] if plain and not _is_number(plain[0]) else "")
    return Item(
        title=title,
        author=_tidy(author) or None,
        number=_number(marked.get("number", ""), plain, labelled),
        call_number=_unlabelled(marked.get("call_number", "")) or _behind(CALL_LABEL, labelled),
        url=_address(link),
        error=marked.get("error", ""),
        renewed=marked.get("renewed", ""),
    )


def _inside(cell: HtmlElement) -> tuple[HtmlElement | None, dict[str, str], list[str]]:
    """The link of the title, the texts with a class of their own, and the others from the title on, in one walk."""
    link, title = _link(cell)
    begun, marked, texts = link is None, dict[str, str](), [title]
    for each in cell.iter():
        given = each.get("id", "")
        if BEFORE_NUMBER in given and _is_number(number := given.partition(BEFORE_NUMBER)[2]):
            marked["number"] = number
        if name := MARKS.get(each.get("class")):
            marked.setdefault(name, page.text(each))
        elif each is link:
            begun = True
        elif begun and (words := each.text) and each.getparent() is not link:
            texts.append(words)
        if begun and (after := each.tail):
            texts.append(after)
    return link, marked, [page.fold(each) for each in texts if each and not each.isspace()]


def _link(cell: HtmlElement) -> tuple[HtmlElement | None, str]:
    """The first link that says something, as a title does, and what it says."""
    for each in cell.iter("a"):
        if each.get("class") not in MARKS and (words := page.text(each)):
            return each, words
    return None, ""


def _is_number(text: str) -> bool:
    """Whether this may be an item's number: most have digits only."""
    return (len(text) >= 6 and text.isdecimal()) or (text != "" and NUMBER.fullmatch(text) is not None)


def _sorted(texts: list[str]) -> tuple[list[str], dict[str, str]]:
    """The texts without a label, and those with one, be it in the same text or in the one before."""
    plain, labelled, label = list[str](), dict[str, str](), ""
    for each in texts:
        found = LABEL.fullmatch(each) if ":" in each else None
        if label:
            labelled[label], label = each, ""
        elif found and found[2]:
            labelled[found[1]] = found[2]
        elif found:
            label = found[1]
        else:
            plain.append(each)
    return plain, labelled


def _number(said: str, plain: list[str], labelled: dict[str, str]) -> str | None:
    """The item's number: by its class or the link's block, behind its label, else the first text that is one."""
    codes = [each for label, each in labelled.items() if ITEM_LABEL.search(label)]
    for each in (*said.split(), *codes, *plain):
        if _is_number(each):
            return each
    return None


def _behind(label: re.Pattern[str], labelled: dict[str, str]) -> str | None:
    return next((each for name, each in labelled.items() if label.search(name)), None) if labelled else None


def _unlabelled(text: str) -> str:
    found = LABEL.fullmatch(text) if ":" in text else None
    return found[2] if found else text


def _tidy(author: str) -> str:
    name = _unlabelled(author).strip(" ,;/")
    return name[:-1] if FULL_STOP.match(name, len(name) - 1) else name


def _address(link: HtmlElement | None) -> str | None:
    place = "#" if link is None else link.get("href", "#")
    return None if place.startswith(("#", "javascript:")) else address(link, place)
