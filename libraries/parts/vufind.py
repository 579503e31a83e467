"""The pages of a VuFind account: the records of a list and what stands around them, each found without the other."""

import re
from functools import lru_cache
from typing import NamedTuple, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, Loan
from libraries.errors import LayoutChanged
from libraries.forms import address, base
from libraries.listing import Listing, apart
from libraries.nothing import says_none
from libraries.page import cls
from libraries.parts.vufind_records import Sheet, hold, loan, records
from libraries.site import Site

Row = TypeVar("Row", Loan, Hold)

HEADINGS = {"h1", "h2"}
LOOKS = {"result", "media-body", "myresearch-row"}
RECORD = ".//*[starts-with(@id, 'record')]"
FORMS = ".//form[@id='renewals' or @id='cancelHold' or @name='renewals' or @name='cancelForm']"
BAD_NEWS = cls("alert-danger", "alert-error", "alert-warning")
COUNTED = re.compile(r"[:\s]\s*(\d+)$")
STATS = {"search-stats", "search-header", "pagination-simple"}
SHOWN_OF = re.compile(r"(\d+)\s*[-–]\s*(\d+)\D+?(\d+)")


class Divided(NamedTuple):
    """The records below an element, and all other elements there, in the page's order.

    Most of a page is its records. What is looked for around them is not looked for in each of them.
    """

    records: list[HtmlElement]
    others: list[HtmlElement]
    anchors: list[HtmlElement]

    def links(self, part: str) -> list[HtmlElement]:
        """The links around the records that have this part in their address."""
        return [each for each in self.anchors if part in each.get("href", "")]


def divided(node: HtmlElement) -> Divided:
    """What is below `node`, and itself."""
    records, others, ahead = list[HtmlElement](), list[HtmlElement](), [node]
    while ahead:
        each = ahead.pop()
        name = each.get("id")
        if name and name.startswith("record") and name != "recordList":
            records.append(each)
        else:
            others.append(each)
            if len(each):
                ahead += each[::-1]
    return Divided(records, others, [each for each in others if each.tag == "a"])


def loans(site: Site, tree: HtmlElement) -> Listing[Loan]:
    """One page of the loans."""
    around, rows = _found(tree, "loans")
    sheet = _sheet(tree, around)
    found = apart(loan(site, each, sheet) for each in records(rows, sheet))
    return _listing(around, found, "CheckedOut").checked("loans")


def holds(site: Site, tree: HtmlElement) -> Listing[Hold]:
    """One page of the holds, or of another kind of requests."""
    around, rows = _found(tree, "holds")
    found = apart(hold(site, each) for each in records(rows, _sheet(tree, around)))
    return _listing(around, found, "Holds").checked("holds")


def _sheet(tree: HtmlElement, around: Divided) -> Sheet:
    form = any(each.get("name", "").startswith("renew") for each in tree.iter("input"))
    return Sheet(base(tree), form, plain=set(tree.iter("script", "style")).issubset(around.others))


def main_of(tree: HtmlElement, around: Divided, what: str) -> HtmlElement:
    """The page's main part: where its heading is. Raises LayoutChanged if it is not a patron's page, or cut short."""
    page.finished(tree)
    fields = {each.get("name") for each in around.others if each.tag == "input"}
    headed = {each.getparent() for each in around.others if each.tag in HEADINGS and _heads(each)}
    main = next((each for each in around.others if each in headed), None)
    if main is None or {"username", "password"} <= fields or not any(map(_shown, around.links("/MyResearch/Logout"))):
        raise LayoutChanged(f"not the page of the {what}")
    return page.whole(main, what)


def _heads(heading: HtmlElement) -> bool:
    """Whether a heading has words, and is inside of what the page calls its content."""
    inside = ((each.get("id"), each.get("role"), each.tag) for each in heading.iterancestors())
    content = any(name == "content" or role == "main" or tag == "main" for name, role, tag in inside)
    return content and bool(page.text(heading))


def _shown(link: HtmlElement) -> bool:
    classes = (each.get("class", "") for each in (link, *link.iterancestors()))
    return not any("hidden" in given and "hidden" in given.split() for given in classes)


def _found(tree: HtmlElement, what: str) -> tuple[Divided, list[HtmlElement]]:
    """What is around the records, and they. Raises LayoutChanged for one outside of them, or none without a word."""
    around = divided(tree)
    main = main_of(tree, around, what)
    if any(_strays(each) and _within(main, each) for each in around.others):
        raise LayoutChanged(f"a record among the {what} that is not known")
    homes = {home for home in {each.getparent() for each in around.records} if _within(main, home)}
    found = [each for each in around.records if each.getparent() in homes]
    if not found:
        prove_empty(main, what)
    return around, found


def _within(main: HtmlElement, node: HtmlElement) -> bool:
    return node is main or main in node.iterancestors()


def _strays(part: HtmlElement) -> bool:
    """Whether a part looks like a record, though it is none that we know: by a class, or a link to one."""
    if part.tag == "a":
        return "Record/" in part.get("href", "")
    given = part.get("class")
    return given is not None and _looks(given) and page.maybe(part, RECORD) is None


@lru_cache
def _looks(given: str) -> bool:
    return not LOOKS.isdisjoint(given.split())


def prove_empty(main: HtmlElement, what: str) -> None:
    """Raises LayoutChanged unless the page has nothing but a sentence that there is nothing."""
    lists = page.maybe(main, FORMS) is not None or page.maybe(main, ".//table//td") is not None
    if lists or not says_none(main, what, BAD_NEWS):
        raise LayoutChanged(f"no {what}, and no word that there are none")


def _listing(around: Divided, rows: tuple[Row, ...], where: str) -> Listing[Row]:
    """The rows with the count of the whole list, from its pages' header or the menu, and the next page."""
    stats = next((each for each in around.others if (given := each.get("class")) and _counts(given)), None)
    shown = SHOWN_OF.search(page.text(stats))
    following = next(filter(_leads_on, around.links("page=")), None)
    more = address(following, following.get("href", "")) if following is not None else None
    return Listing(rows, int(shown[3]) if shown else counted(around, where), more)


@lru_cache
def _counts(given: str) -> bool:
    return not STATS.isdisjoint(given.split())


def _leads_on(link: HtmlElement) -> bool:
    """Whether a link in the paging leads to the next page: by its marks, or since it follows the current one."""
    if "page-next" in link.get("class", "").split() or link.get("rel") == "next":
        return True
    place = link.getparent()
    before = place.getprevious() if place is not None and place.tag == "li" else None
    return before is not None and "active" in before.get("class", "").split()


def counted(around: Divided, where: str) -> int | None:
    """What the menu counts beside the link to that list."""
    links = (COUNTED.search(page.text(each)) for each in around.links(f"/MyResearch/{where}"))
    return max((int(each[1]) for each in links if each), default=None)
