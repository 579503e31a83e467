"""Libraries that people miss: staff look whether they can be read, and say when they have."""

from django.contrib import admin
from django.http import HttpRequest

from cards.models import LibraryWish


@admin.register(LibraryWish)
class LibraryWishAdmin(admin.ModelAdmin):
    """What was asked for, those first that nobody has answered."""

    list_display = ("name", "url", "created", "answered")
    list_editable = ("answered",)
    list_filter = ("answered", "created")
    search_fields = ("name", "url")
    fields = ("name", "url", "by", "created", "answered")
    readonly_fields = ("name", "url", "by", "created")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only people who miss a library ask for one."""
        return False
