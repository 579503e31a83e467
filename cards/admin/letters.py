"""The outbox: which letters wait, and which were sent. Their words are not for staff to read."""

from django.contrib import admin

from cards.admin.read_only import ReadOnlyAdmin
from cards.admin.watched import WatchedAdmin
from cards.models import Letter


@admin.register(Letter)
class LetterAdmin(WatchedAdmin, ReadOnlyAdmin):
    """Without bodies and subjects."""

    path_to_rows = "people__letters"

    list_display = ("created", "kind", "to", "attempts", "sent", "trouble")
    list_filter = ("kind", ("sent", admin.EmptyFieldListFilter), "created")
    fields = ("kind", "user", "to", "message_id", "created", "attempts", "held_until", "sent", "trouble")
    list_select_related = ("user",)
