"""Whether a person has a passkey or an authenticator app, and whether they showed it in this session."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_used
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import override

from cards.models import User

_KEY = "second_factor_of"
KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_one(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Recovery codes alone are none: they stand in for one that is lost."""
    return bool(is_mfa_enabled(user, KINDS))


def was_seen(request: HttpRequest) -> bool:
    """Whether the person who is signed in showed a second factor in this session, and still has one."""
    return request.user.is_authenticated and request.session.get(_KEY) == request.user.pk and has_one(request.user)


def forget(user: User) -> bool:
    """Takes the person's passkeys, app and recovery codes away, and tells them. Whether there were any."""
    if not Authenticator.objects.filter(user=user).delete()[0]:
        return False
    with override(user.mail_language()):
        get_adapter().send_notification_mail("mfa/email/forgotten", user)
    return True


@receiver(authenticator_used)
def _used(request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    request.session[_KEY] = user.pk


@receiver(authenticator_added)
def _added(request: HttpRequest, user: AbstractBaseUser, authenticator: Authenticator, **kwargs: Any) -> None:
    """Who adds one has just shown it, and is not asked for it again on the page that follows."""
    if authenticator.type in KINDS:
        request.session[_KEY] = user.pk
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
