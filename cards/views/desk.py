"""What the pages about cards have in common: whose they are, and the way back."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, resolve_url

from cards import access
from cards.models import Card, Family, User

SECRETS = ("number", "pin")


def person(request: HttpRequest) -> User:
    """Who is signed in."""
    return cast(User, request.user)


def own_family(request: HttpRequest, pk: int) -> Family:
    """A family that the person belongs to. Else 404, for staff too: they have admin."""
    return get_object_or_404(access.families_of(person(request)), pk=pk)


def own_card(request: HttpRequest, pk: UUID) -> Card:
    """A card of a family that the person belongs to. Else 404."""
    cards = Card.objects.kept().filter(family__in=access.families_of(person(request)))
    return get_object_or_404(cards.select_related("library", "family"), pk=pk)


def see_other(to: str, *args: object) -> HttpResponse:
    """303: what was posted is done, and the page to look at is there."""
    answer = HttpResponseRedirect(resolve_url(to, *args))
    answer.status_code = 303
    return answer
