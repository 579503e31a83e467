"""A library card: sealed credentials, the latest good snapshot, what went wrong, when to look again."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cards import vault
from cards.models.family import Family
from cards.models.library import Library
from libraries.account import AccountSnapshot, Login, from_json


class Trouble(models.TextChoices):
    """What went wrong last: the kinds of `libraries.errors`, and `FAILED` for a fault of ours."""

    NONE = "", _("none")
    LOGIN_FAILED = "login_failed", _("login refused")
    PATRON_MUST_ACT = "patron_must_act", _("patron must act")
    SITE_UNAVAILABLE = "site_unavailable", _("site unavailable")
    SITE_SLOW = "site_slow", _("site too slow")
    SITE_ERROR = "site_error", _("site failing")
    MAINTENANCE = "maintenance", _("site in maintenance")
    BAD_CERTIFICATE = "bad_certificate", _("bad certificate")
    SITE_REFUSED_US = "site_refused_us", _("site refused us")
    LAYOUT_CHANGED = "layout_changed", _("page not understood")
    MISCONFIGURED = "misconfigured", _("misconfigured")
    FAILED = "failed", _("our fault")


STOPPING = (Trouble.LOGIN_FAILED, Trouble.PATRON_MUST_ACT)
SEALED = ("number_sealed", "pin_sealed", "fingerprint", "credentials_version")  # what new credentials change
LIFTED = ("trouble", "trouble_words", "trouble_url", "trouble_since", "failures", "next_check_at")


class CardQuerySet(models.QuerySet["Card"]):
    """Named questions about cards."""

    def kept(self) -> Self:
        """Those that a family keeps: no drafts."""
        return self.filter(draft_by=None)

    def active(self) -> Self:
        """Those that may be visited at all: neither paused nor stopped by a refusal, at a library that is visited."""
        return self.filter(library__enabled=True, library__confirmed=True, paused=False).exclude(trouble__in=STOPPING)

    def due(self, now: datetime) -> Self:
        """Active cards whose time has come. A draft is visited only when somebody asks."""
        return self.active().kept().filter(next_check_at__lte=now)

    def unclaimed(self, now: datetime) -> Self:
        """Cards that no living process holds."""
        return self.filter(models.Q(lease_until=None) | models.Q(lease_until__lt=now))


class Card(models.Model):
    """One person's card at one library."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="cards", verbose_name=_("family"))
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="cards", verbose_name=_("library"))
    patron_name = models.CharField(_("name on the card"), max_length=100)
    number_sealed = models.BinaryField(_("number, sealed"), editable=False)
    pin_sealed = models.BinaryField(_("PIN, sealed"), editable=False)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, editable=False, db_index=True)
    credentials_version = models.PositiveIntegerField(_("credentials version"), default=1, editable=False)
    interval_hours = models.PositiveSmallIntegerField(
        _("hours between checks"), default=6, validators=[MinValueValidator(1)]
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    draft_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        db_index=False,  # nearly all are NULL: SQLite took such an index for the best way to any card
        related_name="drafts",
        verbose_name=_("draft of"),
        help_text=_("Being tried by this person, and not yet the family's"),
    )
    paused = models.BooleanField(_("paused"), default=False, help_text=_("Neither visited nor told of"))
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)
    tone = models.PositiveSmallIntegerField(
        _("colour"), null=True, blank=True, help_text=_("A number of the palette; empty: by the order of the people")
    )
    initial = models.CharField(_("initial"), max_length=2, blank=True, help_text=_("Empty: that of the name"))

    snapshot = models.JSONField(_("snapshot"), null=True, editable=False)
    snapshot_at = models.DateTimeField(_("read at"), null=True, editable=False)
    read_version = models.PositiveIntegerField(
        _("read with"), default=0, editable=False, help_text=_("The version of the credentials that read the snapshot")
    )

    trouble = models.CharField(
        _("trouble"), max_length=20, choices=Trouble, default=Trouble.NONE, blank=True, editable=False
    )
    trouble_words = models.TextField(_("the library's words"), blank=True, editable=False)
    trouble_url = models.URLField(_("where to act"), blank=True, max_length=500, editable=False)
    trouble_since = models.DateTimeField(_("in trouble since"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)

    last_began = models.DateTimeField(_("last visit began"), null=True, editable=False)
    next_check_at = models.DateTimeField(_("next check at"), default=timezone.now, editable=False, db_index=True)
    lease_by = models.UUIDField(_("being checked by"), null=True, editable=False)
    lease_until = models.DateTimeField(_("being checked until"), null=True, editable=False)
    visiting = models.BooleanField(_("visit under way"), default=False, editable=False)

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        ordering = ("family", "position", "patron_name", "library__name")
        indexes = (
            models.Index(fields=("library", "next_check_at"), name="card_lane"),
            models.Index(fields=("lease_by",), condition=models.Q(lease_by__isnull=False), name="card_leased"),
            models.Index(fields=("draft_by",), condition=models.Q(draft_by__isnull=False), name="card_drafts"),
        )

    def __str__(self) -> str:
        return f"{self.patron_name}, {self.library}"

    def seal(self, *, number: str | None = None, pin: str | None = None) -> None:
        """Puts new credentials on the card (unsaved), lifts a stop, and has it checked at the next run.

        What is None stays as it is. A fresh version number keeps a visit that is still under way with
        the old credentials from saving its outcome over the new ones.
        """
        if number is not None:
            self.number_sealed = vault.seal(number, self.pk, "number")
            self.fingerprint = vault.fingerprint(self.library_id, number)
        if pin is not None:
            self.pin_sealed = vault.seal(pin, self.pk, "pin")
        self.credentials_version += 1
        self.lift_stop()

    def lift_stop(self) -> None:
        """The patron edited the credentials or said "try again": the card may be visited once more (unsaved)."""
        if self.trouble in STOPPING:
            self.trouble, self.trouble_words, self.trouble_url = Trouble.NONE, "", ""
            self.trouble_since, self.failures = None, 0
        self.next_check_at = timezone.now()

    def login(self) -> Login:
        """The credentials in the clear, for a visit only. Raises `vault.CannotOpen`."""
        return Login(
            number=vault.unseal(self.number_sealed, self.pk, "number"),
            pin=vault.unseal(self.pin_sealed, self.pk, "pin"),
            name=self.patron_name,
        )

    def account(self) -> AccountSnapshot | None:
        """The latest good snapshot, if there is one."""
        return None if self.snapshot is None else from_json(self.snapshot)

    def stopped(self) -> bool:
        """Whether we wait for the patron: not one more attempt until then."""
        return self.trouble in STOPPING

    def being_checked(self, now: datetime) -> bool:
        """Whether some living process holds the card."""
        return self.lease_until is not None and self.lease_until >= now

    def interval(self) -> timedelta:
        """How old a reading may get."""
        return timedelta(hours=self.interval_hours)


class CardChoice(models.Model):
    """What one person wants for one card, other than for their other cards."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="card_choices", verbose_name=_("person")
    )
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="choices", verbose_name=_("card"))
    days_ahead = models.PositiveSmallIntegerField(_("days ahead"), validators=[MaxValueValidator(14)])

    class Meta:
        verbose_name = _("choice for a card")
        verbose_name_plural = _("choices for cards")
        constraints = (models.UniqueConstraint(fields=("user", "card"), name="one_choice_a_person_and_card"),)

    def __str__(self) -> str:
        return f"choice {self.pk}"
