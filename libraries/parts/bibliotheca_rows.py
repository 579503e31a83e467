"""BIBLIOTHECA's rows: which column holds what, and what the cells and the link of a row say, as a loan or a hold."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from libraries.account import Hold, HoldState, Loan
from libraries.dates import period_end
from libraries.numbers import number_in
from libraries.site import Site
from libraries.titles import shown
from libraries.words import NOT_RENEWABLE, UNTIL, hold_state

WORDS = {  # in this order: a column that ends a hold's shelf time is no due date
    name: marks.split("|")
    for name, marks in {
        "pickup_by": "abholbar bis|bereit bis|bereitgestellt bis|bereitgehalten bis|abholen bis|abzuholen bis|"
        "abholung bis|abholfrist|bereitstellungsfrist|liegt bis|zurückgelegt bis|"
        "available until|ready until|pick up by|pick up until|pickup by|pickup until|collect by|collect until",
        "expires": "gültig bis|vorbestellt bis|vorgemerkt bis|reserviert bis|vorbestellung bis|vormerkung bis|"
        "vorbestellfrist|vormerkfrist|valid until|expires",
        "taken": "leihdatum|ausgabedatum|liehen am|liehen seit|frist von|beginn|bestellt am|bestellt seit|bestelldatum|"
        "vormerkdatum|vorgemerkt am|reserviert am|reserved on|reservation date|loan date|lending date|borrowed on",
        "pickup": "abholort|abholstelle|abholzweig|abholbiblio|abholfiliale|abholung in|ausgabeort|ausgabestelle|"
        "pickup loc|pick-up loc|pickup branch",
        "left": "noch verlängerbar|restverl|verbleibende verl|mögliche verl|renewals left|remaining",
        "due": "frist|fällig|rückgabe|abgabe|leihende|liehen bis|ausleihe bis|due|return|"
        "period|deadline|time limit|scaden|rendre|retour|délai",
        "expected": "vorauss|expected|frühestens|verfügbar ab|available from",
        "ready": "bereit|abholbar|verfügbar|ready|available",
        "number": "titel-nr|titelnr|titelnummer|titel nr",
        "title": "titel|title|titre|titolo",
        "author": "verfasser|autor|author|urheber|auteur",
        "artist": "interpret|komponist",
        "barcode": "barcode|booking|media n|buchungs|mediennummer|medien-n|medien n|mediennr|exemplarn|exemplar-n|"
        "inventarn|zugangsn|buchnummer|buch-n|item n|strichcode",
        "amount": "betrag|gebühr|amount|charge",
        "format": "medientyp|mediengruppe|medienart|media|medium|material|type",
        "branch": "zweigstelle|bibliothek|biblioth|bücherei|filiale|ausleihort|liehen in|branch|library",
        "shelf": "standort|location",
        "call_number": "signatur|call n|shelfmark",
        "renewals": "anz. verl|anz.verl|anzahl verl|anzahl der verl|anz. d. verl|verlängerungen|renewals|times renewed",
        "renew": "verl",
        "position": "position|rang|platz",
        "status": "status|state",
    }.items()
}
TIMES = re.compile(r"(\d{1,2})\s*(?:x|mal|times)?\s*(?:(?:von|of|/)\s*(\d{1,2})[^\d/.]*)?", re.IGNORECASE)
RENEWED = re.compile(
    r"(?<![\d.])(\d{1,2})\s*(?:x|mal|times)?\s*(?:verl|renew)|(?:verl|renew)\w*\W{0,3}(\d{1,2})\s*(?:x|mal|times)",
    re.IGNORECASE,
)
PLACE = re.compile(r"(?:position|rang|platz)\D{0,3}(\d+)", re.IGNORECASE)
QUEUE = re.compile(r"\d+\s*(?:von|of|/)\s*(\d+)\s*$", re.IGNORECASE)
YES = re.compile(r"(?:ja|j|yes|y|oui|si|sì|x|true|wahr)\W*", re.IGNORECASE)
NO = re.compile(r"(?:nein|n|no|non|0|false|falsch)\W*", re.IGNORECASE)
NOT_YET = re.compile(r"\b(?:nein|no|nicht|not|vorauss\w*|expected)\b", re.IGNORECASE)
AWAITED = {"ready", "pickup_by", "expected", "position"}


class Said(NamedTuple):
    """What a row says: its cells by name, whether it is of an e-book, what its link does and to which item."""

    cells: dict[str, str]
    digital: bool
    action: str
    item: str

    def get(self, *names: str) -> str | None:
        """The first of these cells that says something."""
        for name in names:
            if said := self.cells.get(name):
                return said
        return None


def loan(site: Site, said: Said) -> Loan:
    """An item on loan."""
    cell = said.cells.get
    title = shown(said.cells["title"])
    due, due_text = site.due(period_end(cell("due") or ""))
    renew, status = cell("renew") or "", cell("status") or ""
    renewals, left = _renewals(cell("renewals") or "", renew, status, cell("left") or "")
    return Loan(
        id=cell("barcode") or f"{title} {due or due_text}",
        title=title,
        author=shown(cell("author") or cell("artist") or "") or None,
        due=due,
        due_text=due_text,
        renewable=_renewable(renew, status, said.action),
        renewals=renewals,
        renewals_left=left,
        format=cell("format") or None,
        digital=True if said.digital else None,
        branch=cell("branch") or cell("shelf") or None,
        call_number=cell("call_number") or None,
    )


@lru_cache(maxsize=512)  # here and below: a page says the same of most items
def _renewable(renew: str, status: str, action: str) -> bool | None:
    """By words against it, by what the link does, or by a plain yes or no."""
    if NOT_RENEWABLE.search(f"{renew} {status}"):
        return False
    plain = None if renew.isdecimal() else True if YES.fullmatch(renew) else False if NO.fullmatch(renew) else None
    return {"verl": True, "vl": True, "vermsg": False}.get(action, plain)


@lru_cache(maxsize=512)
def _renewals(renewals: str, renew: str, status: str, left: str) -> tuple[int | None, int | None]:
    """How often the item was renewed, and how often it can still be: "2 x", "1 von 3", or words in the status."""
    more, told = number_in(left), TIMES.fullmatch(renewals or renew or status)
    if told:
        return int(told[1]), int(told[2]) - int(told[1]) if told[2] else more
    words = RENEWED.search(renewals or status)
    return int(words[1] or words[2]) if words else None, more


def hold(site: Site, said: Said) -> Hold:
    """An item asked for."""
    title = shown(said.cells["title"])
    status = said.get("status") or ""
    placed = PLACE.search(status)
    line = said.get("position") or (status[placed.start() :] if placed else "")
    queue = QUEUE.search(line)
    state = HoldState.WAITING if said.digital else _state(site, said)
    return Hold(
        id=said.item or title,
        title=title,
        author=shown(said.get("author", "artist") or "") or None,
        state=state,
        position=number_in(line),
        queue=int(queue[1]) if queue else None,
        pickup=said.get("pickup", "branch", "shelf"),
        pickup_by=_pickup_by(site, said) if state is HoldState.READY else None,
        expires=site.maybe_day(said.get("expires") or ""),
        format=said.get("format"),
        notes=said.get("status"),
    )


def _state(site: Site, said: Said) -> HoldState:
    """By the columns that say since when, or until when, an item is ready; else by the words of the status."""
    ready, until, status = said.get("ready") or "", said.get("pickup_by") or "", said.get("status") or ""
    words = f"{ready} {until}"
    if NO.fullmatch(ready) or NOT_YET.search(words):
        return HoldState.WAITING
    if YES.fullmatch(ready):
        return HoldState.READY
    known = hold_state(words)
    if known is HoldState.UNKNOWN and site.maybe_day(words):
        return HoldState.WAITING if _later(site, ready) and not until else HoldState.READY
    if re.search(r"\w", words):
        return known
    if status:
        return HoldState.WAITING if PLACE.search(status) else hold_state(status)
    return HoldState.WAITING if AWAITED & said.cells.keys() else HoldState.UNKNOWN


def _later(site: Site, ready: str) -> bool:
    """Whether an item will be ready, and is not: "12.06.2026", but not "bis 12.06.2026"."""
    since = site.maybe_day(ready)
    return since is not None and since > site.today and not UNTIL.search(ready)


def _pickup_by(site: Site, said: Said) -> date | None:
    """The last day on which an item that is ready can be fetched; a period for that ends on it."""
    if until := said.get("pickup_by", "due"):
        return site.maybe_day(period_end(until))
    ready = said.get("ready") or ""
    last = period_end(ready)
    return site.maybe_day(last) if last != ready else site.last_day(ready) or site.last_day(said.get("status") or "")
