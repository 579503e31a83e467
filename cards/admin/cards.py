"""Cards: how each stands, what was read off it, and how its checks went."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from cards import schedule
from cards.admin import reading, standing
from cards.admin.buttons import ButtonsAdmin
from cards.admin.card_form import CardForm
from cards.admin.deeds import DEEDS
from cards.admin.watched import WatchedAdmin
from cards.models import Card


class FreshnessFilter(admin.SimpleListFilter):
    """By the age of the reading."""

    title = _("reading")
    parameter_name = "reading"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Fresh, old, none."""
        return [("fresh", _("of the last 20 hours")), ("old", _("older")), ("never", _("none yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Card]) -> QuerySet[Card]:
        """The cards of that age."""
        since = now() - standing.STALE_AFTER
        wanted: dict[str, dict[str, Any]] = {
            "fresh": {"snapshot_at__gte": since},
            "old": {"snapshot_at__lt": since},
            "never": {"snapshot_at": None},
        }
        return queryset.filter(**wanted.get(self.value() or "", {}))


@admin.register(Card)
class CardAdmin(WatchedAdmin, ButtonsAdmin):
    """Searched by names only: a number typed there would stand in the address and in logs."""

    path_to_rows = "cards"

    form = CardForm
    actions = DEEDS
    list_display = ("patron_name", "stands", "read", "library", "family", "loans", "holds", "next_check_at")
    list_filter = (FreshnessFilter, "trouble", "library", "library__system")
    list_select_related = ("library", "family")
    search_fields = ("patron_name", "family__name", "library__name")
    search_help_text = _("By name on the card, family or library. Card numbers cannot be searched for.")
    autocomplete_fields = ("family", "library")
    ordering = ("family__name", "patron_name", "library__name")
    readonly_fields = (
        *("stands", "trouble_words", "trouble_url", "trouble_since", "failures"),
        *("last_began", "next_check_at", "read", "reading", "history", "id", "created"),
    )
    fieldsets = (
        (None, {"fields": ("family", "library", "patron_name", "number", "pin", "interval_hours")}),
        (
            _("How it stands"),
            {
                "fields": ("stands", "trouble_words", "trouble_url", "trouble_since", "failures"),
                "description": _(
                    "☞ the patron must act: nothing is tried until number, PIN or name are edited here, or the patron "
                    "says “try again”. ▲ we come back by ourselves. ◐ the library counts more than could be read."
                ),
            },
        ),
        (_("When"), {"fields": ("last_began", "next_check_at", "created", "id")}),
        (_("What was read"), {"fields": ("read", "reading")}),
        (_("Checks"), {"fields": ("history",)}),
    )
    add_fieldsets = fieldsets[:1]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Card]:
        """Those that families keep: what somebody only tries is theirs alone to see."""
        return super().get_queryset(request).filter(draft_by=None)

    def get_fieldsets(self, request: HttpRequest, obj: Card | None = None) -> Any:
        """A new card has nothing to show yet."""
        return self.fieldsets if obj else self.add_fieldsets

    def save_model(self, request: HttpRequest, obj: Card, form: forms.ModelForm, change: bool) -> None:
        """Saves what was edited and nothing else; a new interval counts from the last visit."""
        obj.save(update_fields=form.fields_to_save() if isinstance(form, CardForm) and change else None)
        if "interval_hours" in form.changed_data:
            schedule.reschedule([obj], now())

    @admin.display(description=_("standing"), ordering="trouble")
    def stands(self, card: Card) -> SafeString:
        """A sign and words."""
        return standing.badge(card, now())

    @admin.display(description=_("read"), ordering="snapshot_at")
    def read(self, card: Card) -> str:
        """How old the reading is."""
        return standing.age(card.snapshot_at, now())

    @admin.display(description=_("loans"))
    def loans(self, card: Card) -> str:
        """How many."""
        return standing.many(card.snapshot, "loans")

    @admin.display(description=_("holds"))
    def holds(self, card: Card) -> str:
        """How many."""
        return standing.many(card.snapshot, "holds")

    @admin.display(description=_("reading"))
    def reading(self, card: Card) -> SafeString | str:
        """The snapshot as tables."""
        return reading.reading(card)

    @admin.display(description=_("history"))
    def history(self, card: Card) -> SafeString:
        """The latest checks."""
        return reading.history(card)
