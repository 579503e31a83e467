"""What browsers may do with our pages, and how much they may send us."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

MOST_SENT = 1_000_000  # bytes; our longest form takes a few thousand
BUILT_IN = {"google": "https://accounts.google.com", "github": "https://github.com"}
# Passkeys are the one thing of a device that our pages use (Permissions Policy, W3C).
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


def content_security_policy(providers: dict[str, Any], further: Iterable[str]) -> dict[str, Any]:
    """For django-csp: everything from ourselves, nothing inline.

    Signing in posts a form and is redirected to the provider, which browsers take for the form's target too.
    `further` are origins to which a provider itself leads on.
    """
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "base-uri": [NONE],
            "connect-src": [SELF],
            "form-action": [SELF, *provider_origins(providers), *further],
            "frame-ancestors": [NONE],
            "img-src": [SELF],
            "script-src": [SELF],
            "style-src": [SELF],
        }
    }


def provider_origins(providers: dict[str, Any]) -> list[str]:
    """The origins of the sign-in providers that are switched on."""
    found = [BUILT_IN[each] for each in providers if each in BUILT_IN]
    for app in providers.get("openid_connect", {}).get("APPS", ()):
        parts = urlsplit(app["settings"]["server_url"])
        found.append(f"{parts.scheme}://{parts.netloc}")
    return found


Handler = Callable[[HttpRequest], HttpResponse]


def permissions_policy(handler: Handler) -> Handler:
    """Middleware: no page of ours asks for camera, place or the like."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = handler(request)
        response.headers["Permissions-Policy"] = PERMISSIONS
        return response

    return answer


def refuse_large_bodies(handler: Handler) -> Handler:
    """Middleware: answers 413 to what no form of ours sends, before any of it is read."""

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= MOST_SENT:
            return handler(request)
        return HttpResponse(_("That is too much at once."), status=413, content_type="text/plain; charset=utf-8")

    return answer
