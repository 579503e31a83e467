"""The first thing that somebody does here: name the family. Then its first card."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards import limits
from cards.household import members
from cards.household.forms import FamilyForm
from cards.views.desk import person, see_other
from cards.views.private import for_people

A_DAY = 10


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new_family(request: HttpRequest) -> HttpResponse:
    """Asks for a name and a clock; a person may have several families."""
    form = FamilyForm(request.POST or None)
    if form.is_valid() and _may_found(request, form):
        given = form.cleaned_data
        family = members.found(given["name"], given["timezone"], person(request))
        return see_other("add_card", family.pk)
    return render(request, "family/new.html", {"form": form})


def _may_found(request: HttpRequest, form: FamilyForm) -> bool:
    allowed = limits.allow("found", request.user.pk, many=A_DAY, within=timedelta(days=1), now=timezone.now())
    if not allowed:
        form.add_error(None, _("That were many new families for one day. Please come back tomorrow."))
    return allowed
