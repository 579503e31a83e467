"""An aDIS list as loans or holds: what the columns of a row and the library's hint beside it mean."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.astec import steps
from libraries.astec.items import Item, Words, items
from libraries.errors import LayoutChanged
from libraries.listing import Listing
from libraries.nothing import says_none
from libraries.numbers import total_in
from libraries.site import Site
from libraries.words import NOT_READY, NOT_RENEWABLE, RENEWABLE, hold_state

WORDS = {
    "branch": (
        "bibliothek",
        "zweigstelle",
        "ausgabe",
        "abholort",
        "ausleihort",
        "standort",
        "filiale",
        "library",
        "location",
    ),
    "title": ("titel", "title"),
    "place": ("position", "rang", "warteliste"),
    "hint": ("hinweis", "vorgemerkt", "bestellt", "bemerkung", "status", "vermerk", "note"),
    "call_number": ("signatur", "call n"),
    "barcode": ("barcode", "mediennummer", "mediennr", "buchnummer"),
    "author": ("verfasser", "autor", "author"),
    "format": ("medienart", "medientyp", "media type"),
}
LOANS = {  # in this order: the day on which something was lent is none on which it is due
    "past": ("ausleihdatum", "entleihdatum", "leihen am", "leihbeginn", "verlängert am", "mahn", "loan date"),
    "day": ("fällig", "frist", "rückgabe", "bis", "datum", "ende", "due", "return"),
    **WORDS,
}
HOLDS = {
    "past": ("vorgemerkt am", "bestellt am", "reserviert am", "bestelldatum", "vormerkdatum", "bereitgestellt am"),
    "day": ("bis", "abholen", "frist", "until", "expires"),
    "period": ("datum",),
    **WORDS,
}
MORE = re.compile(
    r"weitere (?:treffer|titel|einträge|medien)|nächste (?:seite|treffer|titel)"
    r"|more (?:hits|titles)|next (?:page|hits)",
    re.IGNORECASE,
)
ABOVE_LISTS = ("p", "h2", "h3", "div", "caption")
NOTHING_THERE = re.compile(
    r"(?:es \w+ |sie haben )?(?:zur ?zeit |derzeit |momentan )?keine (?:\w*bestellungen|bereitstellungen"
    r"|(?:medien|titel|exemplare)(?: für sie)? (?:bereit|abholbereit|bestellt|vorgemerkt))(?: vorhanden| vor)?\.?",
    re.IGNORECASE,
)

RENEWED = re.compile(
    r"(?<![\d.])(\d{1,2})\s*(?:mal|x|times)?\s*(?:verlänger(?:t|ung)|renew)|verlängerungen\s*:\s*(\d{1,2})\b",
    re.IGNORECASE,
)
LEFT = re.compile(
    r"\bnoch (\d{1,2})\s*(?:mal|x)?\s*(?:verläng|möglich)"
    r"|(?<![\d.])(\d{1,2}) verlängerung\w* (?:noch )?(?:möglich|übrig)"
    r"|(\d{1,2}) renewals? (?:left|remaining)",
    re.IGNORECASE,
)
GONE = re.compile(r"verlust|verloren|vermisst|ersatz|reklam|zurückgegeben|\blost\b|missing|returned", re.IGNORECASE)
UNTIL = re.compile(r"\b(?:bis|until)\D{0,12}(\d.*)", re.IGNORECASE)
POSITION = re.compile(r"(?:position|rang|platz)\D{0,5}(\d+)(?:\s*(?:von|of|/)\s*(\d+))?", re.IGNORECASE)
COMING = re.compile(r"\bw(?:ird|erden)\b.{0,40}bereitgestellt", re.IGNORECASE)
NAMES = re.compile(r"(?:bereitstell|abhol)\w*(?:ort|platz|stelle|bibliothek|frist|code|nummer)\b", re.IGNORECASE)
OFF = re.compile(r"storniert|gelöscht|abgelehnt|negativ|nicht lieferbar|cancel|rejected", re.IGNORECASE)

Found = TypeVar("Found", Loan, Hold)


def listing(tree: HtmlElement, what: str, words: Words, read: Callable[[Item], Found]) -> Listing[Found]:
    """The rows of the tables that have titles. Raises LayoutChanged for an unproven list."""
    found = list(map(read, items(page.finished(tree), what, words)))
    if not found and not says_none(tree, what) and not any(map(NOTHING_THERE.fullmatch, page.lines(tree))):
        raise LayoutChanged(f"no {what}, and no word that there are none")
    beside = (total_in((each.text or "").strip()) for each in tree.iter(*ABOVE_LISTS))
    stated = max((count for count in beside if count is not None), default=None)
    # A page has no address of its own: what tells it from the next is the session's count of requests.
    return Listing(tuple(found), stated, None if steps.button(tree, MORE) is None else steps.count(tree))


def loan(site: Site, item: Item) -> Loan:
    """A row of the items on loan."""
    due, due_text = (None, item.hint) if not item.day and GONE.search(item.hint) else site.due(item.day)
    renewed, left, renewable = _renewals(item.hint)
    if item.shut:  # what can be ticked need not be renewable
        renewable = False
    return Loan(
        id=item.barcode or f"{item.title} {due or due_text}",
        title=item.title,
        author=item.author,
        due=due,
        due_text=due_text,
        renewable=renewable,
        renewals=renewed,
        renewals_left=left,
        why_not_renewable=item.hint or None if renewable is False else None,
        format=item.format,
        branch=item.branch,
        call_number=item.call_number,
        notes=item.hint or None if renewable is not False else None,
    )


@lru_cache(maxsize=512)
def _renewals(hint: str) -> tuple[int | None, int | None, bool | None]:
    """How often an item was renewed, how often it can be, and whether, by a hint; the same few stand in many rows."""
    left = _number(LEFT, hint)
    renewable = False if NOT_RENEWABLE.search(hint) else True if RENEWABLE.search(hint) else None
    return None if left is not None else _number(RENEWED, hint), left, renewable


def _number(pattern: re.Pattern[str], hint: str) -> int | None:
    found = pattern.search(hint)
    return next((int(each) for each in found.groups() if each), None) if found else None


def hold(site: Site, kind: str, item: Item) -> Hold:
    """A row of what was asked for, or of what lies ready: `kind` says which list it stands in."""
    state, place, lasts = _state(kind, item.hint), POSITION.search(item.hint), UNTIL.search(item.hint)
    said = site.maybe_day(lasts[1]) if lasts else None
    until = site.maybe_day(item.day) or said
    return Hold(
        id=item.barcode or item.title,
        title=item.title,
        author=item.author,
        state=state,
        position=int(place[1]) if place else item.place,
        queue=int(place[2]) if place and place[2] else None,
        pickup=item.branch,
        pickup_by=(said or until) if state is HoldState.READY else None,
        expires=None if state is HoldState.READY else until,
        suspended_until=said if state is HoldState.SUSPENDED else None,
        format=item.format,
        notes=item.hint or None,
    )


def _state(kind: str, hint: str) -> HoldState:
    """By the list that it stands in, unless the hint knows better."""
    said = NAMES.sub("", hint)
    if kind != "ready" and OFF.search(said):
        return HoldState.UNKNOWN
    told = HoldState.WAITING if COMING.search(said) or NOT_READY.search(said) else hold_state(said)
    if told in {HoldState.READY, HoldState.IN_TRANSIT, HoldState.SUSPENDED}:
        return told
    if kind == "ready" and not (COMING.search(said) or NOT_READY.search(said)):
        return HoldState.READY
    return HoldState.WAITING if kind == "asked" else told
