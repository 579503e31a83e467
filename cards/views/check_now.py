"""The buttons "check now", "check all" and "try again": claim the cards, answer at once, go back to the page."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cards import access
from cards.card_desk.patience import may_check
from cards.checking import check_now
from cards.models import Card, Run, User
from cards.views.private import private, to_sign_in

AGAIN_AFTER = timedelta(minutes=1)


@require_POST
def check_family(request: HttpRequest) -> HttpResponseBase:
    """Checks all cards of a family that nothing stops."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    family = request.POST.get("family", "")
    if not family.isdecimal():
        raise Http404
    families = access.families_open_to(request.user, access.CHECK)
    found = get_object_or_404(families, pk=family)
    return _check(request, Card.objects.kept().filter(family=found).select_related("library"))


@require_POST
def check_card(request: HttpRequest, card: UUID) -> HttpResponseBase:
    """Checks one card; with `try_again` also one that a refusal stopped, by one attempt."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    cards = access.cards_open_to(request.user, access.CHECK).select_related("library")
    return _check(request, [get_object_or_404(cards, pk=card)], try_again="try_again" in request.POST)


def _check(request: HttpRequest, cards: Iterable[Card], *, try_again: bool = False) -> HttpResponseBase:
    now, asked = timezone.now(), list(cards)
    ready = [card for card in asked if _ready(card, now, try_again)]
    allowed = may_check(cast(User, request.user), ready, now)
    begun = check_now(allowed, trigger=_trigger(request, asked), now=now, try_again=try_again)
    if len(allowed) < len(ready):
        messages.warning(request, _("That is often enough for an hour. The cards are read by themselves, too."))
    elif not begun:
        messages.info(request, _why_none(asked, now))
    return _back(request)


def _ready(card: Card, now: datetime, try_again: bool) -> bool:
    """Whether there is something to be done, so that nothing else counts against a limit."""
    waits = card.stopped() and not try_again
    free = not card.paused and not waits and not card.being_checked(now)
    return free and card.library.visited and not _just_checked(card, now)


def _just_checked(card: Card, now: datetime) -> bool:
    mended = not card.stopped() and card.next_check_at <= now  # the number or PIN is new since then
    return not mended and card.last_began is not None and card.last_began > now - AGAIN_AFTER


def _trigger(request: HttpRequest, cards: list[Card]) -> Run.Trigger:
    user = cast(User, request.user)
    if not user.is_staff or not cards:
        return Run.Trigger.PAGE
    mine = access.families_of(user).filter(pk=cards[0].family_id).exists()
    return Run.Trigger.PAGE if mine else Run.Trigger.ADMIN


def _why_none(cards: list[Card], now: datetime) -> str:
    """Why none of these cards is checked, in the words that help most."""
    visited = [card for card in cards if card.library.visited and not card.paused]
    if not visited:
        return _("There is no card that could be checked.")
    if any(card.being_checked(now) for card in visited):
        return _("It is being checked already.")
    if any(_just_checked(card, now) for card in visited):
        return _("It was checked less than a minute ago. Give the library a moment.")
    return _("It waits for you. Only “try again” makes another attempt.")


def _back(request: HttpRequest) -> HttpResponseBase:
    """303, so that the page is asked for by GET; only ever to a page of ours."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, request.get_host(), require_https=request.is_secure()):
        target = resolve_url("status")
    answer = HttpResponseRedirect(target)
    answer.status_code = 303
    return private(answer)
