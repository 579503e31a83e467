"""Whom a provider sends for the first time: whose account it is, and what must be proven before it is theirs."""

from time import time
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cards.models import User
from cards.signing_in import codes, persons

_KEY = "stranger"


def meet(request: HttpRequest, login: SocialLogin) -> None:
    """Makes a stranger known where a trusted provider vouches for their address; else sends a code there first."""
    if login.is_existing or login.state.get("process") == AuthProcess.CONNECT:
        return
    addresses = vouched_for(login)
    if addresses:
        user, new = persons.of_any(addresses, name=login.user.name)
        attach(request, login, user, tell=not new)
        return
    raise ImmediateHttpResponse(_prove_address(request, login))


def vouched_for(login: SocialLogin) -> list[str]:
    """Addresses that the provider states as verified, the main one first: none where the operator trusts it not."""
    if login.provider.app.settings.get("trusted") is not True:
        return []
    return [each.email.lower() for each in login.email_addresses if each.verified is True]


def attach(request: HttpRequest, login: SocialLogin, user: User, *, tell: bool) -> None:
    """From now on this account at the provider signs that person in. `tell` mails them so."""
    login.user = user
    if SocialAccount.objects.filter(provider=login.account.provider, uid=login.account.uid).exists():
        return
    try:
        with transaction.atomic():
            login.connect(request, user) if tell else login.save(request, connect=True)
    except IntegrityError:
        return  # the same person, in another window


def _prove_address(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    """A code goes to the address that the provider named; where it named none, the sign-in page asks for one."""
    onward, stored = login.state.get("next") or "", login.serialize()
    claimed = [each.email.lower() for each in login.email_addresses]
    if not claimed:
        request.session[_KEY] = {"login": stored, "provider": login.provider.name, "since": time()}
        return redirect(_sign_in(onward))
    try:
        codes.send(request, claimed[0], onward=onward, stranger=stored)
    except codes.NotSent as error:
        messages.error(request, str(error))
        return redirect(_sign_in(onward))
    return redirect("sign_in_code")


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """Who just came from a provider that did not tell their address."""
    found: dict[str, Any] | None = request.session.get(_KEY)
    if found and time() - found["since"] > codes.LASTS.total_seconds():
        request.session.pop(_KEY)
        return None
    return found


def no_longer_waiting(request: HttpRequest) -> None:
    """Once a code is on its way for them, or they went another way."""
    request.session.pop(_KEY, None)


def turned_back(request: HttpRequest, provider: str, error: str | None, known: dict[str, Any]) -> HttpResponse:
    """To the sign-in page, with what happened in plain words."""
    if error == AuthError.CANCELLED or request.GET.get("error") == "access_denied":  # some forget to send the state
        said = _("You did not let %(provider)s sign you in. Nothing was changed; here are other ways in.")
    else:
        said = _("Signing in with %(provider)s did not work. Try again, or take another way in.")
    messages.error(request, said % {"provider": provider})
    if request.user.is_authenticated:
        return redirect("security")
    return redirect(_sign_in((known.get("state") or {}).get("next") or ""))


def _sign_in(onward: str) -> str:
    return reverse("sign_in", query={"next": onward} if onward else None)
