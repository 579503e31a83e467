"""One card: its number and PIN, its look, a pause, and its end."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cards.board import boards
from cards.card_desk import editing, looks
from cards.card_desk.asking import asked_by
from cards.card_desk.forms import LoginForm, LookForm
from cards.models import Card
from cards.views.desk import SECRETS, own_card, person, see_other
from cards.views.live import follows, unchanged
from cards.views.private import for_people
from notifications.spoken import spoken


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def edit_card(request: HttpRequest, card: UUID) -> HttpResponse:
    """How it stands, and all that can be changed. A new number or PIN is tried at once, in view."""
    found = own_card(request, card)
    if request.method != "POST":
        return _page(request, found)
    form = LoginForm(asked_by(found.library), request.POST, kept=True)
    if form.is_valid():
        refused = editing.edit(person(request), found, form.given(), timezone.now())
        if not refused:
            return see_other("card", found.pk)
        form.add_error(None, refused)
    return _page(request, found, form=form)


@require_POST
@for_people
def dress_card(request: HttpRequest, card: UUID) -> HttpResponse:
    """Another colour and initial for the person whose card it is."""
    found = own_card(request, card)
    form = LookForm(request.POST)
    if not form.is_valid():
        return _page(request, found, look=form)
    looks.dress(found, tone=form.cleaned_data["tone"], initial=form.cleaned_data["letters"])
    messages.success(request, _("All cards of %(name)s look like that now.") % {"name": found.patron_name})
    return see_other("card", found.pk)


@require_POST
@for_people
def pause_card(request: HttpRequest, card: UUID) -> HttpResponse:
    """Stops its visits and mails, or lets them go on."""
    found = own_card(request, card)
    editing.pause(found, "pause" in request.POST, timezone.now())
    said = _("Paused: it is not visited, and no mail speaks of it.") if found.paused else _("It is visited again.")
    messages.success(request, said)
    return see_other("card", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def remove_card(request: HttpRequest, card: UUID) -> HttpResponse:
    """GET asks; POST deletes it with all that was read."""
    found = own_card(request, card)
    if request.method != "POST":
        return render(request, "cards/remove_card.html", {"card": found, "family": found.family})
    said = _("%(name)s’s card at %(library)s is removed.") % {"name": found.patron_name, "library": found.library}
    found.delete()
    messages.success(request, said)
    return see_other("cards", found.family_id)


def _page(
    request: HttpRequest, found: Card, form: LoginForm | None = None, look: LookForm | None = None
) -> HttpResponse:
    board = boards([found.family], now=timezone.now())[0]
    row = next((row for row in board.cards if row.standing.card_id == str(found.pk)), None)
    if row and follows(request) and request.GET.get("seen") == row.sign:
        return unchanged()
    context: dict[str, Any] = {"card": found, "family": found.family, "row": row, "words": spoken(found.trouble_words)}
    if row and not follows(request):
        asked = asked_by(found.library)
        context["form"] = form or LoginForm(asked, initial={"patron_name": found.patron_name}, kept=True)
        context["look"] = look or LookForm(initial={"letters": row.mark.initial, "tone": row.mark.tone})
    return render(request, "cards/card_news.html" if follows(request) else "cards/card_page.html", context)
