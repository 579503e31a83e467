"""How often somebody did something of which there may not be too much."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """So many times since `since`, for one limit and one person, address or library: shared by all processes.

    `key` names the limit and a hash of whom it is for.
    """

    key = models.CharField(_("key"), max_length=100, unique=True)
    since = models.DateTimeField(_("since"), db_index=True)
    many = models.PositiveIntegerField(_("many"), default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return self.key.partition(":")[0]
