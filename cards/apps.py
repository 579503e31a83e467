"""The app's name in Django, and its system checks."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    """Families, libraries, cards."""

    name = "cards"
    verbose_name = _("LibraryHippo")

    def ready(self) -> None:
        """Registers the groups of staff, the system checks, and what a sign-in means to an account that was idle."""
        post_migrate.connect(import_module("cards.roles").ensure, sender=self)
        import_module("cards.checks")
        import_module("cards.household.idle")
        import_module("cards.signing_in.addresses")
        import_module("cards.signing_in.second_factor")
        import_module("cards.signing_in.sessions")
