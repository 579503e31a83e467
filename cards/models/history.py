"""What was done: one row a check of a card, one a run of the command."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """One run of check_cards, or of somebody's "check now"."""

    class Trigger(models.TextChoices):
        COMMAND = "command", _("check_cards")
        PAGE = "page", _("check now")
        ADMIN = "admin", _("staff")

    trigger = models.CharField(_("started by"), max_length=10, choices=Trigger, default=Trigger.COMMAND)
    began = models.DateTimeField(_("began"), default=timezone.now)
    finished = models.DateTimeField(_("finished"), null=True)
    checked = models.PositiveIntegerField(_("checked"), default=0)
    ok = models.PositiveIntegerField(_("ok"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    mailed = models.PositiveIntegerField(_("mailed"), default=0)
    parts = models.PositiveIntegerField(
        _("parts left"), default=0, editable=False, help_text=_("So many lanes are still at workers")
    )

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ("-began",)
        indexes = (models.Index(fields=("-finished",), name="run_finished"),)

    def __str__(self) -> str:
        return f"{self.get_trigger_display()} {timezone.localtime(self.began):%Y-%m-%d %H:%M}"


class Check(models.Model):
    """One attempt to read one card. `outcome` is "ok", "incomplete", or the kind of the error."""

    card = models.ForeignKey("cards.Card", on_delete=models.CASCADE, related_name="checks", verbose_name=_("card"))
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="checks", verbose_name=_("run"))
    began = models.DateTimeField(_("began"))
    seconds = models.FloatField(_("seconds"))
    requests = models.PositiveIntegerField(_("requests"), default=0)
    outcome = models.CharField(_("outcome"), max_length=20)
    error = models.TextField(_("error"), blank=True)
    loans = models.PositiveIntegerField(_("loans"), null=True)
    holds = models.PositiveIntegerField(_("holds"), null=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ("-began",)
        indexes = (
            models.Index(fields=("card", "-began"), name="check_card_began"),
            models.Index(fields=("began",), name="check_began"),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {timezone.localtime(self.began):%Y-%m-%d %H:%M}"


class StaffLook(models.Model):
    """A member of staff saw or changed something of a family's: recorded for that family to see."""

    class What(models.TextChoices):
        LISTED = "listed", _("saw it in a list")
        SEEN = "seen", _("looked at it closely")
        PAGE = "page", _("looked at your page of loans and holds")
        DIGEST = "digest", _("looked at the mail that you would get")
        CHANGED = "changed", _("changed something")
        LINK = "link", _("made a link to sign in as one of you")

    family = models.ForeignKey("cards.Family", on_delete=models.CASCADE, related_name="looks", verbose_name=_("family"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    who = models.CharField(_("name"), max_length=100, help_text=_("As it was then"))
    what = models.CharField(_("what"), max_length=10, choices=What)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("staff look")
        verbose_name_plural = _("staff looks")
        ordering = ("-at",)
        indexes = (models.Index(fields=("family", "-at"), name="look_family_at"),)

    def __str__(self) -> str:
        return f"{self.get_what_display()} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
