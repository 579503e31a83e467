"""Signing in, under allauth's names and our addresses. What is not here of allauth cannot be reached."""

from collections.abc import Callable
from functools import wraps

from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from cards.signing_in import moving, security, sessions, views, with_provider
from cards.views.private import private

AnyView = Callable[..., HttpResponseBase]


def page(route: str, view: AnyView, name: str, **fixed: str) -> URLPattern:
    """A page for one person: kept by no cache, listed by no search engine."""

    @wraps(view)
    def hushed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        answer = private(view(request, *args, **kwargs))
        sessions.shorten(request)
        return answer

    return path(route, hushed, fixed, name=name)


def entering(view: type[mfa.AuthenticateView]) -> AnyView:
    """A page of somebody who is not in yet."""
    answer: AnyView = view.as_view(extra_context={"entering": True})
    return answer


urlpatterns = [
    page("sign-in/", views.sign_in, "sign_in"),
    page("sign-in/", views.sign_in, "account_login"),
    page("sign-in/code/", views.sign_in_code, "sign_in_code"),
    page("sign-in/passkey/", webauthn.login_webauthn, "mfa_login_webauthn"),
    page("sign-in/second-factor/", entering(mfa.AuthenticateView), "mfa_authenticate"),
    page("sign-in/with/<slug:provider_id>/", with_provider.begin, "sign_in_with"),
    page("sign-in/with/google/return/", with_provider.come_back, "google_callback", provider_id="google"),
    page("sign-in/with/github/return/", with_provider.come_back, "github_callback", provider_id="github"),
    page("sign-in/with/<slug:provider_id>/return/", with_provider.come_back, "openid_connect_callback"),
    page("sign-in/first/", views.first_sign_in, "first_sign_in_here"),
    page("sign-in/first/<uidb64>/<token>/", views.first_sign_in, "first_sign_in"),
    page("sign-in/demo/<token>/", views.demo_sign_in, "demo_sign_in"),
    page("sign-in/inactive/", views.inactive, "account_inactive"),
    page("sign-out/", LogoutView.as_view(), "sign_out"),
    page("sign-out/", LogoutView.as_view(), "account_logout"),
    page("account/", security.Security.as_view(), "security"),
    page("account/", security.Security.as_view(), "mfa_index"),
    page("account/address/", moving.new_address, "new_address"),
    page("account/confirm/", mfa.reauthenticate, "mfa_reauthenticate"),
    page("account/confirm/passkey/", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    page("account/confirm/any/", RedirectView.as_view(pattern_name="mfa_reauthenticate"), "account_reauthenticate"),
    page("account/app/", totp.activate_totp, "mfa_activate_totp"),
    page("account/app/remove/", totp.deactivate_totp, "mfa_deactivate_totp"),
    page("account/recovery-codes/", recovery.view_recovery_codes, "mfa_view_recovery_codes"),
    page("account/recovery-codes/new/", recovery.generate_recovery_codes, "mfa_generate_recovery_codes"),
    page("account/recovery-codes/download/", recovery.download_recovery_codes, "mfa_download_recovery_codes"),
    page("account/passkeys/", RedirectView.as_view(pattern_name="security"), "mfa_list_webauthn"),
    page("account/passkeys/add/", security.AddPasskey.as_view(), "mfa_add_webauthn"),
    page("account/passkeys/<int:pk>/", webauthn.edit_webauthn, "mfa_edit_webauthn"),
    page("account/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    page("account/sessions/", security.sessions, "usersessions_list"),
    page("account/providers/<int:pk>/remove/", security.unlink, "unlink_provider"),
]
