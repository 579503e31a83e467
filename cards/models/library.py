"""A library as a row: its system, its options, and the lane that keeps visits to it one at a time."""

from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cards.models.family import validate_timezone
from libraries.errors import Misconfigured
from libraries.fetch import build_adapter
from libraries.systems import SYSTEMS


class LibraryQuerySet(models.QuerySet["Library"]):
    """Named questions about libraries."""

    def visited(self) -> Self:
        """Those that are visited: switched on, and confirmed."""
        return self.filter(enabled=True, confirmed=True)

    def named(self, name: str) -> Self:
        """By short name, or by full name in any case of letters."""
        return self.filter(models.Q(slug=name) | models.Q(name__iexact=name))


class Library(models.Model):
    """A library that families have cards of. One row names one system; nothing falls back to another."""

    slug = models.SlugField(_("short name"), unique=True, help_text=_("As in: check_cards --library waterloo"))
    name = models.CharField(_("name"), max_length=200)
    place = models.CharField(_("place"), max_length=200, blank=True)
    system = models.CharField(_("system"), max_length=40, help_text=_("What the library's website runs on"))
    options = models.JSONField(
        _("options"), default=dict, blank=True, help_text=_("The system's options, base_url first")
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, default="America/Toronto", validators=[validate_timezone]
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="CAD",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, like CAD."))],
    )
    note = models.TextField(_("note to patrons"), blank=True)
    enabled = models.BooleanField(_("enabled"), default=True, help_text=_("Whether its cards are checked"))
    confirmed = models.BooleanField(
        _("confirmed"),
        default=True,
        help_text=_("Whether somebody read a card there with these options. No family's card is visited before that."),
    )
    works_since = models.DateTimeField(
        _("works since"), null=True, editable=False, help_text=_("Its first good check of a family's card")
    )
    user_agent = models.CharField(
        _("User-Agent"), max_length=200, blank=True, help_text=_("Only where this library needs another than ours")
    )
    from_catalogue = models.JSONField(
        _("as the catalogue last said"),
        default=dict,
        editable=False,
        help_text=_("What staff did not change since is what the catalogue may change"),
    )

    lane_holder = models.UUIDField(_("lane held by"), null=True, editable=False)
    lane_until = models.DateTimeField(_("lane held until"), null=True, editable=False)

    trouble = models.CharField(
        _("trouble"), max_length=40, blank=True, editable=False, help_text=_("What staff were last told about it")
    )
    trouble_since = models.DateTimeField(_("in trouble since"), null=True, editable=False)

    objects = LibraryQuerySet.as_manager()

    class Meta:
        verbose_name = _("library")
        verbose_name_plural = _("libraries")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuses options that do not fit the system, in the adapter's own words."""
        if self.system not in SYSTEMS:
            raise ValidationError({"system": _("There is no system %(system)s.") % {"system": self.system}})
        if not isinstance(self.options, dict):
            raise ValidationError({"options": _('Write them as {"base_url": "https://…"}.')})
        try:
            build_adapter(self.system, self.all_options())
        except Misconfigured as error:
            raise ValidationError({"options": error.message}) from error

    @property
    def visited(self) -> bool:
        """Whether its cards are checked at all."""
        return self.enabled and self.confirmed

    @property
    def beta(self) -> bool:
        """Whether no card of a family was ever read well there."""
        return self.works_since is None

    def zone(self) -> ZoneInfo:
        """The library's time zone: its days are the days on its pages."""
        return ZoneInfo(self.timezone)

    def local(self, now: datetime) -> datetime:
        """`now` on the library's clock."""
        return now.astimezone(self.zone())

    def all_options(self) -> dict[str, object]:
        """The adapter's options, the library's currency among them."""
        return {"currency": self.currency, **self.options}
