"""The loans and reservations in web-opac.net's answer: texts under keys, some of them with a label of their own."""

import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from typing import Any

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.dates import period_end
from libraries.errors import LayoutChanged
from libraries.numbers import number_in
from libraries.site import Site
from libraries.titles import author_first, shown
from libraries.words import NOT_RENEWABLE, RENEWABLE, SINCE, hold_state

TAG = re.compile(r"<[a-z/!][^>]*>", re.IGNORECASE)
FIELD = re.compile(r"(?:([^:\d]{2,40}?)\s*:\s*)?(.*)")
DUE = re.compile(
    r"frist|fällig|rückgabe|zurück|\bbis\b|\bdue\b|return|loan period|délai|échéance|retour|rendre|jusqu|scaden|restitu"
    r"|entro|prestito",
    re.IGNORECASE,
)
PAST = re.compile(
    r"^(?:ausgabe|ausgeliehen (?:am|seit)|ausleihdatum|emprunt|date d[eu] prêt|sortie|issued?|borrowed"
    r"|data del prestito)|\b(?:von|beginn|from|dès|depuis)\b|reserv|réserv|bibliothek|stelle\b|\bort\b|library",
    re.IGNORECASE,
)
BEFORE_A_DAY = re.compile(r"^([^\d:]{2,40}?)\s+(?=\d)")
RENEWALS = re.compile(r"^(?!.*(?:möglich|noch|rest|left|remain)).*(?:verläng|renew|prolong|rinnov)", re.IGNORECASE)
TIMES = re.compile(r"(?<![\d.])\d{1,2}(?![\d.])")
PERIOD = re.compile(  # under no label: "vom 1.4.2026 bis 12.5.2026"
    r"^[^\d:]{0,40}\d{1,2}\.\d{1,2}\.\d{2,4}\s*(?:-|\u2013|\u2014|bis|au|al|to)\s*(?=\d{1,2}\.\d{1,2}\.\d{2,4})",
    re.IGNORECASE,
)
BRANCH = re.compile(r"zweigstelle|bibliothek|standort|branch|library|succursale|filiale", re.IGNORECASE)
FORMAT = re.compile(r"medienart|medientyp|mediengruppe|media type|type de (?:média|document)|tipo", re.IGNORECASE)
CALL_NUMBER = re.compile(r"signatur|call n|\bcote\b|segnatura", re.IGNORECASE)
STATE = re.compile(r"\d|reserv|vorgemerkt|mahn|verläng|fällig|verlor|retard|ritardo", re.IGNORECASE)  # and no format
LETTER = re.compile(r"[^\W\d_]")
PLACE = re.compile(
    r"(?:position|rang|platz|stelle|place)\D{0,3}(\d+)|(\d+)(?:\.|e|er|ème)?\s*(?:stelle|position|platz|rang)",
    re.IGNORECASE,
)
NUMBERS = ("exemplarnr", "mediennr", "extid", "medienid")
YEARS = range(1990, 2200)  # what lies outside stands for "none": databases write 01.01.0001 then

Told = Mapping[str, Any]


def loan(site: Site, told: Told) -> Loan:
    """An item on loan. Raises LayoutChanged for one without title, number or due date."""
    listed = rows(told, "felder")
    fields = [_field(text(each, "display")) for each in listed]
    title, author = _titled(told)
    coloured = [field for field, each in zip(fields, listed, strict=True) if plain(each.get("farbe"))]
    due, due_text = site.due(_due(site, fields) or _due(site, coloured))
    note = plain(told.get("hinweis"))
    fixed = NOT_RENEWABLE.search(note) is not None
    return Loan(
        id=_number(told) or f"{title} {due or due_text}",
        title=title,
        author=author,
        due=due,
        due_text=due_text,
        renewable=False if fixed else True if RENEWABLE.search(note) else None,
        renewals=_renewals(fields),
        why_not_renewable=note if fixed else None,
        format=_labelled(fields, FORMAT) or next((said for label, said in fields if _is_word(label, said)), None),
        branch=_labelled(fields, BRANCH),
        call_number=_labelled(fields, CALL_NUMBER),
        notes=note or None,
    )


def hold(site: Site, told: Told) -> Hold:
    """A reservation. The numbers of the states are documented nowhere; the day until which it is kept says enough."""
    title, author = _titled(told)
    until, status, note = text(told, "abholdat"), text(told, "status"), plain(told.get("hinweis"))
    kept = None if SINCE.search(until) else real_day(site.maybe_day(until))
    words = next((each for each in (until, status) if LETTER.search(each)), "")
    place = PLACE.search(words or note)
    state = HoldState.READY if kept else _waits(words, note, place)
    ready = state is HoldState.READY
    return Hold(
        id=_number(told) or title,
        title=title,
        author=author,
        state=state,
        position=int(place[1] or place[2]) if place and not ready else None,
        pickup=plain(told.get("zweig")) or None,
        pickup_by=kept or site.last_day(words or note) if ready else None,
        expires=None if ready else real_day(site.maybe_day(plain(told.get("resbis")))),
        format=plain(told.get("medienart")) or None,
        notes=note or words or None,
    )


def _waits(words: str, note: str, place: re.Match[str] | None) -> HoldState:
    """Where a hold stands without a day until which it is kept; a note may speak of something else."""
    if place:
        return HoldState.WAITING
    if words:
        return hold_state(words)
    said = hold_state(note)
    return HoldState.WAITING if said is HoldState.UNKNOWN else said


def real_day(found: date | None) -> date | None:
    """The day, unless it stands for none."""
    return found if found is not None and found.year in YEARS else None


def _field(said: str) -> tuple[str, str]:
    """Label and value of one of an item's texts: "Leihfrist: 12.05.2026", "ausgeliehen bis 12.05.2026", "Sachbuch"."""
    said = PERIOD.sub("bis ", said)
    found = BEFORE_A_DAY.match(said)
    if found:
        return found[1], said[found.end() :]
    label, value = FIELD.fullmatch(said).groups()  # type: ignore[union-attr]  # it matches any line
    return label or "", value


def _due(site: Site, fields: list[tuple[str, str]]) -> str:
    """What stands under the label of a due date; else the one day under no label at all. "" without either."""
    due = [period_end(said) for label, said in fields if DUE.search(label) and not PAST.search(label)]
    dated = [each for each in due if site.maybe_day(each)]
    bare = [said for label, said in fields if not label and site.maybe_day(said)]
    return next(iter(dated or due or (bare if len(bare) == 1 else [])), "")


def _labelled(fields: list[tuple[str, str]], label: re.Pattern[str]) -> str | None:
    return next((said for words, said in fields if label.search(words) and said), None)


def _renewals(fields: list[tuple[str, str]]) -> int | None:
    """How often it was renewed: "Verlängerungen: 2", "2x verlängert", but not a day on which it was."""
    said = (value for label, value in fields if RENEWALS.search(f"{label} {value}") and not BRANCH.search(label))
    return next((number_in(found[0]) for each in said if (found := TIMES.search(each))), None)


def _is_word(label: str, said: str) -> bool:
    return bool(said) and not label and not STATE.search(said)


def _titled(told: Told) -> tuple[str, str | None]:
    """Title and author; the site writes both into the title too, and where it states no author a title alone."""
    words, author = mandatory(told, "titelkurz").removeprefix(":"), plain(told.get("urheber"))
    title, by = (shown(words), None) if told.get("urheber") == "" else author_first(words, author or None)
    if not title:
        raise LayoutChanged("no title in a row")
    return title, by


def an_object(value: Any) -> Told:
    """The value. Raises LayoutChanged for one that is no object."""
    if not isinstance(value, dict):
        raise LayoutChanged("not an object")
    return value


def rows(told: Told, name: str) -> list[Told]:
    """The list under that key; an empty text stands for an empty list. Raises LayoutChanged for anything else."""
    value = told.get(name)
    if value == "":
        return []
    if not isinstance(value, list):
        raise LayoutChanged(f"no list of {name}")
    return [an_object(each) for each in value]


def text(told: Told, name: str) -> str:
    """The text under that key, perhaps empty. Raises LayoutChanged where the key is missing, or holds no text."""
    if name not in told or not isinstance(told[name], (str, int, float, type(None))):
        raise LayoutChanged(f"no {name}")
    return plain(told[name])


def _number(told: Told) -> str:
    """An item's number; what is not the library's own has none under the usual key."""
    return text(told, "exemplarid") or next(filter(None, (plain(told.get(each)) for each in NUMBERS)), "")


def mandatory(told: Told, name: str) -> str:
    """The text under that key. Raises LayoutChanged where there is none."""
    said = text(told, name)
    if not said:
        raise LayoutChanged(f"no {name}")
    return said


def plain(value: Any) -> str:
    """The value as text, without the markup that the site leaves in it."""
    return page.text(unescape(TAG.sub(" ", str(value)))) if isinstance(value, (str, int, float)) else ""
