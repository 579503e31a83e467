""" "My library is not here": asks where it is, and tells staff."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards import limits
from cards.card_desk.forms import WishForm
from cards.card_desk.wishes import wish
from cards.views.desk import person, see_other
from cards.views.private import for_people

A_DAY = 5


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def wish_library(request: HttpRequest) -> HttpResponse:
    """The form; what is sent is stored and told to staff, a few a day."""
    form = WishForm(request.POST if request.method == "POST" else None, label_suffix="")
    now = timezone.now()
    if form.is_valid():
        if limits.allow("wish", person(request).pk, many=A_DAY, within=timedelta(days=1), now=now):
            form.instance.by = person(request)
            wish(form.instance, now)
            messages.success(request, _("Thank you. We look at it and write to you when it is here."))
            return see_other("status")
        form.add_error(None, _("Those are many libraries for one day. Tomorrow we read more."))
    return render(request, "cards/wish_library.html", {"form": form})
