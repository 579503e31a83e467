"""Makes an example's page of loans longer: its own rows again, under other titles and numbers, and counted."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from libraries.account import Loan

LEFT_ALONE = {"class", "href", "id", "name", "style", "width", "height", "colspan", "rowspan", "border", "src"}
PROLOGUE = re.compile(r"^\s*<\?xml[^>]*>")  # lxml takes none in text that is decoded already
ASIDE = {"html", "head", "title", "script", "style", "meta", "body"}
STATE = re.compile(r"(<script[^>]*data-iso-key[^>]*>)(.*?)(</script>)", re.DOTALL)
DIGITS = re.compile(r"\d+")

Row = list[HtmlElement]


def grown(markup: str, loans: Sequence[Loan], size: int) -> str:
    """The page with `size` loans on it, where it had these. Raises ValueError for a page whose rows are not found."""
    if STATE.search(markup):
        return STATE.sub(lambda found: found[1] + _longer_state(json.loads(found[2]), size) + found[3], markup)
    tree = document_fromstring(PROLOGUE.sub("", markup))
    rows = _rows(tree, loans)
    others = len(loans) - len(rows)
    _recount(tree, {part for _, row in rows for each in row for part in each.iter()}, len(loans), size)
    last = rows[-1][1][-1]
    for number in range(len(rows), size - others):
        loan, pattern = rows[number % len(rows)]
        added = [_another(each, loan, number) for each in pattern]
        _renumber(added, str(loans.index(loan) + 1), str(number + others + 1))
        for each in added:
            last.addnext(each)
            last = each
    return etree.tostring(tree.getroottree(), method="html", encoding="unicode")


def _longer_state(state: dict[str, Any], size: int) -> str:
    """BiblioCommons' page: its lists are not in its HTML, but in the state that it hands to its script."""
    known, shown = state["entities"]["checkouts"], state["borrowing"]["checkedout"]
    patterns = [known[each] for each in shown["items"]]
    for number in range(len(patterns), size):
        pattern = patterns[number % len(patterns)]
        new = {**pattern, "checkoutId": f"9{number}", "barcode": pattern["barcode"] and f"{pattern['barcode']}{number}"}
        known[new["checkoutId"]] = new
        shown["items"].append(new["checkoutId"])
    shown["pagination"] |= {"count": size, "limit": size}
    for summary in (shown["summary"], state["borrowing"]["borrowing"]["summaries"]["checkedout"]):
        summary |= {"total": size, "status": {"OUT": {"PHYSICAL": size}}}
    return json.dumps(state, ensure_ascii=False)


def _rows(tree: HtmlElement, loans: Sequence[Loan]) -> list[tuple[Loan, Row]]:
    """Each loan of the longest stretch of siblings with the elements that make up its row."""
    titles = _places(tree, loans)
    parents = [_common(one, other) for one, other in pairwise(titles)]
    list_of_most = max(parents, key=lambda each: (sum(each is other for other in parents), _depth(each)))
    inside = [(loan, at) for loan, at in zip(loans, titles, strict=True) if list_of_most in at.iterancestors()]
    starts = [next(each for each in (at, *at.iterancestors()) if each.getparent() is list_of_most) for _, at in inside]
    children = list(list_of_most)
    places = [children.index(each) for each in starts]
    length = places[1] - places[0]
    return [(loan, children[at : at + length]) for (loan, _), at in zip(inside, places, strict=True)]


def _places(tree: HtmlElement, loans: Sequence[Loan]) -> list[HtmlElement]:
    """For each loan the innermost element that tells it, one after another on the page. Raises ValueError."""
    there = [
        (each, " ".join(each.text_content().split())) for each in tree.iter(etree.Element) if each.tag not in ASIDE
    ]
    found: list[HtmlElement] = []
    for loan in loans:
        at = next((at for test in _tests(loan) if (at := _innermost(there, test)) is not None), None)
        if at is None:
            raise ValueError("a loan that is nowhere on the page")
        found.append(there[at][0])
        there = there[at + 1 :]
    return found


def _tests(loan: Loan) -> tuple[Callable[[HtmlElement, str], bool], ...]:
    """What tells a loan, the surest first: sites add to titles and cut them short, and adapters mend them."""
    word = max(re.findall(r"\w+", loan.title), key=len)
    return (
        lambda _, text: word in text and len(word) > 3,
        lambda _, text: text == loan.title,
        lambda each, text: loan.id in text or any(loan.id in value for value in each.attrib.values()),
    )


def _innermost(there: list[tuple[HtmlElement, str]], test: Callable[[HtmlElement, str], bool]) -> int | None:
    """The place of the first element that passes and has none in it that does."""
    passing = [at for at, (each, text) in enumerate(there) if test(each, text)]
    above = {each for at in passing for each in there[at][0].iterancestors()}
    return next((at for at in passing if there[at][0] not in above), None)


def _common(one: HtmlElement, other: HtmlElement) -> HtmlElement:
    above = list(other.iterancestors())
    return next(each for each in one.iterancestors() if each in above)


def _depth(element: HtmlElement) -> int:
    return sum(1 for _ in element.iterancestors())


def _another(element: HtmlElement, loan: Loan, number: int) -> HtmlElement:
    """A copy of the element, of another item: title and number changed everywhere."""
    copy = deepcopy(element)
    new_id = DIGITS.sub(lambda found: str(int(found[0]) + number).zfill(len(found[0])), loan.id)
    for each in copy.iter(etree.Element):
        for name, value in each.items():
            each.set(name, value.replace(loan.id, new_id))
        each.text = _renamed(each.text, loan, new_id, number)
        each.tail = _renamed(each.tail, loan, new_id, number)
    return copy


def _renumber(row: Row, old: str, new: str) -> None:
    """Counts on where rows are numbered."""
    parts = (each for element in row for each in element.iter(etree.Element))
    number = next((each for each in parts if each.text and each.text.strip(" \n\t.\xa0") == old), None)
    if number is not None:
        number.text = (number.text or "").replace(old, new)


def _renamed(text: str | None, loan: Loan, new_id: str, number: int) -> str | None:
    return text and text.replace(loan.id, new_id).replace(loan.title, f"{loan.title} {number}")


def _recount(tree: HtmlElement, rows: set[HtmlElement], old: int, new: int) -> None:
    """Writes the new count wherever the old one stands outside the rows."""
    number = re.compile(rf"(?:(?<![\d.,:/-])|(?<=\b1[-–])|(?<=\b1 [-–] )){old}(?![\d.,:/-])")
    for each in _outside(tree, rows):
        each.text = each.text and number.sub(str(new), each.text)
        each.tail = each.tail and number.sub(str(new), each.tail)
        for name, value in each.items():
            if name not in LEFT_ALONE:
                each.set(name, number.sub(str(new), value))


def _outside(tree: HtmlElement, rows: set[HtmlElement]) -> Iterator[HtmlElement]:
    return (each for each in tree.iter(etree.Element) if each not in rows)
