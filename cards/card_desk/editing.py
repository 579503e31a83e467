"""Mending a card in place: a new number or PIN lifts a stop and is tried at once; a pause, and its end."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cards.card_desk import looks, patience, sharing
from cards.card_desk.asking import asked_by
from cards.card_desk.given import Given
from cards.checking import check_now
from cards.models import Card, Family, User
from cards.models.card import LIFTED, SEALED


def edit(user: User, card: Card, given: Given, now: datetime) -> str:
    """Puts what was typed on the card and has it visited; or says why not, and changes nothing."""
    renamed = given.name != card.patron_name
    if given.number is None and given.pin is None and not (renamed and asked_by(card.library).by_name):
        return _rename(card, given.name) if renamed else ""
    if given.number is not None and (twin := sharing.twin(card, given.number)):
        return _("This card is in your family already: it is %(name)s’s.") % {"name": twin.patron_name}
    card.patron_name = given.name
    card.seal(number=given.number, pin=given.pin)
    if not patience.may_try(user, card, now):
        return patience.too_often()
    _save(card, given.number, renamed=renamed)
    check_now([card], now=now)
    return ""


def _rename(card: Card, name: str) -> str:
    card.patron_name = name
    looks.adopt(card)
    card.save(update_fields=["patron_name", "tone", "initial"])
    return ""


@transaction.atomic
def _save(card: Card, number: str | None, *, renamed: bool) -> None:
    Family.objects.select_for_update().get(pk=card.family_id)
    if renamed:
        looks.adopt(card)
    card.save(update_fields=["patron_name", "tone", "initial", *SEALED, *LIFTED])
    if number is not None:
        sharing.align(card, number)


def pause(card: Card, paused: bool, now: datetime) -> None:
    """Neither visited nor told of; or so again, and due at once."""
    card.paused, card.next_check_at = paused, now
    card.save(update_fields=["paused", "next_check_at"])
