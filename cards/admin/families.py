"""Families, with their people and their cards on one page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from cards import schedule
from cards.admin import standing
from cards.admin.buttons import ButtonsAdmin
from cards.admin.card_form import CardForm
from cards.admin.deeds import DEEDS
from cards.admin.watched import WatchedAdmin
from cards.models import Card, Family, Membership

WORKS = Q(cards__trouble="", cards__snapshot_at__isnull=False)


class MemberInline(admin.TabularInline):
    """The adults."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)
    verbose_name_plural = _("People: each gets one mail a day at most, over all their families")


class CardInline(admin.TabularInline):
    """The cards, in short."""

    model = Card
    form = CardForm
    extra = 0
    fields = ("patron_name", "library", "number", "pin", "stands", "read")
    readonly_fields = ("stands", "read")
    autocomplete_fields = ("library",)
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Card]:
        """With their libraries, in one query; without what somebody only tries."""
        return super().get_queryset(request).select_related("library").filter(draft_by=None)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without icons that lead to the library: there is no room for them."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    @admin.display(description=_("standing"))
    def stands(self, card: Card) -> SafeString | str:
        """A sign and words."""
        return "" if card._state.adding else standing.badge(card, now())

    @admin.display(description=_("read"))
    def read(self, card: Card) -> str:
        """How old the reading is."""
        return standing.age(card.snapshot_at, now())


@admin.register(Family)
class FamilyAdmin(WatchedAdmin, ButtonsAdmin):
    """Where most of staff's work begins."""

    path_to_rows = "pk"

    actions = DEEDS
    inlines = (MemberInline, CardInline)
    list_display = ("name", "members", "working", "read", "timezone")
    search_fields = ("name", "people__name", "cards__patron_name")
    search_help_text = _("By family, by a person's name, or by a name on a card.")
    fields = ("name", "timezone")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Family]:
        """With its counts, in one query."""
        counts: dict[str, Any] = {
            "people_count": Count("people", distinct=True),
            "card_count": Count("cards", distinct=True),
            "work_count": Count("cards", filter=WORKS, distinct=True),
            "last_read": Max("cards__snapshot_at"),
        }
        families: QuerySet[Family] = super().get_queryset(request)
        return families.annotate(**counts)

    def view_on_site(self, obj: Family) -> str:
        """The family's own page."""
        return reverse("status_family", args=[obj.pk])

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Who is mailed, and when, decides when their cards are checked."""
        super().save_related(request, form, formsets, change)
        family: Family = form.instance
        together = Card.objects.filter(family__people__in=family.people.all()).distinct()
        schedule.reschedule(together | Card.objects.filter(family=family).distinct(), now())

    @admin.display(description=_("people"), ordering="people_count")
    def members(self, family: Any) -> int:
        """How many."""
        return int(family.people_count)

    @admin.display(description=_("cards that work"), ordering="work_count")
    def working(self, family: Any) -> str:
        """As "3 of 4"."""
        return share(family.work_count, family.card_count)

    @admin.display(description=_("last read"), ordering="last_read")
    def read(self, family: Any) -> str:
        """How old the latest reading is."""
        return standing.age(family.last_read, now())


def share(work: int, of: int) -> str:
    """As "3 of 4", with a sign where some do not."""
    if not of:
        return "–"
    said = _("%(work)s of %(all)s") % {"work": work, "all": of}
    return f"{standing.SIGNS['well' if work == of else 'trouble']} {said}"
