"""What the status page shows, as plain values: each card's standing on top, and its lines under the five headings."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cards.card_desk.looks import Mark, marks
from cards.card_desk.sharing import shared_among
from cards.glance import LABELS, Glance, glance, when_and_where
from cards.models import Card, Family
from cards.remarks import empty, remarks
from cards.rows import Row, html_of
from cards.signs import sign
from cards.standing import Standing, standing_of
from cards.states import card_states
from notifications.lines import CardState, Heading, Line, Need
from notifications.sorting import sort_cards
from notifications.summary import subject
from notifications.words import HEADINGS

ORDER = ("position", "patron_name", "library__name")
UNUSED = (
    *("number_sealed", "pin_sealed", "lease_by", "library__options", "library__from_catalogue", "library__note"),
    *("library__user_agent", "library__trouble", "library__trouble_since"),
)
ASKING = (Heading.KNOW, Heading.TAKE_BACK, Heading.CAN_HAVE)


class Ahead(NamedTuple):
    """How many days ahead somebody wants to know what is due; `by_card`: other numbers for some cards."""

    days: int
    by_card: Mapping[str, int]


class CardRow(NamedTuple):
    """A card on top of the page. `shared`: whether another family here has it too."""

    standing: Standing
    mark: Mark
    shared: bool
    sign: str


class Part(NamedTuple):
    """One heading with its lines, or what to say where there are none."""

    heading: Heading
    label: Promise
    rows: tuple[Row, ...]
    empty: str

    @property
    def html(self) -> SafeString:
        """Its lines."""
        return html_of(self.rows)


@dataclass(frozen=True, kw_only=True)
class Board:
    """One family's cards. `may_check`: whether whoever looks may have them checked; `mine`: whether it is theirs."""

    family: Family
    cards: tuple[CardRow, ...]
    parts: tuple[Part, ...]
    may_check: bool
    mine: bool

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


def boards(
    families: Iterable[Family],
    *,
    now: datetime,
    ahead: Ahead | None = None,
    may_check: bool = True,
    mine: bool = True,
) -> list[Board]:
    """A board for each family. The cards of all of them cost two queries, and their secrets stay in the database."""
    found = _cards_of(families)
    shared = shared_among(card for cards in found.values() for card in cards)
    return [
        Board(family=family, may_check=may_check, mine=mine, **_shown(cards, now, ahead or Ahead(0, {}), shared))
        for family, cards in found.items()
    ]


def _cards_of(families: Iterable[Family]) -> dict[Family, list[Card]]:
    """The cards of each family in their order, with no more of their libraries than the page says."""
    by_family = {family.pk: family for family in families}
    found: dict[Family, list[Card]] = {family: [] for family in by_family.values()}
    cards = Card.objects.kept().filter(family__in=by_family).order_by(*ORDER).select_related("library")
    for card in cards.defer(*UNUSED):
        card.family = by_family[card.family_id]
        found[card.family].append(card)
    return found


def _shown(cards: Sequence[Card], now: datetime, ahead: Ahead, shared: Container[UUID]) -> dict[str, Any]:
    """Its cards, and its lines: of those that are not paused."""
    states, people = card_states(cards, now), marks(cards)
    by_card = {str(card.pk): people[card.patron_name] for card in cards}
    told = [state for card, state in zip(cards, states, strict=True) if not card.paused]
    found = sort_cards(told, days_ahead=ahead.days, by_card=ahead.by_card)
    rows = (
        CardRow(standing_of(card, state, now), people[card.patron_name], card.pk in shared, sign(card, now))
        for card, state in zip(cards, states, strict=True)
    )
    return {
        "cards": tuple(rows),
        "parts": tuple(_part(heading, found[heading], told, by_card) for heading in Heading),
    }


def _part(heading: Heading, lines: Sequence[Line], states: Sequence[CardState], by_card: dict[str, Mark]) -> Part:
    rows = tuple(Row(line, by_card[line.card_id], _icon(line), when_and_where(line), remarks(line)) for line in lines)
    return Part(heading, HEADINGS[heading], rows, "" if rows else empty(heading, states))


def _icon(line: Line) -> str:
    """What it says is in words beside it."""
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
