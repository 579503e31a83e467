"""The colour and the initial by which a family tells its people apart: one of each a person, on all their cards."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from cards.models import Card

# As many as the style sheet has; each with its number there.
TONES: Sequence[Promise] = (
    gettext_lazy("plum"),
    gettext_lazy("sea"),
    gettext_lazy("amber"),
    gettext_lazy("leaf"),
    gettext_lazy("rose"),
    gettext_lazy("sky"),
)


class Mark(NamedTuple):
    """Tells the people of a family apart at a glance."""

    initial: str
    tone: int


def marks(cards: Iterable[Card]) -> dict[str, Mark]:
    """The mark of each person among the cards of one family.

    Who has chosen none gets a colour that is free, by the order in which the people came: it stays when cards move.
    """
    came = sorted(cards, key=lambda card: (card.created, card.pk))
    chosen = {card.patron_name: card.tone for card in reversed(came) if card.tone is not None}
    letters = {card.patron_name: card.initial for card in reversed(came) if card.initial}
    people = list(dict.fromkeys(card.patron_name for card in came))
    tones = _tones(people, {name: tone % len(TONES) for name, tone in chosen.items()})
    return {name: Mark(letters.get(name) or name.strip()[:1].upper() or "?", tones[name]) for name in people}


def _tones(people: Sequence[str], chosen: dict[str, int]) -> dict[str, int]:
    """The place in the order is the colour, or the next that is free."""
    tones = dict(chosen)
    for place, name in enumerate(people):
        if name not in tones:
            wanted = [(place + step) % len(TONES) for step in range(len(TONES))]
            tones[name] = next((tone for tone in wanted if tone not in tones.values()), wanted[0])
    return tones


def dress(card: Card, *, tone: int, initial: str) -> None:
    """Gives the person whose card it is this colour and initial, on all their cards of the family."""
    theirs = Card.objects.kept().filter(family=card.family_id, patron_name=card.patron_name)
    theirs.update(tone=tone, initial=initial.strip())


def adopt(card: Card) -> None:
    """Gives a card (unsaved) the look that its person has on their other cards."""
    others = Card.objects.kept().filter(family=card.family_id, patron_name=card.patron_name).exclude(pk=card.pk)
    card.tone, card.initial = others.order_by("created").values_list("tone", "initial").first() or (None, "")
