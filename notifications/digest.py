"""The mail of a day: whether one is needed, what it says, and what is new in it. Pure: states in, a mail out."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from notifications import letter
from notifications.kinds import MUTABLE, Kind
from notifications.letter import Digest, Page, Part, Section, Why
from notifications.lines import CardState, Heading, Line, Need
from notifications.reader import Links, Reader
from notifications.scraped import clean
from notifications.sorting import sort_cards
from notifications.summary import remainder, subject
from notifications.words import HEADINGS, untold

__all__ = ["Digest", "compose"]

IN_MAIL = (Heading.KNOW, Heading.TAKE_BACK, Heading.CAN_HAVE)
BY_ITEM = (Kind.DUE, Kind.READY)  # the other kinds are counted by card

# What was told: (card id, key) of each line that an earlier mail had.
Told = Collection[tuple[str, str]]
Families = Iterable[tuple[str, Sequence[CardState]]]
Found = Mapping[Heading, tuple[Line, ...]]


def compose(
    reader: Reader, families: Families, *, told: Told, links: Links, day: date, why: Why = Why.DAY
) -> Digest | None:
    """The mail of `day` for one person over all their families; None where nothing needs doing.

    After a quiet week it tells also those who want only what is new of what still waits. A test says that it is one.
    """
    sorted_families = [(name, states, _found(states, reader)) for name, states in families]
    lines = [line for _, _, found in sorted_families for heading in IN_MAIL for line in found[heading]]
    only_new = reader.only_new and why is not Why.WEEK
    asking = [line for line in lines if asks(line, told, only_new=only_new)]
    if not asking:
        return None
    alone = len(sorted_families) == 1
    sections = (_section("" if alone else clean(name), states, found, told) for name, states, found in sorted_families)
    page = Page(
        subject=letter.headed(subject(lines, asking), why),
        person=clean(reader.name),
        day=day,
        why=letter.reason(why, only_new=only_new),
        links=links,
        remarks=(_tested(),) if why is Why.TEST else (),
        sections=tuple(section for section in sections if section.parts),
    )
    keys = tuple(dict.fromkeys((line.card_id, line.key) for line in lines))
    return letter.written(page, keys, _reasons(asking))


def asks(line: Line, told: Told, *, only_new: bool) -> bool:
    """Whether this line is a reason for a mail today."""
    if line.need is Need.EACH_DAY and not only_new:
        return True
    return line.need is not Need.NEVER and (line.card_id, line.key) not in told


def _found(states: Sequence[CardState], reader: Reader) -> Found:
    """What is on these cards, without the kinds of news that the reader does not want."""
    found = sort_cards(states, days_ahead=reader.days_ahead, by_card=reader.by_card)
    muted = reader.muted & MUTABLE.keys()
    wanted = {each: tuple(line for line in found[each] if line.kind not in muted) for each in IN_MAIL}
    return {**found, **wanted}


def _section(name: str, states: Sequence[CardState], found: Found, told: Told) -> Section:
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


def _tested() -> str:
    return _("This is the test mail that you asked for. It says what today’s mail would say, and changes nothing.")


def _reasons(asking: Iterable[Line]) -> dict[str, int]:
    """How many things, or cards, of each kind were a reason for the mail."""
    each = {(line.kind, line.card_id, line.key if line.kind in BY_ITEM else "") for line in asking}
    return dict(Counter(kind.value for kind, _, _ in each))
