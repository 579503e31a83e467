"""The page on which a person sees and changes how they sign in: passkeys, app, recovery codes, providers, sessions."""

from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.base.views import IndexView
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.socialaccount.adapter import get_adapter as provider_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cards.signing_in import devices


class Security(IndexView):
    """Everything at a glance."""

    template_name = "account/security.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's own, with providers."""
        linked = list(SocialAccount.objects.filter(user=self.request.user).order_by("pk"))
        providers = provider_adapter(self.request).list_providers(self.request)
        names = {each.sub_id: each.name for each in providers}
        taken = {each.provider for each in linked}
        return {
            **super().get_context_data(**kwargs),
            "linked": [(each, names.get(each.provider, each.provider)) for each in linked],
            "providers": [each for each in providers if each.sub_id not in taken],
        }


class AddPasskey(AddWebAuthnView):
    """The browser is asked for a passkey from the start."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the browser needs to make one."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = flows.begin_registration(self.request, self.request.user, passwordless=True)
        return {**context, "js_data": {"creation_options": options}}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in. POST ends one of their sessions, or all but this."""
    if request.method == "POST":
        return _end(request)
    mine = UserSession.objects.purge_and_list(request.user)
    shown = [
        {"session": each, "what": devices.name_of(each.user_agent)}
        for each in sorted(mine, key=lambda one: (not one.is_current(), -one.created_at.timestamp()))
    ]
    return render(request, "usersessions/usersession_list.html", {"sessions": shown})


def _end(request: HttpRequest) -> HttpResponse:
    if "session" not in request.POST:
        end_other_sessions(request, request.user)
        messages.success(request, _("You are signed out everywhere but here."))
        return redirect("usersessions_list")
    wanted = request.POST["session"]
    session = get_object_or_404(UserSession, user=request.user, pk=int(wanted) if wanted.isdecimal() else 0)
    end_sessions(request, [session])
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


@require_POST
@login_required
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """A provider no longer signs this person in. A code by mail always does."""
    linked = get_object_or_404(SocialAccount, user=request.user, pk=pk)
    raise_if_reauthentication_required(request, app="allauth.socialaccount")
    linked.delete()
    messages.success(request, _("It no longer signs you in. A code by mail still does."))
    return redirect("security")
