"""A person: signs in by e-mail address, and says when and about what to be mailed."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MailWhen(models.TextChoices):
    """On which days a person is mailed."""

    EACH_DAY = "each_day", _("every day while something needs doing")
    NEW = "new", _("only when something is new")


EVERY_DAY = "1234567"


def validate_weekdays(days: str) -> None:
    """Refuses anything but ISO weekdays in order, 1 for Monday, each at most once."""
    if not days or days != "".join(sorted(set(days))) or not set(days) <= set(EVERY_DAY):
        raise ValidationError(_("Choose at least one day of the week."))


class UserManager(BaseUserManager["User"]):
    """Finds people by address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person. Raises ValueError without an address.

        Nobody has a password: the one that Django's own commands ask for is thrown away.
        """
        if not email:
            raise ValueError("a person needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who may do everything in admin."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with that address, in any case of letters."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. One mail a day at most, over all their families, at their hour."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    mail_on = models.BooleanField(_("send mail"), default=True)
    mail_hour = models.PositiveSmallIntegerField(
        _("hour of the mail"),
        default=6,
        validators=[MaxValueValidator(23)],
        help_text=_("0 to 23, in the family's time zone"),
    )
    days_ahead = models.PositiveSmallIntegerField(
        _("days ahead"),
        default=3,
        validators=[MinValueValidator(0), MaxValueValidator(14)],
        help_text=_("Mail when something is due within so many days"),
    )
    mail_when = models.CharField(_("how often"), max_length=10, choices=MailWhen, default=MailWhen.EACH_DAY)
    mail_weekdays = models.CharField(
        _("days of the week"),
        max_length=7,
        default=EVERY_DAY,
        validators=[validate_weekdays],
        help_text=_("As ISO weekdays: 1 is Monday"),
    )
    weekly_word = models.BooleanField(
        _("a line once a week when all is well"),
        default=False,
        help_text=_("After seven days without a mail"),
    )
    muted = models.JSONField(
        _("kinds of news not wanted"),
        default=list,
        blank=True,
        help_text=_("Kinds of notifications.lines"),
    )
    away_from = models.DateField(_("away from"), null=True, blank=True)
    away_until = models.DateField(_("away until"), null=True, blank=True, help_text=_("The last day without mail"))
    language = models.CharField(
        _("language"), max_length=10, blank=True, help_text=_("Of pages and mails; empty: the browser's")
    )
    seen_language = models.CharField(
        _("browser's language"), max_length=10, blank=True, editable=False, help_text=_("Of the pages that they saw")
    )
    plain_text = models.BooleanField(_("plain text only"), default=False)
    mail_failing_since = models.DateTimeField(_("mail refused since"), null=True, editable=False)
    mail_failing_reason = models.CharField(
        _("mail refused because"), max_length=100, blank=True, editable=False, help_text=_("Kind and SMTP code")
    )
    mail_refused_at = models.DateTimeField(_("mail last refused"), null=True, editable=False)
    active_at = models.DateTimeField(
        _("last seen"),
        default=timezone.now,
        editable=False,
        help_text=_("Last sign-in, click in a mail, or wish to keep the account"),
    )
    idle_warnings = models.PositiveSmallIntegerField(_("warned of deletion"), default=0, editable=False)
    idle_warned_at = models.DateTimeField(_("last warned"), null=True, editable=False)
    digest_day = models.DateField(
        _("last digest for"),
        null=True,
        editable=False,
        help_text=_("The last day whose mail was composed, or found not needed"),
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("email",)

    def __str__(self) -> str:
        """Without the address: this is what logs and admin's history show."""
        return self.name or str(_("person %(number)s") % {"number": self.pk})

    @property
    def shown(self) -> str:
        """As pages call the person, who may see it: by name, else by address."""
        return self.name or self.email

    def clean(self) -> None:
        """Addresses are kept in lower case, so that one person is one row."""
        self.email = self.email.strip().lower()

    def zone(self) -> ZoneInfo:
        """The time zone of the person's mail: their first family's, else the site's."""
        membership = self.memberships.select_related("family").first()
        return membership.family.zone() if membership else ZoneInfo(timezone.get_default_timezone_name())

    def local(self, now: datetime) -> datetime:
        """`now` on this person's clock."""
        return now.astimezone(self.zone())

    def mail_language(self) -> str:
        """The language of the person's mails: the one that they chose, else their browser's, else the site's."""
        known = dict(settings.LANGUAGES)
        return next((each for each in (self.language, self.seen_language) if each in known), settings.LANGUAGE_CODE)

    def days_by_card(self) -> dict[str, int]:
        """How many days ahead, for the cards of which they want it otherwise."""
        return {str(card): days for card, days in self.card_choices.values_list("card_id", "days_ahead")}
