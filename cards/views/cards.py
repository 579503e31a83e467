"""A family's cards: their order, and the way to each of them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cards.board import boards
from cards.card_desk import order
from cards.models import Family
from cards.views.desk import own_card, own_family, see_other
from cards.views.live import follows
from cards.views.private import for_people


@require_safe
@for_people
def family_cards(request: HttpRequest, pk: int) -> HttpResponse:
    """The cards of one family, in order."""
    return render(request, "cards/cards.html", _context(own_family(request, pk)))


@require_POST
@for_people
def move_card(request: HttpRequest, card: UUID) -> HttpResponse:
    """One place up or down."""
    moved = own_card(request, card)
    order.move(moved, up="up" in request.POST)
    if follows(request):
        return render(request, "cards/cards_list.html", {**_context(moved.family), "moved": str(moved.pk)})
    return see_other("cards", moved.family_id)


def _context(family: Family) -> dict[str, Any]:
    board = boards([family], now=timezone.now())[0]
    return {"family": family, "cards": board.cards}
