"""The page behind an invitation's link: who invites into which family, and the button that joins it.

The link may not go on to sign-in, where it would stand in a query string. So the browser's session keeps which
invitation it was, and the person comes back to it under an address that tells nothing.
"""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards import access
from cards.household import inviting
from cards.models import Invitation
from cards.views.desk import person, see_other
from cards.views.private import for_people, private

KEPT = "invitation"
GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows it and changes nothing. POST joins, or leads to sign-in and back."""
    found = inviting.find(token, timezone.now())
    if found and request.method == "POST" and not request.user.is_authenticated:
        request.session[KEPT] = found.pk
        return private(redirect_to_login(resolve_url("kept_invitation")))
    return private(_answer(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def kept_invitation(request: HttpRequest) -> HttpResponse:
    """The same for who comes back from sign-in."""
    kept: int = request.session.get(KEPT, 0)
    return _answer(request, inviting.valid(timezone.now()).filter(pk=kept).first())


def _answer(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    if found is None:
        return _gone(request)
    if request.method == "POST":
        return _join(request, found)
    mine = request.user.is_authenticated and access.families_of(request.user).filter(pk=found.family_id).exists()
    return render(request, "family/invitation.html", {"invitation": found, "mine": mine})


def _join(request: HttpRequest, found: Invitation) -> HttpResponse:
    family = inviting.accept(found.pk, person(request), timezone.now())
    request.session.pop(KEPT, None)
    if family is None:
        return _gone(request)
    messages.success(request, _("You belong to “%(family)s” now.") % {"family": family.name})
    return see_other("status")


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "family/invitation_gone.html", status=GONE)
