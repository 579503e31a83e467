"""Keeps an idle account, by the signed link in a warning: no sign-in, and nothing else that it could do."""

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cards import links
from cards.household import idle
from cards.models import User
from cards.views.private import private


@require_http_methods(["GET", "HEAD", "POST"])
def keep_account(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET asks, and changes nothing; POST keeps the account, as often as it comes. Else 404."""
    try:
        person = User.objects.filter(pk=links.keeper_of(token), is_active=True)
    except BadSignature:
        raise Http404 from None
    if not person.exists():
        raise Http404
    if kept := request.method == "POST":
        idle.seen(person.get().pk, timezone.now())
    return private(render(request, "privacy/keep.html", {"kept": kept}))
