"""What staff may do, in three groups. Nobody's group lets anyone read a number or a PIN."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

SUPPORT, CATALOGUE, OWNER = "support", "catalogue", "owner"
# Sees how families' cards stand, to answer their questions, and changes nothing.
_SUPPORT = ("view_family", "view_user", "view_card", "view_check", "view_run", "view_letter", "view_library")
# Looks after libraries and their options, and sees no family.
_CATALOGUE = ("add_library", "change_library", "view_library", "view_librarywish", "change_librarywish", "view_run")


def ensure(**kwargs: Any) -> None:
    """Makes the groups, with exactly these rights; after each migration. Other groups are the operator's own."""
    create_permissions(apps.get_app_config("cards"), verbosity=0)  # Django makes them after the migrations, as we do
    ours = Permission.objects.filter(content_type__app_label="cards")
    for name, wanted in (
        (SUPPORT, ours.filter(codename__in=_SUPPORT)),
        (CATALOGUE, ours.filter(codename__in=_CATALOGUE)),
        (OWNER, ours),
    ):
        Group.objects.get_or_create(name=name)[0].permissions.set(wanted)
