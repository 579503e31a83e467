"""A record as PICA's account pages show it, older and newer: what their labels mean, and the loan or hold it makes."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.charges import is_money
from libraries.numbers import number_in
from libraries.site import Site
from libraries.words import EXPIRES, hold_state

LABELS = {  # the first that fits
    "made": r"(?:vormerk|bestell|reserv|ausleih|order|request|loan)\w* ?-?(?:datum|date|am|vom)\b"
    r"|date (?:of|de) (?:reserv|rés|order|request|loan|issue)",
    "pickup_by": r"(?:abhol|bereit)\w* bis|available until|collect(?:ion)? (?:by|until|before|date)"
    r"|pick ?up (?:by|until)|afhalen|afhaaldatum|retirer avant",
    "left": r"(?:verläng|renewal|verleng|prolong)\w*.{0,12}(?:möglich|übrig|left|remain|mogelijk|restant)"
    r"|(?:noch|remaining|left).{0,12}(?:verläng|renewal|verleng)",
    "renewals": r"verläng|renewal|verleng|prolong",
    "reminders": r"mahn|remind|rappel|aanmaning",
    "due": r"leihfrist|fristende|(?:aus|ent)\w+ bis|fällig|rückgabe|abgabedatum|return|\bdue|loan (?:period|expires)"
    r"|end of loan|uitleentermijn|inlever|terugbreng|retour|date d'exp|échéance|rendre|fin du prêt",
    "call_number": r"signatur|signatuur|shelf ?mark|call n|\bcote\b|plaatskenm|plaatsn|aanvraagn",
    "position": r"\brang\b|position|warteplatz|wachtrij",
    "queue": r"vormerkung|reservations|number of reserv|nombre de rés|réservations|reserveringen|aantal reserv",
    "branch": r"theke|ausgabeort|abholort|abholstelle|ausleihort|counter|destination|balie|comptoir"
    r"|pick ?up (?:loc|desk)|collection (?:point|desk)",
    "status": r"status|derzeit|statut",
    "owed": r"gesamtbetrag|kosten|gebühr|schuld|debt|costs|fees|frais",
    "expires": EXPIRES.pattern + r"|endet am|end date",
    "volume": r"\bband\b|volume|\bdeel\b",
    "title": r"^tit",
    "author": r"verfasser|autor|author|auteur",
}
NAMES = {name: re.compile(words, re.IGNORECASE) for name, words in LABELS.items()}
DASHED = re.compile(r"(?<!\d)(\d{1,2})-(\d{1,2})-(\d{4}|\d{2})(?!\d)")
COUNTS = re.compile(r"[1-9]")
ANY_DAY = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{2,4}|\d{1,2}\.? [^\W\d_]{3,9}\.? \d{4}")


class Row(NamedTuple):
    """A numbered record: its box to tick, title and author, what its labels say by name, the library's warning."""

    line: HtmlElement
    box: HtmlElement | None
    title: str
    author: str | None
    told: Mapping[str, str]
    warning: str = ""

    @property
    def number(self) -> str | None:
        """What tells this record from others: the value of its box, else its shelf mark."""
        return self.told.get("call_number") if self.box is None else self.box.get("value")


@lru_cache(maxsize=256)
def named(label: str) -> str:
    """What a label means; "" for one that is not known."""
    return next((name for name, pattern in NAMES.items() if pattern.search(label)), "")


@lru_cache(maxsize=256)
def dotted(text: str) -> str:
    """Dates with dashes have the day first here in every language; dots say so."""
    return DASHED.sub(r"\1.\2.\3", text)


def owed(site: Site, pairs: Iterable[tuple[str, str]]) -> Decimal | None:
    """What the patron owes, by the data's labels."""
    found = (said for label, said in pairs if named(label) == "owed" and is_money(said))
    return next((site.maybe_money(said) for said in found), None)


def loan(site: Site, row: Row) -> Loan:
    """The loan that the record tells of."""
    told = row.told
    due, due_text = _due(site, row)
    renewable = row.box is not None and row.box.get("disabled") is None
    status = told.get("status", "")
    return Loan(
        id=row.number or f"{row.title} {due or due_text}",
        title=row.title,
        author=row.author,
        due=due,
        due_text=due_text,
        renewable=renewable,
        renewals=number_in(told.get("renewals")),
        renewals_left=number_in(told.get("left")),
        why_not_renewable=None if renewable else row.warning or None,
        branch=told.get("branch"),
        call_number=told.get("call_number"),
        notes=row.warning or (status if COUNTS.search(status) else None),
    )


def _due(site: Site, row: Row) -> tuple[date | datetime | None, str | None]:
    """The due date; where the record holds no date that could be it, the item's status ("lost") stands for it."""
    said = row.told.get("due") or row.told.get("expires", "")
    if not said and not ANY_DAY.search(page.text(row.line).replace(row.told.get("made", ""), "")):
        said = row.told.get("status", "")
    return site.due(dotted(said))


def hold(site: Site, row: Row, otherwise: HoldState) -> Hold:
    """The hold that the record tells of; `otherwise` is its state where nothing is said of that."""
    status, waiting = row.told.get("status", ""), row.told.get("queue", "")
    last_day = site.maybe_day(dotted(row.told.get("pickup_by", "")))
    state = hold_state(status) if status else HoldState.READY if last_day else otherwise
    return Hold(
        id=row.number or row.title,
        title=row.title,
        state=state,
        author=row.author,
        position=number_in(row.told.get("position")),
        queue=number_in(waiting) or None if re.fullmatch(r"\d+\.?", waiting) else None,
        pickup=row.told.get("branch"),
        pickup_by=last_day,
        expires=site.maybe_day(dotted(row.told.get("expires", ""))),
        notes=row.warning or (status if state is HoldState.UNKNOWN else None) or None,
    )
