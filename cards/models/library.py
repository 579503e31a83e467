"""A library as a row: its system, its options, how its website is to be treated, and how that fares."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cards.models.family import validate_timezone
from libraries.errors import Misconfigured
from libraries.fetch import build_adapter
from libraries.systems import SYSTEMS

MOST_SIDE_BY_SIDE = 4
LONGEST_PAUSE = 5  # seconds: a visit's time is not prolonged by its pauses
TYPICAL_VISIT = 3.0  # seconds: reckoned with before any was measured


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
    side_by_side = models.PositiveSmallIntegerField(
        _("visits side by side"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_SIDE_BY_SIDE)],
        help_text=_(
            "How many cards may be visited at the same time, 1 to 4. More is quicker, and easier taken for an attack: "
            "ask the library first. Where libraries share a website, the lowest number of theirs counts."
        ),
    )
    pause = models.FloatField(
        _("pause"),
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(LONGEST_PAUSE)],
        help_text=_(
            "Seconds between one request of a visit and the next, 0 to 5: for sites that shut out who is quick"
        ),
    )
    from_catalogue = models.JSONField(
        _("as the catalogue last said"),
        default=dict,
        editable=False,
        help_text=_("What staff did not change since is what the catalogue may change"),
    )

    host = models.CharField(
        _("website"),
        max_length=255,
        default="",
        db_index=True,
        editable=False,
        help_text=_("All visits there share one lane"),
    )
    visit_seconds = models.FloatField(
        _("a visit takes"),
        default=TYPICAL_VISIT,
        editable=False,
        help_text=_("Seconds, the latest visits counting most"),
    )
    stops = models.PositiveSmallIntegerField(
        _("stopped in a row"),
        default=0,
        editable=False,
        help_text=_("How often visits were broken off there since one went well"),
    )
    rest_until = models.DateTimeField(
        _("left alone until"), null=True, editable=False, help_text=_("No due card is visited before")
    )
    queued_until = models.DateTimeField(
        _("waits for a worker until"), null=True, editable=False, help_text=_("A worker has been asked to visit it")
    )

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

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Takes the website's host from the options; a website that was edited is tried anew."""
        names = None if update_fields is None else set(update_fields)
        self.host = host_of(self.options) or self.slug
        if names is not None and names & {"options", "slug"}:
            names.add("host")
        if names is not None and names & {"options", "system", "user_agent"}:
            self.stops, self.rest_until = 0, None
            names |= {"stops", "rest_until"}
        super().save(*args, update_fields=names, **kwargs)

    def clean(self) -> None:
        """Refuses options that do not fit the system, in the adapter's own words."""
        if self.system not in SYSTEMS:
            raise ValidationError({"system": _("There is no system %(system)s.") % {"system": self.system}})
        if not isinstance(self.options, dict):
            raise ValidationError({"options": _('Write them as {"base_url": "https://…"}.')})
        if str(self.options.get("base_url", "")).startswith("http:") and not settings.LIBRARY_ALLOW_PRIVATE:
            raise ValidationError({"options": _("base_url must be https: PINs would cross the network readable.")})
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
        """The adapter's options, the library's currency and time zone among them."""
        return {"currency": self.currency, "time_zone": self.timezone, **self.options}


def host_of(options: object) -> str:
    """The host of `base_url`, with its port if that is an odd one; "" where there is none to be found."""
    try:
        parts = urlsplit(str(options["base_url"]))  # type: ignore[index]
        port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    except (KeyError, TypeError, ValueError):
        return ""
    return f"{(parts.hostname or '')[:240]}{port}"
