"""What the status page shows, as plain values: each card's standing on top, and its lines under the five headings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cards.glance import LABELS, Glance, glance, when_and_where
from cards.models import Card, Family
from cards.remarks import empty, remarks
from cards.standing import Standing, standing_of
from cards.states import card_states
from notifications.lines import CardState, Heading, Line, Need
from notifications.sorting import sort_cards
from notifications.summary import subject
from notifications.words import HEADINGS

TONES = 6  # as many colours as the style sheet has for people
ASKING = (Heading.KNOW, Heading.TAKE_BACK, Heading.CAN_HAVE)


class Mark(NamedTuple):
    """Tells the people of a family apart at a glance."""

    initial: str
    tone: int


class Row(NamedTuple):
    """A line, whose it is, and what else there is to say of it."""

    line: Line
    mark: Mark
    icon: str
    when: str
    remarks: str


class CardRow(NamedTuple):
    """A card on top of the page."""

    standing: Standing
    mark: Mark


class Part(NamedTuple):
    """One heading with its lines, or what to say where there are none."""

    heading: Heading
    label: Promise
    rows: tuple[Row, ...]
    empty: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """One family's cards. `may_check`: whether whoever looks may have them checked."""

    family: Family
    cards: tuple[CardRow, ...]
    parts: tuple[Part, ...]
    may_check: bool

    def lines(self, heading: Heading) -> list[Line]:
        """What stands under a heading."""
        return [row.line for part in self.parts if part.heading is heading for row in part.rows]

    @property
    def glances(self) -> list[Glance]:
        """What is to be done, shortest."""
        found = ((heading, self.lines(heading)) for heading in LABELS)
        return [glance(heading, lines) for heading, lines in found if lines]

    @property
    def checking(self) -> bool:
        """Whether any card is being checked."""
        return any(card.standing.checking for card in self.cards)

    @property
    def checkable(self) -> bool:
        """Whether there is a card that "check all" would check."""
        return any(card.standing.button == "check" for card in self.cards)


def boards(families: Iterable[Family], *, now: datetime, days_ahead: int, may_check: bool) -> list[Board]:
    """A board for each family. The cards of all of them cost one query, and their secrets stay in the database."""
    wanted = list(families)
    found: dict[int, list[Card]] = {family.pk: [] for family in wanted}
    cards = Card.objects.kept().filter(family__in=wanted).select_related("library", "family")
    for card in cards.defer("number_sealed", "pin_sealed", "fingerprint"):
        found[card.family_id].append(card)
    return [_board(each, found[each.pk], now, days_ahead, may_check) for each in wanted]


def _board(family: Family, cards: Sequence[Card], now: datetime, days_ahead: int, may_check: bool) -> Board:
    states = card_states(cards, now)
    marks = _marks(states)
    found = sort_cards(states, days_ahead=days_ahead)
    standings = (standing_of(card, state, now) for card, state in zip(cards, states, strict=True))
    return Board(
        family=family,
        cards=tuple(CardRow(standing, marks[standing.card_id]) for standing in standings),
        parts=tuple(_part(heading, found[heading], states, marks) for heading in Heading),
        may_check=may_check,
    )


def _marks(states: Sequence[CardState]) -> dict[str, Mark]:
    tones = {name: tone % TONES for tone, name in enumerate(dict.fromkeys(state.patron for state in states))}
    return {each.card_id: Mark(each.patron.strip()[:1].upper() or "?", tones[each.patron]) for each in states}


def _part(heading: Heading, lines: Sequence[Line], states: Sequence[CardState], marks: dict[str, Mark]) -> Part:
    rows = tuple(Row(line, marks[line.card_id], _icon(line), when_and_where(line), remarks(line)) for line in lines)
    return Part(heading, HEADINGS[heading], rows, "" if rows else empty(heading, states))


def _icon(line: Line) -> str:
    """The name of a drawing in icons.html; what it says is in words beside it."""
    return "digital" if line.digital else line.state or line.urgency


def headline(shown: Iterable[Board]) -> str:
    """All boards in a few words, as the mail's subject has them."""
    every = list(shown)
    lines = [line for board in every for heading in ASKING for line in board.lines(heading)]
    said = subject(lines, [line for line in lines if line.need is not Need.NEVER])
    if said:
        return said
    known = all(card.standing.read for board in every for card in board.cards)
    return _("Nothing to do today") if known else _("Nothing to do, as far as we know")
