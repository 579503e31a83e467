"""What staff can do to cards, families and people: check now, look at the digest, send it."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cards import checking, looks, telling
from cards.models import Card, Family, Library, Run, StaffLook, User

Chosen = QuerySet[Card] | QuerySet[Family] | QuerySet[Library] | QuerySet[User]


def cards_of(chosen: Chosen) -> QuerySet[Card]:
    """The cards that were chosen, by themselves or by their family, library or people."""
    paths = {Card: "pk", Family: "family", Library: "library", User: "family__people"}
    cards = Card.objects.filter(**{f"{paths[chosen.model]}__in": chosen.values("pk")})
    return cards.select_related("library", "family").distinct()


def people_of(chosen: Chosen) -> QuerySet[User]:
    """The people who are mailed about what was chosen."""
    paths = {Card: "families__cards", Family: "families", User: "pk"}
    return User.objects.filter(**{f"{paths[chosen.model]}__in": chosen.values("pk")}, is_active=True).distinct()


@admin.action(description=gettext_lazy("Check now"), permissions=["change"])
def check_now(model_admin: admin.ModelAdmin, request: HttpRequest, chosen: Chosen) -> HttpResponse | None:
    """Starts the checks and returns at once. Cards that wait for their patron are left alone."""
    begun = checking.check_now(cards_of(chosen), trigger=Run.Trigger.ADMIN)
    said = ngettext("%(count)s card is being checked.", "%(count)s cards are being checked.", begun) % {"count": begun}
    left = _("Left alone: cards that wait for their patron, and those being checked already.")
    model_admin.message_user(request, f"{said} {left}" if begun == 0 else said, messages.INFO)
    return _back(request)


@admin.action(description=gettext_lazy("Preview digest"), permissions=["view"])
def preview_digest(model_admin: admin.ModelAdmin, request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """Shows what the digest of this moment would be, for each person. Nothing is sent or remembered."""
    people = people_of(chosen)
    looks.record(Family.objects.filter(people__in=people), cast(User, request.user), StaffLook.What.DIGEST, now())
    context = {
        **admin.site.each_context(request),
        "title": _("Digest, as it would be now"),
        "opts": model_admin.opts,
        "letters": [(person, telling.preview(person, now())) for person in people],
        "chosen": chosen,
        "may_send": model_admin.has_change_permission(request),
    }
    return TemplateResponse(request, "admin/cards/digest_preview.html", context)


@admin.action(description=gettext_lazy("Send digest now"), permissions=["change"])
def send_digest(model_admin: admin.ModelAdmin, request: HttpRequest, chosen: Chosen) -> HttpResponse | None:
    """Sends each person's digest, whatever the hour."""
    told = telling.send_now(people_of(chosen), now())
    said = ngettext("%(count)s digest was sent.", "%(count)s digests were sent.", told.mailed) % {"count": told.mailed}
    nothing = "" if told.mailed or told.failed else _("Who has nothing to do, or wants no mail, gets none.")
    wait = _("Some could not be sent now: they wait in the outbox.") if told.failed else ""
    level = messages.WARNING if told.failed else messages.INFO
    model_admin.message_user(request, " ".join(filter(None, (said, nothing, wait))), level)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse | None:
    """To the page whose button was pressed, if it was not the list's."""
    return HttpResponseRedirect(f"{request.path}{request.POST['_page']}/change/") if _one(request) else None


def _one(request: HttpRequest) -> bool:
    return request.POST.get("_page") in request.POST.getlist("_selected_action")


DEEDS: tuple[Any, ...] = (check_now, preview_digest, send_digest)
