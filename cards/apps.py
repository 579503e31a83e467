"""The app's name in Django, and its system checks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    """Families, libraries, cards."""

    name = "cards"
    verbose_name = _("LibraryHippo")
