"""The leases that keep a website to as many visits at once as it bears, over all processes and machines."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Seat(models.Model):
    """One of the places at a website: who holds it may make one visit there at a time.

    There are as many of a host as visits may be made side by side, over all processes and machines.
    """

    host = models.CharField(_("website"), max_length=255)
    number = models.PositiveSmallIntegerField(_("number"))
    holder = models.UUIDField(_("held by"), null=True)
    until = models.DateTimeField(_("held until"), null=True)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = (models.UniqueConstraint(fields=("host", "number"), name="one_seat_a_host_and_number"),)

    def __str__(self) -> str:
        return f"{self.host} {self.number}"
