"""Admin pages that show something of families: each look is recorded for those families to see."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now

from cards import looks
from cards.models import Family, StaffLook, User


class WatchedAdmin(admin.ModelAdmin):
    """`path_to_rows` leads from a family to the rows of this page, as in a query."""

    path_to_rows: ClassVar[str]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """One row, looked at: on its page, its history, and before it is deleted."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            self.record(request, [found.pk], StaffLook.What.SEEN)
        return found

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The rows of a list."""
        shown = super().get_changelist_instance(request)
        self.record(request, [row.pk for row in shown.result_list], StaffLook.What.LISTED)
        return shown

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """One row, changed."""
        self.record(request, [obj.pk], StaffLook.What.CHANGED)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Rows about to be deleted."""
        self.record(request, [row.pk for row in queryset], StaffLook.What.CHANGED)
        return super().log_deletions(request, queryset)

    def record(self, request: HttpRequest, rows: Iterable[Any], what: StaffLook.What) -> None:
        """That whoever is signed in did this with these rows."""
        families = Family.objects.filter(**{f"{self.path_to_rows}__in": list(rows)})
        looks.record(families, cast(User, request.user), what, now())
