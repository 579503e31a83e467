"""The rows of Enterprise's lists: which tables they are in, and what stands in the cell of a title."""

import re
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.forms import address
from libraries.nothing import says_none
from libraries.tables import Cells, named_rows

NAMES = {"loans": "Checkouts", "holds": "Holds", "fees": "Fines"}
TABLES = "//table[contains(@id, '{stem}list') or contains(@class, '{stem}List') or contains(@id, 'my{name}_')]"
SUMMARY = "//div[@id='{stem}Summary']"
STATED = re.compile(r"^(?:total|nombre|número)\b(?!.*(?:overdue|ready|retard|vencid))[^:]*:\s*(\d+)$", re.IGNORECASE)
HEADING = "//*[@id='library{name}Accordion']/preceding-sibling::*[1] | //*[@id='library{name}Accordion']/*[1]"
COUNT = re.compile(r"\(\s*(\d+)\s*\)")
TOTAL = re.compile(
    r"^(?:grand )?total\w*(?: (?:owed|due|amount|fines?|fees?|bills?|balance|dû|à payer))*"
    r"\s*:?\s*(?:[A-Z]{2,3}\b)?\s*[^\w\s]?\s*\d[\d.,]*[.,]\d\d(?!\d)",
    re.IGNORECASE,
)
CELLS = {
    **{"checkoutsBookInfo": "title", "checkoutsRenewCount": "renewals", "checkoutsDueDate": "due"},
    **{"holdsID": "title", "holdsStatus": "status", "holdsPickup": "pickup", "holdsDate": "expires"},
    **{"holdsRank": "rank", "finesReason": "reason", "finesTitle": "title", "finesDate": "date"},
}
WORDS = {
    "title": ("title", "titre", "título", "titel"),
    "left": ("renewals left", "remaining", "restant"),
    "renewals": ("renew", "renouv", "renov", "verläng"),
    "owed": ("owed", "balance", "outstanding", "solde", "saldo"),
    "due": ("due", "échéance", "retour", "vencim", "devol", "fällig"),
    "status": ("status", "statut", "estado", "état"),
    "pickup": ("pickup", "pick up", "cueillette", "retrait", "ramassage", "recog", "abhol"),
    "expires": ("expir", "caduc"),
    "rank": ("queue", "rank", "position", "rang", "file d'attente", "posición", "cola"),
    "reason": ("reason", "raison", "motif", "motivo", "type", "grund"),
    "date": ("date", "fecha", "datum"),
    "amount": ("amount", "montant", "importe", "cantidad", "betrag"),
}
MARKS = {
    f"{stem}{part}": name
    for stem in ("checkouts", "holds")
    for part, name in (
        *(("Error", "error"), ("Renewed", "renewed")),
        *(("_author", "author"), ("_callNumber", "call_number"), ("_itemId", "number")),
    )
}
LABEL = re.compile(r"([^\W\d][\w ]{1,20}?)\s*:\s*(.*)")
NUMBER = re.compile(r"(?=(?:\D*\d){4})[\w.()-]{6,}")
FULL_STOP = re.compile(r"(?<=\w{3})\.$")
ITEM_LABEL = re.compile(r"item|barcode|code", re.IGNORECASE)
CALL_LABEL = re.compile(r"shelf|call|cote|signat", re.IGNORECASE)


Row = tuple[HtmlElement, Cells]


class Item(NamedTuple):
    """What the cell of a title says. `error` is why it cannot be renewed, `renewed` what came of a renewal."""

    title: str
    author: str | None
    number: str | None
    call_number: str | None
    url: str | None
    error: str
    renewed: str


def list_rows(tree: HtmlElement, what: str, *, none: bool = False) -> tuple[list[Row], int | None]:
    """The rows of a list, and the count it states. Raises LayoutChanged for a list that does not prove itself."""
    name, stem = NAMES[what], NAMES[what].lower()
    tables = page.every(tree, TABLES.format(name=name, stem=stem))
    # Where a list is there twice, one copy is for narrow screens
    wide = [each for each in tables if "nonmobile" in each.get("id", "")]
    rows = [each for each in named_rows(wide or tables, CELLS, WORDS, what) if _is_row(each[0])]
    said = (line for each in page.every(tree, SUMMARY.format(stem=stem)) for line in page.lines(each))
    stated = next((int(found[1]) for line in said if (found := STATED.match(line))), None)
    if not rows and stated != 0 and not none and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return rows, stated


def _is_row(line: HtmlElement) -> bool:
    """Whether it is neither a header nor a note: one wide cell, of none of the classes that we know."""
    wide = len(line) == 1 and page.span(line[0]) > 1
    return line.getparent().tag != "thead" and not (wide and CELLS.keys().isdisjoint(line[0].get("class", "").split()))


def item_of(cell: HtmlElement) -> Item:
    """Title, author, item number, call number: below the title each is a text of its own, by class, label or order."""
    link, marked, texts = _inside(cell)
    title = page.text(link) or next(iter(texts), "")
    if not title:
        raise LayoutChanged("no title in a row")
    plain, labelled = _sorted(texts if link is not None else texts[1:])
    first = next((each for each in plain[:1] if not NUMBER.fullmatch(each)), "")
    codes = (each for label, each in labelled.items() if ITEM_LABEL.search(label))
    calls = (each for label, each in labelled.items() if CALL_LABEL.search(label))
    numbers = (each for each in (*marked.get("number", "").split(), *codes, *plain) if NUMBER.fullmatch(each))
    return Item(
        title=title,
        author=_tidy(marked.get("author") or first) or None,
        number=next(numbers, None),
        call_number=_unlabelled(marked.get("call_number", "")) or next(calls, None),
        url=_address(link),
        error=marked.get("error", ""),
        renewed=marked.get("renewed", ""),
    )


def _inside(cell: HtmlElement) -> tuple[HtmlElement | None, dict[str, str], list[str]]:
    """The link of the title, the texts that have a class of their own, and the others below the title, in one walk."""
    link, marked, texts = None, dict[str, str](), list[str]()
    for each in cell.iter():
        given = each.get("id")
        if given and (number := given.partition("TitleLinkDiv_")[2]) and NUMBER.fullmatch(number):
            marked["number"] = number
        if name := MARKS.get(each.get("class")):
            marked.setdefault(name, page.text(each))
        elif link is None and each.tag == "a" and page.text(each):
            link, texts = each, []
        elif link is None or link is not each.getparent():
            texts.append(each.text)
        texts.append(each.tail)
    return link, marked, [page.fold(each) for each in texts if each and not each.isspace()]


def _sorted(texts: list[str]) -> tuple[list[str], dict[str, str]]:
    """The texts without a label, and those with one, be it in the same text or in the one before."""
    plain, labelled, label = list[str](), dict[str, str](), ""
    for each in texts:
        found = LABEL.fullmatch(each)
        if label:
            labelled[label], label = each, ""
        elif found and found[2]:
            labelled[found[1]] = found[2]
        elif found:
            label = found[1]
        else:
            plain.append(each)
    return plain, labelled


def _unlabelled(text: str) -> str:
    found = LABEL.fullmatch(text)
    return found[2] if found else text


def _tidy(author: str) -> str:
    return FULL_STOP.sub("", _unlabelled(author).strip(" ,;/"))


def _address(link: HtmlElement | None) -> str | None:
    place = "#" if link is None else link.get("href", "#")
    return None if place.startswith(("#", "javascript:")) else address(link, place)


def counts(tree: HtmlElement) -> dict[str, int]:
    """The numbers in the headings above the lists: "Library Checkouts ( 5 )"."""
    found = {}
    for what, name in NAMES.items():
        for each in page.every(tree, HEADING.format(name=name)):
            if number := COUNT.search(page.text(each)):
                found[what] = int(number[1])
    return found


def total_in(tree: HtmlElement) -> str:
    """The last total that is stated, in a line or a row of its own; "" for none."""
    said = [*page.lines(tree), *(page.text(each) for each in page.every(tree, "//tr"))]
    return next((line for line in reversed(said) if TOTAL.match(line)), "")
