"""Loans and reservations from the rows of Arena's lists: records made of parts that their classes name."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import link
from libraries.records import Reader, Told, first, sure
from libraries.site import Site
from libraries.words import EXPIRES, hold_state

# Parts of a record with a label and a value in them, and those that are what they say.
PARTS = {
    **{"arena-record-author": "author", "arena-record-media": "format", "arena-record-class": "call_number"},
    **{"arena-renewal-media-label": "barcode", "arena-renewal-branch": "branch", "arena-record-branch": "branch"},
    **{"arena-record-queue": "queue", "arena-record-expire": "pickup_by", "arena-record-pickup": "shelf"},
    **{"arena-reservation-to-container": "expires", "arena-result-info": "status"},
    **{"arena-reservation-from-container": "made", "arena-reservation-date": "made"},
}
WORDS = {
    **{"arena-record-title": "title", "arena-record-id": "record", "arena-renewal-date-value": "due"},
    **{"arena-renewal-status-message": "message", "arena-loan-status-message": "message", "arena-alert": "message"},
}
LABELS = {
    "barcode": re.compile(r"mediennummer|barcode|streckkod|strekkode|exemplar|nidenumero|viivakoodi", re.IGNORECASE),
    "made": re.compile(r"angelegt|skapad|created|luotu|opprettet|oprettet|\b(?:från|from|fra|ab|von)\b", re.IGNORECASE),
    "queue": re.compile(r"wartenummer|warteposition|köplats|könummer|queue|jono|kønummer|plass i", re.IGNORECASE),
    "pickup_by": re.compile(r"abhol\w* bis|senast|pick ?up by|collect by|viimeistään|hentefrist", re.IGNORECASE),
    "branch": re.compile(r"abholungsort|hämtställe|pick ?up|noutopaikka|hentested", re.IGNORECASE),
    "expires": EXPIRES,
}
tells = Reader(PARTS, WORDS, LABELS, label="arena-field", value="arena-value")
RENEWABLE = {"arena-renewal-true": True, "arena-renewal-false": False}
ENDS_IN_DATE = re.compile(r"\s*\(?[\d./-]{6,10}\)?$")
LEFT = re.compile(r"verbleib|remain|\bleft\b|kvar|återst|jäljell|gjenst|igjen|tilbage", re.IGNORECASE)
RENEWED = re.compile(r"verlängert|renewed|omlån|uusittu|fornyet", re.IGNORECASE)
NUMBER = re.compile(r"\d+")
PLACE = re.compile(r"(\d+)(?:\s*(?:/|of|von|av)\s*(\d+)$)?")
STANDS = re.compile(r"^(?:aktiv|active|aktiivinen|voimassa|giltig|gyldig)", re.IGNORECASE)
STOPPED = re.compile(r"inaktiv|ei aktiiv|passiv|vilande|keskeyt", re.IGNORECASE)
SET_APART = re.compile(r"anlänt|framme|saapunut|ankommet|eingetroffen|arrived", re.IGNORECASE)
TITLE = "arena-record-title"


def loan(site: Site, row: HtmlElement, start: str) -> Loan:
    """The loan in a row; `start` is the page's base. Raises LayoutChanged for a row without its mandatory parts."""
    said = _said(row)
    due, due_text = site.due(first(said, "due") or "")
    message = first(said, "message") or ""
    renewable = _renewable(row.get("class", ""))
    times, left = _renewals(message)
    return Loan(
        id=first(said, "barcode") or sure(said, "record"),
        title=sure(said, "title"),
        author="; ".join(said.get("author", ())) or None,
        due=due,
        due_text=due_text,
        renewable=renewable,
        renewals=times,
        renewals_left=left,
        why_not_renewable=message or None if renewable is False else None,
        format=first(said, "format"),
        branch=_undated(first(said, "branch") or "") or None,
        call_number=first(said, "call_number"),
        url=_record_page(row, start),
    )


@lru_cache(maxsize=64)
def _renewable(classes: str) -> bool | None:
    """Whether a loan can be renewed, by the classes of its row."""
    return next((RENEWABLE[each] for each in classes.split() if each in RENEWABLE), None)


@lru_cache(maxsize=256)
def _renewals(message: str) -> tuple[int | None, int | None]:
    """How often a loan was renewed, and how often it still can be, by its message: the same words in most rows."""
    found = NUMBER.search(message)
    if found is None:
        return None, None
    times = int(found[0])
    if LEFT.search(message):
        return None, times
    return times if RENEWED.search(message) else None, None


@lru_cache(maxsize=256)
def _undated(branch: str) -> str:
    """A branch without the day on which the item was lent there: branch and day are the same in many rows."""
    return ENDS_IN_DATE.sub("", branch)


def hold(site: Site, row: HtmlElement, start: str) -> Hold:
    """The reservation in a record; `start` is the page's base. Raises LayoutChanged without a mandatory part."""
    said = _said(row)
    status = " ".join(said.get("status", ()))
    state = _state(said, status)
    place = PLACE.match(first(said, "queue") or "")
    ready = state is HoldState.READY
    return Hold(
        id=sure(said, "record"),
        title=sure(said, "title"),
        state=state,
        author="; ".join(said.get("author", ())) or None,
        position=int(place[1]) if place and not ready else None,
        queue=int(place[2]) if place and place[2] and not ready else None,
        pickup=first(said, "branch"),
        pickup_by=site.maybe_day(first(said, "pickup_by") or status) if ready else None,
        expires=site.maybe_day((first(said, "expires") or "").rpartition(" - ")[2]),
        format=first(said, "format"),
        url=_record_page(row, start),
        notes=" ".join([*said.get("shelf", ()), *([status] if state is HoldState.UNKNOWN else [])]) or None,
    )


def _said(row: HtmlElement) -> Told:
    """What a row tells. Raises LayoutChanged for several titles in one."""
    said = tells(row)
    if len(said.get("title", ())) > 1 and sum(TITLE in each.get("class", "") for each in row.iter("div")) > 1:
        raise LayoutChanged("several titles in one row")
    return said


def _state(said: Told, status: str) -> HoldState:
    """By the status, which some portals leave out for shelf number and place in the queue."""
    if STOPPED.search(status):
        return HoldState.SUSPENDED
    known = hold_state(status)
    if known is not HoldState.UNKNOWN:
        return known
    if SET_APART.search(status) or first(said, "shelf") or first(said, "pickup_by"):
        return HoldState.READY
    if not status:
        sure(said, "queue")
    return HoldState.WAITING if not status or STANDS.search(status) else known


def _record_page(row: HtmlElement, start: str) -> str | None:
    """Where the title's link leads."""
    for each in row.iter("a"):
        above = each.getparent()
        if above is not None and TITLE in above.get("class", ""):
            return link(above, start)
    return None
