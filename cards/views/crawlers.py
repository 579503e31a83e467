"""What search engines and browsers ask every site for: what may be listed, and its sign."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

PUBLIC = ("status", "about", "privacy")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The public pages and what they are made of; nothing else (RFC 9309)."""
    allowed = [*(f"{reverse(name)}$" for name in PUBLIC), settings.STATIC_URL]
    lines = ["User-agent: *", *(f"Allow: {path}" for path in allowed), "Disallow: /"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For pages that name no sign of their own, as admin's."""
    return redirect(static("hippo.svg"))
