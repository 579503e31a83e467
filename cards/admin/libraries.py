"""Libraries: what they run on, whether they work, and how many of their cards do."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from cards.admin import standing, try_card
from cards.admin.buttons import ButtonsAdmin
from cards.admin.deeds import check_now
from cards.admin.families import WORKS, share
from cards.admin.system_options import called, explained
from cards.models import Library, Trouble
from cards.standing import works_since
from libraries.systems import SYSTEMS

MANNERS = ("side_by_side", "pause")


class LibraryForm(forms.ModelForm):
    """The system is one that we can read."""

    system = forms.ChoiceField(label=_("System"), help_text=_("What the library's website runs on."))

    class Meta:
        model = Library
        fields = (
            *("slug", "name", "place", "system", "options", "timezone", "currency"),
            *("note", "enabled", "confirmed", "user_agent", *MANNERS),
        )
        widgets = {"options": forms.Textarea(attrs={"rows": 8, "cols": 70, "spellcheck": "false"})}  # noqa: RUF012
        help_texts = {"options": _("JSON. base_url is needed; what else the system understands stands below.")}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        system = cast(forms.ChoiceField, self.fields["system"])
        system.choices = [(key, f"{called(key)} ({key})") for key in sorted(SYSTEMS)]
        for name in self.fields.keys() & set(MANNERS):  # who may only look has no fields
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """What is left empty is as usual."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        usual = {name: getattr(Library(), name) for name in MANNERS}
        return {**given, **{name: usual[name] for name in MANNERS if given.get(name) is None}}


@admin.register(Library)
class LibraryAdmin(ButtonsAdmin):
    """Options are refused in the adapter's own words when they do not fit."""

    form = LibraryForm
    change_form_template = "admin/cards/library/change.html"
    actions = (check_now, "switch_off", "switch_on")
    list_display = ("name", "place", "system", "since", "working", "needs_staff", "enabled")
    list_filter = ("enabled", "confirmed", "system", ("trouble", admin.EmptyFieldListFilter))
    search_fields = ("name", "slug", "place")
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012  as Django reads it
    readonly_fields = ("needs_staff", "trouble_since", "rests", "understood", "since", "found_on")
    fieldsets = (
        (None, {"fields": ("name", "slug", "place", "enabled", "note")}),
        (_("Its website"), {"fields": ("system", "options", "understood", "user_agent", *MANNERS)}),
        (_("Its days and its money"), {"fields": ("timezone", "currency")}),
        (_("How it stands"), {"fields": ("confirmed", "found_on", "since", "needs_staff", "trouble_since", "rests")}),
    )
    add_fieldsets = fieldsets[:3]

    def get_fieldsets(self, request: HttpRequest, obj: Library | None = None) -> Any:
        """A new library has no history; whoever adds it by hand knows its address."""
        return self.fieldsets if obj else self.add_fieldsets

    def get_queryset(self, request: HttpRequest) -> QuerySet[Library]:
        """With its counts, in one query."""
        libraries: QuerySet[Library] = super().get_queryset(request)
        return libraries.annotate(card_count=Count("cards"), work_count=Count("cards", filter=WORKS))

    def get_urls(self) -> list[URLPattern]:
        """And the page to try a card."""
        own = path("<path:object_id>/try/", self.admin_site.admin_view(self.try_a_card), name="cards_library_try")
        return [own, *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def try_a_card(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One visit with a card that somebody lends for it."""
        library = self.get_object(request, object_id)
        if library is None or library.system not in SYSTEMS:
            raise Http404
        if not self.has_change_permission(request, library):
            raise PermissionDenied
        return try_card.page(self, request, library)

    def save_model(self, request: HttpRequest, obj: Library, form: forms.ModelForm, change: bool) -> None:
        """Saves what was edited and nothing else: a run may hold the library's lane meanwhile."""
        obj.save(update_fields=form.changed_data if change else None)

    @admin.display(description=_("cards that work"), ordering="work_count")
    def working(self, library: Any) -> str:
        """As "12 of 14"."""
        return share(library.work_count, library.card_count)

    @admin.display(description=_("state"), ordering="works_since")
    def since(self, library: Library) -> str:
        """Unconfirmed, beta, or since when it works."""
        if not library.confirmed:
            return " ".join((standing.SIGNS["waits"], gettext("unconfirmed: try a card")))
        return works_since(library) or gettext("beta: no card of a family was read well yet")

    @admin.display(description=_("its address was found"))
    def found_on(self, library: Library) -> SafeString | str:
        """The public page that the catalogue names, and when it was seen."""
        source, seen = (library.from_catalogue.get(name) for name in ("source", "seen"))
        if not source:
            return "–"
        return format_html('<a href="{}" rel="noreferrer">{}</a>, {}', source, source, seen)

    @admin.display(description=_("trouble"), ordering="trouble")
    def needs_staff(self, library: Library) -> str:
        """What staff were told last, and when."""
        if not library.trouble:
            return "–"
        words = dict(Trouble.choices).get(library.trouble, library.trouble)
        return f"{standing.SIGNS['trouble']} {words}, {standing.age(library.trouble_since, now())}"

    @admin.display(description=_("left alone"))
    def rests(self, library: Library) -> str:
        """Until when no due card is visited, because several in a row failed alike."""
        if library.rest_until is None or library.rest_until <= now():
            return "–"
        until = date_format(library.local(library.rest_until), "DATETIME_FORMAT")
        return gettext("until %(time)s, its time; “Switch on” ends that") % {"time": until}

    @admin.display(description=_("options it understands"))
    def understood(self, library: Library) -> SafeString:
        """Every option of every system, the library's own system open."""
        return render_to_string("admin/cards/options.html", explained(library.system))

    @admin.action(description=_("Switch off: no more visits"), permissions=["change"])
    def switch_off(self, request: HttpRequest, chosen: QuerySet[Library]) -> None:
        """Until somebody switches it on again."""
        chosen.update(enabled=False)

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, chosen: QuerySet[Library]) -> None:
        """Its cards are due at the next run, also where the website was to be left alone for a while."""
        chosen.update(enabled=True, stops=0, rest_until=None)
