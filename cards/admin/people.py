"""People: they sign in by e-mail address, and say when they want their mail."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from cards import schedule
from cards.admin.buttons import ButtonsAdmin
from cards.admin.deeds import DEEDS
from cards.admin.watched import WatchedAdmin
from cards.models import Card, Membership, StaffLook, User
from cards.signing_in import first_link, second_factor

RIGHTS = ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")
WHEN_MAILED = {"mail_on", "mail_hour", "is_active"}


class FamilyInline(admin.TabularInline):
    """The families that the person belongs to."""

    model = Membership
    extra = 0
    verbose_name = gettext_lazy("family")
    verbose_name_plural = gettext_lazy("families")
    autocomplete_fields = ("family",)


@admin.register(User)
class PersonAdmin(WatchedAdmin, ButtonsAdmin):
    """Without passwords: nobody has one."""

    path_to_rows = "people"

    actions = (*DEEDS, "sign_in_link", "forget_second_factors")
    filter_horizontal = ("groups", "user_permissions")
    inlines = (FamilyInline,)
    list_display = ("email", "name", "mail_on", "mail_hour", "days_ahead", "is_staff", "last_login")
    list_filter = ("mail_on", "is_staff", "is_active")
    search_fields = ("name", "families__name")
    search_help_text = gettext_lazy("By name or family. What is searched for stands in the page's address.")
    ordering = ("email",)
    readonly_fields = ("last_login", "joined", "digest_day")
    fieldsets = (
        (None, {"fields": ("email", "name")}),
        (
            gettext_lazy("Mail"),
            {
                "fields": ("mail_on", "mail_hour", "days_ahead", "digest_day"),
                "description": gettext_lazy("One mail on each day on which something needs doing."),
            },
        ),
        (
            gettext_lazy("What they may do"),
            {
                "fields": RIGHTS,
                "classes": ["collapse"],
            },
        ),
        (gettext_lazy("Dates"), {"fields": ("last_login", "joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name")}),)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """A new person is an address and a name."""
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_urls(self) -> list[URLPattern]:
        """And finding somebody by address, which is posted: it belongs in no address of a page and in no log."""
        own = path("find/", self.admin_site.admin_view(self.find), name="cards_user_find")
        return [own, *super().get_urls()]

    @method_decorator(require_POST)
    def find(self, request: HttpRequest) -> HttpResponse:
        """To the person with that address, in any case of letters."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = User.objects.filter(email=request.POST.get("email", "").strip().lower()).first()
        if found is None:
            self.message_user(request, _("Nobody here has that address."), messages.WARNING)
            return redirect("admin:cards_user_changelist")
        return redirect("admin:cards_user_change", found.pk)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """Families come after the person."""
        return super().get_inlines(request, obj) if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """When a person reads their mail decides when their cards are checked."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and WHEN_MAILED & set(form.changed_data):
            schedule.reschedule(Card.objects.filter(family__people=obj).distinct(), now())

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only owners say what staff may do, and change the address by which one of them signs in."""
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        return (*fields, *RIGHTS, *(["email"] if obj and obj.is_staff else []))

    def has_owners_permission(self, request: HttpRequest) -> bool:
        """For what would let one person be another."""
        return bool(request.user.is_superuser)

    @admin.action(description=gettext_lazy("Forget passkeys and authenticator app"), permissions=["owners"])
    def forget_second_factors(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """For people who lost their phone and their recovery codes. They sign in by mail again, and are told."""
        self.record(request, [person.pk for person in chosen], StaffLook.What.CHANGED)
        done = sum(second_factor.forget(person) for person in chosen)
        said = ngettext(
            "%(count)s person signs in by mail alone again.", "%(count)s people sign in by mail alone again.", done
        )
        self.message_user(request, said % {"count": done})

    @admin.action(description=gettext_lazy("Make a sign-in link"), permissions=["owners"])
    def sign_in_link(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        """Shows links to pass on, to people whom no mail reaches. Whoever has one is let in; families see that."""
        allowed = chosen.filter(is_active=True)
        if left := chosen.count() - allowed.count():
            said = ngettext("No link was made for %(count)s person.", "No link was made for %(count)s people.", left)
            self.message_user(request, said % {"count": left}, messages.WARNING)
        self.record(request, [person.pk for person in allowed], StaffLook.What.LINK)
        links = [(person, first_link.link(person)) for person in allowed]
        context = {**admin.site.each_context(request), "title": _("Sign-in links"), "opts": self.opts, "links": links}
        return TemplateResponse(request, "admin/cards/sign_in_links.html", context) if links else None
