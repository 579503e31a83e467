"""NetBiblio's grids: which line of which cell holds what, by the heads of the columns; counts and pages beside them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import address, base, link
from libraries.listing import Listing
from libraries.nothing import says_none
from libraries.numbers import number_in
from libraries.page import cls
from libraries.site import Site
from libraries.tables import broken
from libraries.words import hold_state

Row = TypeVar("Row")
Told = Mapping[str, str]

MENU = "/account/{list}"
LINKS = "//a[@href]"
KINDS = re.compile(r"(?:wo-com|grd)-(circulations|reservations|orders|fees)\b")
# With `descendant`, not `.//`, which takes twice as long.
GRID = f"descendant::table[{cls('wo-grid-table')}]"
NEXT = "descendant-or-self::a[@href][not(starts-with(@href, '#'))]"
ROW_ID = re.compile(r"wo-row_(\w+?)(_\w+)?")
NO_ENTRIES = re.compile(
    r"(?:keine (?:einträge|dokumente|treffer|daten|medien)|no (?:entries|hits|documents|results)|0 (?:treffer|hits)"
    r"|aucun(?:e entrée| document| résultat)|nessun (?:documento|risultato)).{0,40}",
    re.IGNORECASE,
)
CREDIT = re.compile(r"guthaben|credit|crédit|avoir", re.IGNORECASE)
SORT = re.compile(r"[?&]sort=([\w.]+)")

# By what the grid is sorted where the head of a column is clicked on: the same in every language.
SORTED = {
    **{"notices.title": "title", "notices.author": "author", "notices.mediatype1code": "format"},
    **{"circulations.duedate": "due", "circulations.renewals": "renewals", "circulations.renewaldate": "renewed"},
    **{"items.itemnr": "number", "items.callnumber": "call_number", "branchoffices.sortkey": "branch"},
    **{"reservations.creationdate": "made", "orders.creationdate": "made", "items.actualreservations": "waiting"},
}
WORDS = {
    "pickup_by": r"abhol\w* bis|abholfrist|bereit\w* bis|(?:pick.?up.*|available |collect )(?:until|by)"
    r"|retir\w+.*jusqu|ritirare",
    "made": r"erzeug|vorgemerkt am|reserviert am|bestellt am|creation|created|date de (?:création|réservation)",
    "renewed": r"datum der verl|verlängert am|renewal date|renewed on|prolongé le|date de prolong",
    "due": r"fällig|rückgabe|due|échéance|retour|scadenza",
    "renewals": r"verläng|renewals|prolongations|rinnovi",
    "expires": r"gültig bis|valid until|valable|expir|läuft ab",
    "waiting": r"anz\. ?res|number of reserv|nombre de rés",
    "position": r"\brang\b|position|platz|warteliste",
    "number": r"exemplar|item n|copy n|barcode",
    "title": r"titel|title|titre|titolo",
    "author": r"autor|author|auteur|verfasser",
    "format": r"medienart|medientyp|mediengruppe|media type|type de (?:mé?dia|document)|tipo",
    "call_number": r"signatur|call n|\bcote\b|segnatura",
    "status": r"status|zustand|état|stato",
    "branch": r"bibliothek|library|bibliothèque|biblioteca|abholort|zweigstelle|standort|branch",
}
NAMES = {name: re.compile(words, re.IGNORECASE) for name, words in WORDS.items()}


def counted(parts: Iterable[HtmlElement], name: str) -> int | None:
    """The number in the menu's link to a list, as in "Ausgeliehen: 3 Dokument(e)"."""
    words = map(page.text, _menu(parts, name))
    return next((count for each in words if (count := number_in(each)) is not None), None)


def owed(tree: HtmlElement) -> str:
    """The menu's link to the fees, where it states a sum that is owed; "" without one."""
    words = map(page.text, _menu(page.every(tree, LINKS), "fees"))
    return next((each for each in words if re.search(r"\d", each) and not CREDIT.search(each)), "")


def _menu(parts: Iterable[HtmlElement], name: str) -> Iterator[HtmlElement]:
    place = MENU.format(list=name)
    return (each for each in parts if each.tag == "a" and place in each.get("href", ""))


class Box(NamedTuple):
    """The part of a page that holds a list: which of them it is, and the grids in it."""

    node: HtmlElement
    kind: str
    grids: list[HtmlElement]


def _kind_of(box: HtmlElement) -> str | None:
    """Which list a part of the page holds, by its classes and the name of its grid."""
    grids = (each.get("id", "") for each in box.iterdescendants("div") if each.get("id", "").startswith("grd-"))
    marks = chain((box.get("class", ""),), grids)
    return next((found[1] for mark in marks if (found := KINDS.search(mark))), None)


def box_of(tree: HtmlElement, what: str, kinds: set[str]) -> Box:
    """The part of the page with the list, to its end. Raises LayoutChanged where it is another list."""
    node = page.whole(page.one(tree, f"/descendant::div[{cls('wo-com-account')}]", f"part with the {what}"), what)
    kind = _kind_of(node)
    if kind not in kinds:
        raise LayoutChanged(f"the page is not that of the {what}")
    return Box(node, kind, page.every(node, GRID))


def listing(tree: HtmlElement, box: Box, rows: list[Row], what: str) -> Listing[Row]:
    """The rows as one page of their list, with its counts. Raises LayoutChanged for an unproven list."""
    beside = page.around(box.node, [each for grid in box.grids for each in grid.iterchildren("tbody")])
    count = next(_classed(beside, "wo-grid-meta-resultcount"), None)
    stated = [int(each) for each in re.findall(r"\d+", page.text(count))[-1:]]
    menu = None if what == "fees" else counted(chain(page.around(tree, [box.node]), beside), box.kind)
    if not rows and stated != [0] and menu != 0 and not (says_none(box.node, what) or _says_so(box.node)):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    stated += [] if menu is None else [menu]
    return Listing(tuple(rows), max(stated, default=None), _next(beside)).checked(what)


def _next(beside: Iterable[HtmlElement]) -> str | None:
    """Where the list's next page is; None on the last."""
    links = chain.from_iterable(page.every(each, NEXT) for each in _classed(beside, "next-page"))
    ahead = next(links, None)
    return None if ahead is None else address(ahead, ahead.get("href", ""))


def _classed(parts: Iterable[HtmlElement], name: str) -> Iterator[HtmlElement]:
    """Those that have the class. The first half of the test is there for speed."""
    return (each for each in parts if name in (given := each.get("class", "")) and name in given.split())


def _says_so(box: HtmlElement) -> bool:
    return any(NO_ENTRIES.fullmatch(line) for line in page.lines(box))


def rows_of(box: Box, what: str) -> list[tuple[str, Told, str | None]]:
    """Each row of the grid: its number, what it tells by name, and its record's address."""
    found, start = list[tuple[str, Told, str | None]](), base(box.node)
    for table in box.grids:
        heads = [_names(each) for each in page.every(table, "./thead/tr/th")]
        for line in page.table_rows(table, what):
            mark = ROW_ID.fullmatch(line.get("id", ""))
            if mark and mark[2] and found and found[-1][0] == mark[1]:
                continue  # more of the row before, behind its own button
            cells = list(line)
            if len(cells) != len(heads):
                raise LayoutChanged(f"a row of the {what} that does not fit the grid's head")
            found.append((mark[1] if mark else _ticked(line), *_told(cells, heads, start)))
    return found


def _ticked(line: HtmlElement) -> str:
    """The number that the row's box sends."""
    return next((each.get("value", "") for each in line.iter("input")), "")


def _names(head: HtmlElement) -> list[str]:
    """What the lines of a column's cells are, as in "Autor / Titel": by their order in the database, else by words.

    None, where no line of them matters.
    """
    links = head.iter("a")
    sorts = {page.text(each): found[1].lower() for each in links if (found := SORT.search(each.get("href", "")))}
    names = [_name(part, sorts.get(part, "")) for part in map(str.strip, page.text(head).split(" / "))]
    return names if any(names) else []


@lru_cache(maxsize=256)  # a library has the same heads on every page
def _name(words: str, sort: str) -> str:
    return SORTED.get(sort) or next((name for name, pattern in NAMES.items() if pattern.search(words)), "")


def _told(cells: Sequence[HtmlElement], heads: list[list[str]], start: str) -> tuple[Told, str | None]:
    told: dict[str, str] = {}
    url = None
    for cell, names in zip(cells, heads, strict=True):
        if len(names) == 1 and not len(cell):  # most are no more than this
            told[names[0]] = page.text(cell)
        elif names:
            _tell(told, names, broken(cell))
            if "title" in names and (linked := page.text(next(cell.iter("a"), None))):
                told["title"], url = linked, link(cell, start)
    if not told.get("title"):
        raise LayoutChanged("no title in a row")
    return told, url


def _tell(told: dict[str, str], names: list[str], parts: list[str]) -> None:
    """Puts what the lines of a cell say under their names."""
    if len(names) == 1:
        told[names[0]] = " ".join(parts)
    elif len(parts) == len(names) or "title" not in names:
        for name, said in zip(names, parts, strict=False):
            if said:
                told[name] = said


def loan(site: Site, number: str, told: Told, url: str | None) -> Loan:
    """A row of the loans."""
    due, due_text = site.due(told.get("due", ""))
    return Loan(
        id=number or told.get("number") or f"{told['title']} {due or due_text}",
        title=told["title"],
        author=told.get("author") or None,
        due=due,
        due_text=due_text,
        renewals=number_in(told.get("renewals")),
        format=told.get("format") or None,
        branch=told.get("branch") or None,
        call_number=told.get("call_number") or None,
        url=url,
    )


def hold(site: Site, words: str, number: str, told: Told, url: str | None) -> Hold:
    """A row of the reservations or orders; `words` say how those of the list stand."""
    last_day = site.maybe_day(told.get("pickup_by", ""))
    status = told.get("status", "")
    place = re.match(r"(\d+)(?:\s*(?:/|von|of|sur|de)\s*(\d+))?", told.get("position", ""))
    state = hold_state(status) if status else HoldState.READY if last_day else hold_state(words)
    return Hold(
        id=number or told["title"],
        title=told["title"],
        state=state,
        author=told.get("author") or None,
        position=int(place[1]) if place else None,
        queue=int(place[2]) if place and place[2] else None,
        pickup=told.get("branch") or None,
        pickup_by=last_day,
        expires=site.maybe_day(told.get("expires", "")),
        format=told.get("format") or None,
        url=url,
        notes=status or None if state is HoldState.UNKNOWN else None,
    )
