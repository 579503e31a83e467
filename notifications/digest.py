"""The mail of a day: whether one is needed, what it says, and what is new in it. Pure: states in, a mail out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language

from notifications import plain
from notifications.lines import CardState, Heading, Line, Need
from notifications.scraped import clean
from notifications.sorting import sort_cards
from notifications.summary import remainder, subject
from notifications.words import HEADINGS, untold

IN_MAIL = (Heading.KNOW, Heading.TAKE_BACK, Heading.CAN_HAVE)

# What was told: (card id, key) of each line that an earlier mail had.
Told = Collection[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One heading with its lines."""

    heading: Heading
    label: Promise
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One family: what needs doing, and a word on the rest. `family` is "" where there is only one."""

    family: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that the mail's templates show."""

    subject: str
    person: str
    day: date
    sections: tuple[Section, ...]
    status_url: str
    unsubscribe_url: str


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A mail, ready to be stored, and the ledger keys of what it tells."""

    subject: str
    text: str
    html: str
    keys: tuple[tuple[str, str], ...]


def compose(
    person: str,
    families: Iterable[tuple[str, Sequence[CardState]]],
    *,
    days_ahead: int,
    told: Told,
    status_url: str,
    unsubscribe_url: str,
    day: date,
) -> Digest | None:
    """The mail of `day` for one person over all their families; None where nothing needs doing."""
    sorted_families = [(name, states, sort_cards(states, days_ahead=days_ahead)) for name, states in families]
    lines = [line for _, _, found in sorted_families for heading in IN_MAIL for line in found[heading]]
    if not any(asks(line, told) for line in lines):
        return None
    alone = len(sorted_families) == 1
    sections = (_section("" if alone else clean(name), states, found, told) for name, states, found in sorted_families)
    page = Page(
        subject=subject(lines, [line for line in lines if asks(line, told)]),
        person=clean(person),
        day=day,
        sections=tuple(section for section in sections if section.parts),
        status_url=status_url,
        unsubscribe_url=unsubscribe_url,
    )
    return _written(page, lines)


def asks(line: Line, told: Told) -> bool:
    """Whether this line is a reason for a mail today."""
    return line.need is Need.EACH_DAY or (line.need is Need.ONCE and (line.card_id, line.key) not in told)


def _section(name: str, states: Sequence[CardState], found: dict[Heading, tuple[Line, ...]], told: Told) -> Section:
    parts = (Part(heading=each, label=HEADINGS[each], lines=_marked(found[each], told)) for each in IN_MAIL)
    notes = (remainder(found), *map(untold, states))
    return Section(
        family=name,
        parts=tuple(part for part in parts if part.lines),
        notes=tuple(note for note in notes if note),
    )


def _marked(lines: Iterable[Line], told: Told) -> tuple[Line, ...]:
    # In a person's first mail all is new: a mark on every line would mark nothing.
    return tuple(replace(line, is_new=bool(told) and (line.card_id, line.key) not in told) for line in lines)


def _written(page: Page, lines: Iterable[Line]) -> Digest:
    html = render_to_string("notifications/digest.html", {"page": page, "language": get_language() or "en"})
    keys = tuple(dict.fromkeys((line.card_id, line.key) for line in lines))
    return Digest(subject=page.subject, text=plain.written(page), html=html, keys=keys)
