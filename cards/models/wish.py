"""Libraries that people miss, for staff to look at."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LibraryWish(models.Model):
    """ "My library is not here": where it is found, told to staff."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="library_wishes",
        verbose_name=_("asked by"),
    )
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("address of its website"), max_length=500)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    answered = models.BooleanField(_("answered"), default=False)

    class Meta:
        verbose_name = _("library wished for")
        verbose_name_plural = _("libraries wished for")
        ordering = ("answered", "-created")

    def __str__(self) -> str:
        return self.name
