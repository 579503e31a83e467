"""The blocks of a Zones account's lists: each a table of labels and values."""

import re
from collections.abc import Mapping
from functools import lru_cache

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import link
from libraries.nothing import lines_shown, states_none
from libraries.numbers import number_in
from libraries.page import cls
from libraries.site import Site
from libraries.titles import shown
from libraries.words import hold_state

LIST = f"/descendant::table[@id='BrowseList' or {cls('browseList')}]"
LABELS = {  # the label without its spaces, hyphens and line breaks; the first that fits
    "title": re.compile("^(?:haupt|kurz)?titel(?!n)|^title(?!n)|^titre"),
    "author": re.compile("verfasser|autor|author|auteur"),
    "id": re.compile("vormerk(?:ungs)?n|reservationn|réservationn|n°réserv"),
    "barcode": re.compile("mediennummer|mediennr|barcode|itemn|exempla+rn|codebarre|codeàbarre|n°doc"),
    "taken": re.compile(
        "ausleihdatum|ausgeliehenam|vorgemerktam|loandate|dateloaned|issuedate|reservedon|dated['’]?emprunt|datedeprêt"
    ),
    "branch": re.compile(
        "(?:geliehen|entliehen|geleend)in|zweigstelle|loaned(?:at|from)|issued(?:at|from)|branch|(?:emprunt|prêt)éà"
    ),
    "due": re.compile(
        "fällig(?:keit|am|$)|rückgabe|leihfrist|due(?:date|back|$)|returndate|[àa]rendre|retour|échéance|inlever|terug"
    ),
    "left": re.compile("nochmögl|möglicheverl|verbleibend|restverl|renewalsleft|remaining|restant"),
    "renewals": re.compile(
        "anz(?:ahl)?\\.?(?:der)?verl|^verl\\.?$|verlängerungen|renewals|renewed|prol|renouvel|verlenging"
    ),
    "format": re.compile("publikationsform|medienart|medientyp|format|material|typededocument"),
    "call_number": re.compile("signatur|shelfmark|callnumber|^cote"),
    "pickup": re.compile("liefernan|lieferort|abholort|deliver|pickupat|pickuplocation|collectfrom|retirerà"),
    "pickup_by": re.compile(
        "abhol(?:en|bar)?bis|abholfrist|bereit(?:gestellt)?bis|collectby|availableuntil|pickup(?:by|until)|ophalenvoor"
    ),
    "expires": re.compile("gültigbis|verfällt|verfalls|ablauf|expir|validuntil|notneededafter"),
    "position": re.compile("position|rang|warteliste|queue"),
    "status": re.compile("status|statut|zustand"),
}
NOBODY = re.compile(r"kein (?:autor|verfasser)|no author|(?:pas d'|sans )auteur", re.IGNORECASE)
RENEW = re.compile(r"\brenewItem\(")
NO_RENEW = re.compile(r"CannotRenewLoan\(\s*'[^']*'\s*,\s*'((?:[^'\\]|\\.)*)'")
QUEUE = re.compile(r"\d+\s*(?:von|of|sur|van|/)\s*(\d+)\s*$", re.IGNORECASE)
SQUEEZED = re.compile(r"[\s:\u00ad-]+")

Cells = dict[str, HtmlElement]


def blocks(tree: HtmlElement, what: str) -> list[tuple[str, Cells]]:
    """Each item's number in the page and its cells by name. Raises LayoutChanged for an unproven list."""
    found = list[tuple[str, Cells]]()
    for table in page.every(page.finished(tree), LIST):
        for row in page.table_rows(table, what):
            block = next((cell for cell in row if "BrowseItemDetailsCell" in cell.get("class", "")), None)
            if block is not None and ("Loan" in block.get("class", "")) == (what == "loans"):
                found.append((block.get("id", "").removeprefix("item_"), _cells(block)))
            elif page.text(row) and not all("Head" in cell.get("class", "") for cell in row):
                raise LayoutChanged(f"a row among the {what} that is none")
    if not found and not states_none(lines_shown(tree), what):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    return found


def _cells(block: HtmlElement) -> Cells:
    """The values of a block by the name of the label before each; the due date's cell says itself that it is."""
    cells: Cells = {}
    name = None
    for cell in block.iter("td"):
        kind = cell.get("class", "")
        if "FieldNameCell" in kind:
            name = _named(page.text(cell))
        elif "FieldDataCell" in kind:
            own = "due" if cell.get("id", "").startswith("returnDate_") else name
            if own:
                cells.setdefault(own, cell)
    return cells


@lru_cache(maxsize=512)
def _named(label: str) -> str | None:
    """What a label announces: the same few stand in every block."""
    bare = SQUEEZED.sub("", label).casefold()
    return next((name for name, words in LABELS.items() if words.search(bare)), None)


def loan(site: Site, cells: Cells, start: str) -> Loan:
    """The loan that a block tells of; `start` is the page's base."""
    said = _said(cells)
    title = _title(said)
    lines = page.lines(page.cell(cells, "due"))
    due, due_text = site.due(next((line for line in lines if site.maybe_day(line)), (*lines, "")[0]))
    renewable, why = _renewable(cells["due"])
    return Loan(
        id=said.get("barcode") or f"{title} {due or due_text}",
        title=title,
        author=_author(said),
        due=due,
        due_text=due_text,
        renewable=renewable,
        renewals=number_in(said.get("renewals")),
        renewals_left=number_in(said.get("left")),
        why_not_renewable=why,
        format=said.get("format"),
        branch=said.get("branch"),
        call_number=said.get("call_number"),
        url=link(cells["title"], start),
    )


def hold(site: Site, item: str, cells: Cells) -> Hold:
    """The hold that a block tells of; `item` is its number in the page."""
    said = _said(cells)
    title, status = _title(said), said.get("status", "")
    state = hold_state(status)
    until = said.get("pickup_by")
    last_day = site.maybe_day(until) if until else site.last_day(status)
    queue = QUEUE.search(said.get("position", ""))
    return Hold(
        id=said.get("id") or item or title,
        title=title,
        author=_author(said),
        state=state,
        position=number_in(said.get("position")),
        queue=int(queue[1]) if queue else None,
        pickup=said.get("pickup"),
        pickup_by=last_day if state is HoldState.READY else None,
        expires=site.maybe_day(said.get("expires", "")),
        format=said.get("format"),
        notes=status or None,
    )


def _said(cells: Cells) -> dict[str, str]:
    return {name: words for name, cell in cells.items() if (words := page.text(cell))}


def _title(said: Mapping[str, str]) -> str:
    title = shown(said.get("title", ""))
    if not title:
        raise LayoutChanged("no title in a row")
    return title


def _author(said: Mapping[str, str]) -> str | None:
    author = shown(said.get("author", ""))
    return None if not author or NOBODY.fullmatch(author) else author


def _renewable(cell: HtmlElement) -> tuple[bool | None, str | None]:
    """By the button beside the due date: whether it renews, or tells why not."""
    for each in cell.iter("a"):
        href = each.get("href", "")
        if RENEW.search(href):
            return True, None
        if "CannotRenew" in href or "CannotRenewLink" in each.get("class", ""):
            reason = NO_RENEW.search(href)
            return False, page.fold(reason[1].replace("\\", "")) if reason else None
    return None, None
