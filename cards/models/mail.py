"""What was told to whom, and the letters on their way."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """Something that a person was told about a card: the ledger that marks what is new."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    card = models.ForeignKey("cards.Card", on_delete=models.CASCADE, related_name="notices", verbose_name=_("card"))
    key = models.CharField(_("key"), max_length=200, help_text=_("What it was about, as due:31234:2026-05-01"))
    told = models.DateTimeField(_("told"), default=timezone.now)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-told",)
        constraints = (
            models.UniqueConstraint(fields=("user", "card", "key"), name="one_notice_a_person_card_and_key"),
        )

    def __str__(self) -> str:
        return f"notice {self.pk}"


class LetterKind(models.TextChoices):
    """Why a letter is written."""

    DIGEST = "digest", _("digest")
    WORD = "word", _("word on a quiet week")
    TEST = "test", _("test")
    STAFF = "staff", _("to staff")
    INVITATION = "invitation", _("invitation")
    IDLE = "idle", _("warning before deletion")
    FAREWELL = "farewell", _("farewell")


# What comes by itself, and ends when the person switches mail off.
REGULAR = (LetterKind.DIGEST, LetterKind.WORD)
# To people who have no account here, or none any more: no trace stays once such a letter is done with.
TRACELESS = (LetterKind.INVITATION, LetterKind.FAREWELL)


class Letter(models.Model):
    """The outbox: a mail composed once, stored, claimed, sent, marked. Its body is erased once sent."""

    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind)
    key = models.CharField(
        _("key"), max_length=200, unique=True, help_text=_("What makes it the same letter: digest:7:2026-05-01")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="letters", verbose_name=_("person")
    )
    to = models.EmailField(_("to"))
    message_id = models.CharField(_("Message-ID"), max_length=200)
    subject = models.CharField(_("subject"), max_length=400, blank=True)
    text = models.TextField(_("plain text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    reasons = models.JSONField(
        _("reasons"), default=dict, blank=True, help_text=_("How much of each kind of news asked for it; no titles")
    )
    created = models.DateTimeField(_("created"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    held_until = models.DateTimeField(
        _("held until"), null=True, editable=False, help_text=_("Some process is sending it until then")
    )
    not_before = models.DateTimeField(
        _("not before"), null=True, editable=False, help_text=_("When the mail server is asked again")
    )
    sent = models.DateTimeField(_("sent"), null=True)
    trouble = models.CharField(_("trouble"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-created",)
        indexes = (models.Index(fields=("created",), condition=models.Q(sent=None), name="letter_unsent"),)

    erased: ClassVar[dict[str, object]] = {"subject": "", "text": "", "html": "", "headers": {}}

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
