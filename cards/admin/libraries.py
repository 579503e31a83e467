"""Libraries: what they run on, and how many of their cards work."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from cards.admin import standing
from cards.admin.buttons import ButtonsAdmin
from cards.admin.deeds import check_now
from cards.admin.families import WORKS, share
from cards.models import Library, Trouble
from libraries.options import options_of
from libraries.systems import SYSTEMS


def called(system: str) -> str:
    """What a system is called by people."""
    adapter: Any = SYSTEMS[system]
    return str(adapter.name)


class LibraryForm(forms.ModelForm):
    """The system is one that we can read."""

    system = forms.ChoiceField(label=_("System"), help_text=_("What the library's website runs on."))

    class Meta:
        model = Library
        fields = ("slug", "name", "place", "system", "options", "timezone", "currency", "note", "enabled", "user_agent")
        widgets = {"options": forms.Textarea(attrs={"rows": 8, "cols": 70, "spellcheck": "false"})}  # noqa: RUF012
        help_texts = {"options": _("JSON. base_url is needed; what else the system understands stands below.")}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        system = self.fields["system"]
        assert isinstance(system, forms.ChoiceField)
        system.choices = [(key, f"{called(key)} ({key})") for key in sorted(SYSTEMS)]


@admin.register(Library)
class LibraryAdmin(ButtonsAdmin):
    """Options are refused in the adapter's own words when they do not fit."""

    form = LibraryForm
    actions = (check_now, "switch_off", "switch_on")
    list_display = ("name", "place", "system", "working", "needs_staff", "enabled")
    list_filter = ("enabled", "system", "trouble")
    search_fields = ("name", "slug", "place")
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012  as Django reads it
    readonly_fields = ("needs_staff", "trouble_since", "understood")
    fieldsets = (
        (None, {"fields": ("name", "slug", "place", "enabled", "note")}),
        (_("Its website"), {"fields": ("system", "options", "understood", "user_agent")}),
        (_("Its days and its money"), {"fields": ("timezone", "currency")}),
        (_("How it stands"), {"fields": ("needs_staff", "trouble_since")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Library]:
        """With its counts, in one query."""
        libraries: QuerySet[Library] = super().get_queryset(request)
        return libraries.annotate(card_count=Count("cards"), work_count=Count("cards", filter=WORKS))

    def save_model(self, request: HttpRequest, obj: Library, form: forms.ModelForm, change: bool) -> None:
        """Saves what was edited and nothing else: a run may hold the library's lane meanwhile."""
        obj.save(update_fields=form.changed_data if change else None)

    @admin.display(description=_("cards that work"), ordering="work_count")
    def working(self, library: Any) -> str:
        """As "12 of 14"."""
        return share(library.work_count, library.card_count)

    @admin.display(description=_("trouble"), ordering="trouble")
    def needs_staff(self, library: Library) -> str:
        """What staff were told last, and when."""
        if not library.trouble:
            return "–"
        words = dict(Trouble.choices).get(library.trouble, library.trouble)
        return f"{standing.SIGNS['trouble']} {words}, {standing.age(library.trouble_since, now())}"

    @admin.display(description=_("options it understands"))
    def understood(self, library: Library) -> SafeString:
        """Every option of its system; of all systems, for a new library."""
        chosen = [key for key in SYSTEMS if library.system in ("", key)]
        systems = [(called(key), options_of(SYSTEMS[key]).values()) for key in chosen]
        return render_to_string("admin/cards/options.html", {"systems": systems})

    @admin.action(description=_("Switch off: no more visits"), permissions=["change"])
    def switch_off(self, request: HttpRequest, chosen: QuerySet[Library]) -> None:
        """Until somebody switches it on again."""
        chosen.update(enabled=False)

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, chosen: QuerySet[Library]) -> None:
        """Its cards are due at the next run."""
        chosen.update(enabled=True)
