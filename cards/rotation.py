"""Seals all cards anew with the first of CARD_KEYS, so that the older keys may go."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from cards import vault
from cards.models import Card
from cards.signing_in import sealed
from cards.stopping import never

PAGE = 200


@dataclass(kw_only=True)
class Rotation:
    """What became of the cards: sealed anew; already sealed by the first key; and those that no key opens."""

    resealed: int = 0
    already: int = 0
    changed_meanwhile: int = 0
    closed: list[UUID] = field(default_factory=list)
    factors_resealed: int = 0  # secrets of people's second factors
    factors_closed: list[int] = field(default_factory=list)
    before: Counter[int] = field(default_factory=Counter)  # the key's place in CARD_KEYS: how many cards

    @property
    def complete(self) -> bool:
        """Whether the first key opens every card, so that no other is used any more."""
        return not self.closed and not self.factors_closed and not self.changed_meanwhile


def rotate(stopped: Callable[[], bool] = never, page: int = PAGE) -> Rotation:
    """Goes through all cards, a page at a time. Safe to stop and to repeat: each card is changed in one step.

    A card that no key opens is left as it is. One whose credentials are edited meanwhile is sealed by the first key
    anyway; it is only counted, so that nobody throws a key away before a second run has found nothing to do.
    """
    done = Rotation()
    for card in _cards(page):
        if stopped():
            done.changed_meanwhile += 1
            return done
        _rotate(card, done)
    done.factors_resealed, done.factors_closed = sealed.reseal()
    return done


def _cards(page: int) -> Iterator[Card]:
    """All of them by their ids: no cursor stays open while they are written."""
    wanted = Card.objects.order_by("pk").only("pk", "library_id", "number_sealed", "pin_sealed", "fingerprint")
    last: UUID | None = None
    while found := list((wanted if last is None else wanted.filter(pk__gt=last))[:page]):
        yield from found
        last = found[-1].pk


def _rotate(card: Card, done: Rotation) -> None:
    try:
        keys = {vault.key_of(card.number_sealed, card.pk, "number"), vault.key_of(card.pin_sealed, card.pk, "pin")}
        number = vault.unseal(card.number_sealed, card.pk, "number")
        pin = vault.unseal(card.pin_sealed, card.pk, "pin")
    except vault.CannotOpen:
        done.closed.append(card.pk)
        return
    done.before[max(keys)] += 1
    fingerprint = vault.fingerprint(card.library_id, number)
    if keys == {0} and card.fingerprint == fingerprint:
        done.already += 1
        return
    # The credentials stay the same, and so does their version: a visit under way may save what it finds.
    same = Card.objects.filter(pk=card.pk, number_sealed=card.number_sealed, pin_sealed=card.pin_sealed)
    changed = same.update(
        number_sealed=vault.seal(number, card.pk, "number"),
        pin_sealed=vault.seal(pin, card.pk, "pin"),
        fingerprint=fingerprint,
    )
    done.resealed += changed
    done.changed_meanwhile += not changed
