"""What is kept of a person, in their hands: take it home, or delete it."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards import access, limits
from cards.household import export
from cards.household.deleting import delete_person, families_that_go
from cards.household.forms import DeletionForm
from cards.household.members import holdings
from cards.views.desk import person, see_other
from cards.views.private import for_people

A_DAY = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def my_data(request: HttpRequest) -> HttpResponse:
    """The page; POST hands out the file."""
    if request.method == "POST":
        now = timezone.now()
        if limits.allow("download", person(request).pk, many=A_DAY, within=timedelta(days=1), now=now):
            return _file(request)
        messages.warning(request, _("That were many downloads for one day. Please come back tomorrow."))
        return see_other("my_data")
    return render(request, "privacy/mine.html", {"families": access.families_of(person(request))})


def _file(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    answer = JsonResponse(
        export.held_about(person(request), now), json_dumps_params={"indent": 1, "ensure_ascii": False}
    )
    answer["Content-Disposition"] = f'attachment; filename="libraryhippo-{now:%Y-%m-%d}.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def delete_account(request: HttpRequest) -> HttpResponse:
    """Asks, and says what goes; once the person has typed their address, all of it is gone."""
    user = person(request)
    form = DeletionForm(user.email, request.POST if request.method == "POST" else None)
    if form.is_valid():
        delete_person(user, timezone.now())
        logout(request)
        messages.success(request, _("All is deleted. A last mail confirms it."))
        return see_other("status")
    going = families_that_go(user)
    staying = [each for each in access.families_of(user) if each not in going]
    context = {"form": form, "going": [(each, holdings(each)) for each in going], "staying": staying}
    return render(request, "privacy/delete.html", context)
