"""To a provider and back. Whatever a provider does, or is not there to do, ends on a page with a way on."""

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from cards.signing_in import strangers

# Out of reach, or an answer that is not what the standard says. (Errors of `requests` are OSErrors.)
OF_PROVIDERS = (OSError, LookupError, ValueError, TypeError, AttributeError)


@require_POST
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider; for somebody who is signed in, to add it as a way in."""
    provider = _provider(request, provider_id)
    if limited := ratelimit.consume_or_429(request, action="login"):
        return cast(HttpResponse, limited)
    process = AuthProcess.LOGIN
    if request.user.is_authenticated:
        raise_if_reauthentication_required(request, app="allauth.socialaccount")
        process = AuthProcess.CONNECT
    wished = get_next_redirect_url(request) or ""
    try:
        answer: HttpResponse = provider.redirect(request, process, next_url=wished)
    except OF_PROVIDERS:
        return strangers.turned_back(request, provider.name, None, {"state": {"next": wished}})
    return answer


@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider, with or without what we asked for."""
    provider = _provider(request, provider_id)
    try:
        view = OAuth2CallbackView.adapter_view(provider.get_oauth2_adapter(request))
        answer: HttpResponse = view(request)
    except OF_PROVIDERS:
        return strangers.turned_back(request, provider.name, None, {})
    return answer


def _provider(request: HttpRequest, provider_id: str) -> Any:
    """Raises Http404 for one that is not switched on."""
    try:
        return get_adapter(request).get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
