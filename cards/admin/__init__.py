"""What staff work in: one file a subject."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cards.admin import cards, families, letters, libraries, people, runs, wishes

__all__ = ["cards", "families", "letters", "libraries", "people", "runs", "wishes"]

admin.site.site_header = _("LibraryHippo staff")
admin.site.site_title = _("LibraryHippo staff")
admin.site.index_title = _("What we look after")
