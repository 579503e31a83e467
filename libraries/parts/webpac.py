"""The rows of WebPAC's lists, and what its pages count: in a list's heading, and in the menu beside it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.nothing import NOUNS, says_none
from libraries.page import cls
from libraries.tables import Cells

MENU = "//a[contains(@href, '/patroninfo') and contains(@href, '/{list}')]"
NO_ENTRIES = f"//*[{cls('patFuncNoEntries')}]"
ROW = f"tr[{cls('patFuncHeaders', 'patFuncEntry')}]"
COUNT = re.compile(r"(\d+)\s+([^\d]{2,80})")
HISTORY = re.compile(r"history|historique|historial|preferred|booking", re.IGNORECASE)

CELLS = {
    **{"patFuncMark": "mark", "patFuncTitle": "title", "patFuncBibTitle": "title", "patFuncBarcode": "barcode"},
    **{"patFuncStatus": "status", "patFuncCallNo": "call_number", "patFuncPickup": "pickup"},
    **{"patFuncCancel": "lapses", "patFuncFreeze": "freeze"},
}
WORDS = {
    "lapses": ("not filled", "si non", "no se"),
    "mark": ("renew", "cancel", "renouv", "annul", "renov"),
    "title": ("title", "titre", "título"),
    "barcode": ("barcode", "code à barres", "code barre", "código de barra"),
    "status": ("status", "statut", "état", "estado"),
    "call_number": ("call number", "call no", "cote", "signatura"),
    "pickup": ("pickup", "pick up", "cueillette", "ramassage", "retrait", "recog"),
    "freeze": ("freeze", "geler", "suspen", "congel"),
}
OTHER = {"loans": "pickup", "holds": "barcode"}


def list_rows(tree: HtmlElement, what: str) -> tuple[list[Cells], int | None]:
    """The cells of each row by name, and the count the page states. Raises LayoutChanged for an unproven list."""
    words, stated = _stated(tree, what)
    tables = filter(_is_list, page.kinds(tree, "table")["table"]) if stated != 0 else ()
    rows = [row for table in tables for row in _rows(table, what)]
    if any(OTHER[what] in row for row in rows):
        raise LayoutChanged(f"the page is not that of the {what}")
    if not rows:
        prove_none(tree, what, words)
    return rows, stated


def prove_none(tree: HtmlElement, what: str, heading: str = "") -> None:
    """Raises LayoutChanged unless the page says that there are none of `what`, and not only of something else."""
    said = f"{heading} {page.text(page.maybe(tree, NO_ENTRIES))}".strip()
    if not said and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    _sure_of(said, what)


def _sure_of(said: str, what: str) -> None:
    """Raises LayoutChanged for words about another list than this."""
    if _about_another(said, what):
        raise LayoutChanged(f"the page is not that of the {what}")


@lru_cache(maxsize=64)
def _about_another(said: str, what: str) -> bool:
    others = any(re.search(nouns, said, re.IGNORECASE) for name, nouns in NOUNS.items() if name != what)
    return bool(HISTORY.search(said)) or (others and not re.search(NOUNS[what], said, re.IGNORECASE))


def _is_list(table: HtmlElement) -> bool:
    given = table.get("class", "").split()
    return "patFunc" in given or page.maybe(table, f"./{ROW} | ./tbody/{ROW}") is not None


def _rows(table: HtmlElement, what: str) -> list[Cells]:
    header = next((each for each in table.iter("tr") if "patFuncHeaders" in each.get("class", "").split()), None)
    places = page.columns(header, WORDS) if header is not None else {}
    rows = (row for row in page.table_rows(table, what) if row is not header and len(row) > 1)
    return [page.cells(row, CELLS, places) for row in rows]


def _stated(tree: HtmlElement, what: str) -> tuple[str, int | None]:
    """The heading of the list and the number in it; else the number in the menu. Raises LayoutChanged."""
    for heading in _headings(tree):
        if found := COUNT.fullmatch(heading):
            _sure_of(heading, what)
            return heading, int(found[1])
        if HISTORY.search(heading):
            raise LayoutChanged(f"the page is not that of the {what}")
    return "", counts(tree).get(what)


def _headings(tree: HtmlElement) -> Iterator[str]:
    """What stands in the cells of titles that are alone in their row. The list's own is told before its rows are."""
    ahead = [tree]
    while ahead:
        each = ahead.pop()
        classes = given.split() if (given := each.get("class")) else ()
        if "patFuncTitle" in classes and (each.tag not in {"td", "th"} or len(each.getparent()) == 1):
            yield page.text(each)
        if "patFuncEntry" not in classes or each.tag != "tr":
            ahead += each[::-1]


def counts(tree: HtmlElement) -> dict[str, int]:
    """What the links beside the patron's block count, in any language; that of the page itself is no link."""
    found = {}
    for what, where in {"loans": "items", "holds": "holds"}.items():
        for each in page.every(tree, MENU.format(list=where)):
            if number := re.match(r"(\d+)\b", page.text(each)):
                found[what] = int(number[1])
    for current in page.every(tree, f"//*[{cls('patFuncBtnCurrent')}]"):
        if number := COUNT.search(page.text(current)):
            named = (name for name in ("holds", "loans") if re.search(NOUNS[name], number[2], re.IGNORECASE))
            found |= {name: int(number[1]) for name in [*named][:1]}
    return found
