"""WinBIAP's lists: items found by their titles, their fields by the ends of their ids, counts above and in the menu."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import base, has_pages, link
from libraries.nothing import says_none
from libraries.numbers import number_in, total_in
from libraries.site import Site
from libraries.titles import shown
from libraries.words import UNTIL, hold_state

# The first one only: it stands above the list, and the search ends there.
RESULT = "/descendant::span[contains(@id, 'LabelAccountTableResult')][1]"
MENU = {  # what is in the address of a link, or in the id of the line with it
    "loans": ("borrow.aspx", "menuBorrows"),
    "holds": ("reservations.aspx", "menuReservations"),
}
BEHIND_COLON = re.compile(r":\s*(\d+)\b(?!\.)")
IN_BRACKETS = re.compile(r"\((\d+)\)")
ABOUT = {
    "loans": re.compile(r"entl[ie]{2}h|ausgel|ausleih|leihe|borrow|loan|checked out", re.IGNORECASE),
    "holds": re.compile(r"vorbestell|vormerk|reserv|\bholds?\b", re.IGNORECASE),
}
NONE = re.compile(r"\bkeine?\b|\bno\b|\bnone\b", re.IGNORECASE)
LISTS = (
    "/descendant::table[contains(@class, 'detailTable') or contains(@id, 'DetailList') or contains(@id, 'GridView')]"
)
FIELDS = {  # the last part of an id without "Label" or "Image", or a class; in lower case
    **{"autor": "author", "author": "author", "titel": "title", "title": "title"},
    **{"faellig": "due", "maturedate": "due", "duedate": "due", "rueckgabe": "due", "rueckgabedatum": "due"},
    **{
        "gueltigbis": "expires",
        "validuntil": "expires",
        "verlaengerungen": "renewals",
        "reservatedate": "placed",
        "reservedate": "placed",
    },
    **{"mediennr": "barcode", "mediennummer": "barcode", "mediengruppe": "format", "mediagroup": "format"},
    **{"zweigstelle": "branch", "branch": "branch", "pickupplace": "pickup", "abholort": "pickup"},
    **{"pickupdate": "pickup_by", "pickupuntil": "pickup_by", "abholbarbis": "pickup_by", "signatur": "call_number"},
    **{"countrenew": "renewals", "countrenewpossible": "renewals_left", "notrenewablereason": "reason"},
    **{"status": "status", "borrow": "picture", "position": "position", "chkselect": "box", "linkdetail": "link"},
}
TITLED = {"span", "a", "td", "div"}
LONGEST = 60  # no name of a field with its number is longer
NUMBERED = re.compile(r"\d+$")


class Item(NamedTuple):
    """The fields of one item by name, from its row and the row of details below; what the heading above says.

    `start` is where the page's addresses start.
    """

    fields: dict[str, HtmlElement]
    record: str
    heading: str
    start: str

    def says(self, name: str) -> str:
        """The text of that field; "" where the item has none."""
        return page.text(self.fields.get(name))

    def counted(self, name: str) -> int | None:
        """The number in that field, if any."""
        return number_in(self.says(name))


def items_of(tree: HtmlElement, what: str) -> tuple[list[Item], int | None]:
    """The items of the list, and how many the page says there are.

    Raises LayoutChanged for an unproven list, or one of its rows that nobody knows.
    """
    label = page.text(page.maybe(page.finished(tree), RESULT))
    other = "holds" if what == "loans" else "loans"
    if ABOUT[other].search(label) and not ABOUT[what].search(label):
        raise LayoutChanged(f"the page is not that of the {what}")
    lists = page.every(tree, LISTS)
    beside = page.around(tree, [row for each in lists for row in page.closed_rows(each)])
    tables, stated = _tables(lists, beside, what), _stated(label, in_menu(beside, what))
    items = [item for table in tables for item in _in_table(table, what)]
    if stated is None and any(map(has_pages, tables)):
        raise LayoutChanged(f"{what} on several pages, without a count of them")
    if not items and not _denied(label) and not says_none(tree, what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return items, stated


def _tables(lists: list[HtmlElement], beside: list[HtmlElement], what: str) -> list[HtmlElement]:
    """The tables that look as if they had titles in them, and others that have."""
    found = dict.fromkeys(lists)
    for each in beside:
        if _is_title(each) and (row := next(each.iterancestors("tr"), None)) is not None:
            table = next(row.iterancestors("table"), None)
            if table is None:
                raise LayoutChanged(f"a row of the {what} outside of any table")
            found[table] = None
    return list(found)


def _is_title(part: HtmlElement) -> bool:
    return part.tag in TITLED and (part.get("class") == "title" or "_LabelTit" in part.get("id", ""))


def _in_table(table: HtmlElement, what: str) -> list[Item]:
    found, heading, start = list[Item](), "", base(table)
    for row in page.table_rows(table, what):
        fields = _fields(row)
        if "title" in fields:
            found.append(Item(fields, "", heading, start))
        elif found and (fields or "etails" in f"{row.get('id', '')} {row.get('class', '')}"):
            number = NUMBERED.search(row.get("id", ""))
            found[-1] = Item(fields | found[-1].fields, number[0] if number else "", found[-1].heading, start)
        elif len(row) == 1:
            heading = page.text(row)
        elif page.text(row):
            raise LayoutChanged(f"a row among the {what} without a title")
    return found


def _fields(row: HtmlElement) -> dict[str, HtmlElement]:
    """The row's fields by the ends of their ids ("…_LabelTitle", "…_labelBranch_3"), else by their classes."""
    found: dict[str, HtmlElement] = {}
    for each in row.iter("span", "a", "input", "img", "td", "div", "label"):
        name = _field(own[-LONGEST:]) if (own := each.get("id")) else None
        if name or (name := FIELDS.get(each.get("class", "").lower())):
            found.setdefault(name, each)
    return found


@lru_cache(maxsize=4096)  # the ids of a row are those of the same row on every other page
def _field(own_id: str) -> str | None:
    """By what an id ends in, without the number of the row: "title" of "…_DetailItemMain_3_LabelTitle_3"."""
    parts = own_id.rsplit("_", 2)
    last = parts[-2] if parts[-1].isdigit() and len(parts) > 1 else parts[-1]
    return FIELDS.get(last.lower().removeprefix("label").removeprefix("image"))


def _denied(label: str) -> bool:
    """Whether the line above the list says that there is nothing in it: "Medien entliehen: 0", "keine Medien"."""
    count = number_in(label)
    return bool(NONE.search(label)) if count is None else count == 0


def _stated(label: str, menu: int | None) -> int | None:
    """How many the line above the list says there are, or the menu, whichever are more."""
    found = BEHIND_COLON.search(label)
    counts = [total_in(label) or (int(found[1]) if found else number_in(label)), menu]
    return max((each for each in counts if each is not None), default=None)


def in_menu(parts: Iterable[HtmlElement], what: str) -> int | None:
    """The count in brackets behind the list's name in the menu."""
    place, own = MENU[what]
    links = (each for each in parts if (each.tag == "a" and place in each.get("href", "")) or _is_line(each, own))
    counts = (IN_BRACKETS.search(page.text(each)) for each in links)
    return next((int(found[1]) for found in counts if found), None)


def _is_line(part: HtmlElement, own: str) -> bool:
    return part.tag == "li" and own in part.get("id", "")


def loan(site: Site, item: Item, boxes: bool) -> Loan:
    """An item on loan."""
    title = _title(item)
    due, due_text = site.due(item.says("due"))
    reason = item.says("reason") or None
    return Loan(
        id=item.says("barcode") or item.record or f"{title} {due or due_text}",
        title=title,
        author=shown(item.says("author")) or None,
        due=due,
        due_text=due_text,
        renewable=False if reason else _can_be_ticked(item) if boxes else None,
        renewals=item.counted("renewals"),
        renewals_left=item.counted("renewals_left"),
        why_not_renewable=reason,
        format=item.says("format") or None,
        branch=item.says("branch") or None,
        call_number=item.says("call_number") or None,
        url=_link(item),
    )


def _can_be_ticked(item: Item) -> bool:
    box = item.fields.get("box")
    return box is not None and box.get("disabled") is None


def hold(site: Site, item: Item) -> Hold:
    """An item asked for. Raises LayoutChanged for one on loan."""
    if "due" in item.fields:
        raise LayoutChanged("the page is not that of the holds")
    picture = item.fields.get("picture")
    words = item.says("status") or ("" if picture is None else page.text(picture.get("title", ""))) or item.heading
    state = hold_state(words)
    until = site.maybe_day(item.says("pickup_by") or (words if UNTIL.search(words) else ""))
    return Hold(
        id=item.says("barcode") or item.record or _title(item),
        title=_title(item),
        author=shown(item.says("author")) or None,
        state=state,
        position=item.counted("position"),
        pickup=item.says("pickup") or item.says("branch") or None,
        pickup_by=until if state is HoldState.READY else None,
        expires=site.maybe_day(item.says("expires")),
        format=item.says("format") or None,
        url=_link(item),
        notes=words or None,
    )


def _title(item: Item) -> str:
    title = shown(item.says("title"))
    if not title:
        raise LayoutChanged("no title in a row")
    return title


def _link(item: Item) -> str | None:
    place = item.fields.get("link")
    return None if place is None else link(place.getparent(), item.start)
