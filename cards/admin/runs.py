"""Runs and checks: what was done, when, and how it went. Nobody writes here."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cards.admin import reading, standing
from cards.admin.read_only import ReadOnlyAdmin
from cards.admin.watched import WatchedAdmin
from cards.models import Check, Run


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """The runs of check_cards, and of everybody's "check now"."""

    list_display = ("began", "trigger", "took", "checked", "ok", "failed", "mailed", "finished")
    list_filter = ("trigger", "began")
    date_hierarchy = "began"
    fields = ("trigger", "began", "finished", "took", "checked", "ok", "failed", "mailed", "checks_made")
    readonly_fields = fields

    class Media:
        css = {"all": ["cards/admin.css"]}  # noqa: RUF012  as Django reads it

    @admin.display(description=_("took"))
    def took(self, run: Run) -> str:
        """Seconds or minutes; a dash where it never finished."""
        if run.finished is None:
            return "–"
        seconds = (run.finished - run.began).total_seconds()
        return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"

    @admin.display(description=_("checks"))
    def checks_made(self, run: Run) -> SafeString:
        """As a table."""
        return reading.checks_of(run)


@admin.register(Check)
class CheckAdmin(WatchedAdmin, ReadOnlyAdmin):
    """Every attempt of the last weeks: where a library began to fail, and with which words."""

    path_to_rows = "cards__checks"

    list_display = ("began", "card", "went", "seconds", "requests", "loans", "holds", "error")
    list_filter = ("outcome", "card__library", "began")
    list_select_related = ("card__library",)
    fields = ("card", "run", "began", "seconds", "requests", "went", "error", "loans", "holds")

    @admin.display(description=_("outcome"), ordering="outcome")
    def went(self, check: Check) -> str:
        """A sign and words."""
        return standing.outcome(check.outcome)
