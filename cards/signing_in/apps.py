"""Django's admin, behind our own door."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Stands in INSTALLED_APPS in the place of django.contrib.admin."""

    default_site = "cards.signing_in.admin_door.StaffSite"
