"""Keeps allauth's table of addresses in step with ours: each person has one, and it is proven.

Nobody gets an account before the code that was sent to their address is right, or staff have written it down.
"""

from collections.abc import Collection
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models.signals import post_save
from django.dispatch import receiver

from cards.models import User


@receiver(post_save, sender=User)
def _keep_in_step(instance: User, update_fields: Collection[str] | None, raw: bool = False, **kwargs: Any) -> None:
    if raw or (update_fields is not None and "email" not in update_fields):
        return
    kept = {"email": instance.email, "verified": True, "primary": True}
    EmailAddress.objects.update_or_create(user=instance, defaults=kept)
