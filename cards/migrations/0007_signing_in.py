"""A table for the cache, and everybody's address where allauth looks for it: each was proven, or written by staff."""

from django.core.management import call_command
from django.db import migrations


def make_cache(apps, schema_editor):
    call_command("createcachetable", "cache", database=schema_editor.connection.alias, verbosity=0)


def drop_cache(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {schema_editor.quote_name('cache')}")


def copy_addresses(apps, schema_editor):
    """Passwords end here too: nobody signs in by one any more."""
    users = apps.get_model("cards", "User").objects
    addresses = apps.get_model("account", "EmailAddress").objects
    for user in users.iterator():
        kept = {"email": user.email.lower(), "verified": True, "primary": True}
        addresses.update_or_create(user=user, defaults=kept)
    users.exclude(password__startswith="!").update(password="!")


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0006_websites_and_seats"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RunPython(make_cache, drop_cache, elidable=False),
        migrations.RunPython(copy_addresses, migrations.RunPython.noop),
    ]
