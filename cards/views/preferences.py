"""The preferences of whoever is signed in: one form; what is on and why the last mail came; a test mail."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards import limits, telling
from cards.models import User
from cards.preferences import last_mail, words
from cards.preferences.form import PreferencesForm
from cards.preferences.per_card import PerCardForm
from cards.views.desk import person, see_other
from cards.views.private import for_people

TEST_MAILS, PER = 3, timedelta(hours=1)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def preferences(request: HttpRequest) -> HttpResponse:
    """The form; what is sent is saved at once, and the page comes again in the language that was chosen."""
    user, now = User.objects.get(pk=person(request).pk), timezone.now()  # a form that fails leaves its marks on it
    sent = request.POST if request.method == "POST" else None
    form = PreferencesForm(sent, instance=user, now=now)
    per_card = PerCardForm(sent, user=user)
    if form.is_valid() and per_card.is_valid():
        saved = form.keep()
        per_card.keep()
        with translation.override(saved.language or translation.get_language_from_request(request)):
            messages.success(request, _("Saved."))
        return see_other("preferences")
    context = {"form": form, "per_card": per_card, **_standing(person(request))}
    return render(request, "preferences/preferences.html", context)


@require_safe
@for_people
def why_mail(request: HttpRequest) -> HttpResponse:
    """What is on, when the last mail went, and why it came. Every mail leads here."""
    user = person(request)
    on = words.what_is_on(user, timezone.now())
    context = {"on": on, "last": last_mail.last_mail(user), **_standing(user)}
    return render(request, "preferences/why_mail.html", context)


def _standing(user: User) -> dict[str, object]:
    """When the next mail may come, and since when none arrives."""
    since = user.mail_failing_since
    return {
        "person": user,
        "next_mail": words.next_mail(user, timezone.now()),
        "failing_since": words.full_day(user.local(since).date()) if since else "",
    }


@require_POST
@for_people
def test_mail(request: HttpRequest) -> HttpResponse:
    """Sends what today's mail would say, a few times an hour; then why mails come."""
    user, now = person(request), timezone.now()
    if limits.allow("test_mail", user.pk, many=TEST_MAILS, within=PER, now=now):
        telling.send_test(user, now)
        messages.success(request, _("A test mail is on its way to %(address)s.") % {"address": user.email})
    else:
        messages.warning(request, _("Those were many test mails. Wait an hour before the next."))
    return see_other("why_mail")
