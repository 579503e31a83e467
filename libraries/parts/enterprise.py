"""The rows of Enterprise's lists: which tables they are in, and what is stated beside them."""

import re

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.nothing import says_none
from libraries.tables import Cells, named_rows

NAMES = {"loans": "Checkouts", "holds": "Holds", "fees": "Fines"}
TABLES = (
    "/descendant::table[contains(@id, '{stem}list') or contains(@class, '{stem}List') or contains(@id, 'my{name}_')]"
)
SUMMARY = "{stem}Summary"
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

Row = tuple[HtmlElement, Cells]


def list_rows(tree: HtmlElement, what: str, *, none: bool = False) -> tuple[list[Row], int | None]:
    """The rows of a list, and the count it states. Raises LayoutChanged for a list that does not prove itself."""
    name, stem = NAMES[what], NAMES[what].lower()
    tables = page.every(tree, TABLES.format(name=name, stem=stem))
    # Where a list is there twice, one copy is for narrow screens
    wide = [each for each in tables if "nonmobile" in each.get("id", "")]
    rows = [each for each in named_rows(wide or tables, CELLS, WORDS, what) if _is_row(each[0])]
    beside = page.around(tree, [line for line, _ in rows])
    sums = (each for each in beside if each.tag == "div" and each.get("id") == SUMMARY.format(stem=stem))
    said = (line for each in sums for line in page.lines(each))
    stated = next((int(found[1]) for line in said if (found := STATED.match(line))), None)
    if not rows and stated != 0 and not none and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return rows, stated


def _is_row(line: HtmlElement) -> bool:
    """Whether it is neither a header nor a note: one wide cell, of none of the classes that we know."""
    wide = len(line) == 1 and page.span(line[0]) > 1
    return line.getparent().tag != "thead" and not (wide and CELLS.keys().isdisjoint(line[0].get("class", "").split()))


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
