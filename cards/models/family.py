"""A family and the adults who belong to it."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from cards.models.card import Card


def validate_timezone(name: str) -> None:
    """Refuses a name that is not in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is no time zone. Write one like America/Toronto."), params={"name": name})


class Family(models.Model):
    """People who share their library cards."""

    name = models.CharField(_("name"), max_length=100)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="America/Toronto", validators=[validate_timezone]
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="families", verbose_name=_("people")
    )
    created = models.DateTimeField(_("created"), default=now, editable=False)

    cards: models.Manager["Card"]

    class Meta:
        verbose_name = _("family")
        verbose_name_plural = _("families")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    def zone(self) -> ZoneInfo:
        """The family's time zone."""
        return ZoneInfo(self.timezone)


class Membership(models.Model):
    """One adult in one family."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("family"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    joined = models.DateTimeField(_("joined"), default=now, editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("family", "user"), name="one_membership_a_person_and_family"),)

    def __str__(self) -> str:
        return f"{self.user}, {self.family}"


class Invitation(models.Model):
    """An adult asked into a family by e-mail. The link works once, until it expires; only its hash is kept."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("family"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="invitations",
        verbose_name=_("invited by"),
    )
    email = models.EmailField(_("e-mail address"))
    token_hash = models.CharField(_("hash of the link"), max_length=64, unique=True, editable=False)
    created = models.DateTimeField(_("created"), default=now, editable=False)
    expires = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"invitation {self.pk}"
