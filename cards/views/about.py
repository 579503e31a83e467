"""Pages for everybody: what this is and how it works, and what becomes of what people entrust to it."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cards import answers, looks, telling
from cards.household import idle, inviting
from cards.models import Library
from cards.views.private import private


@require_safe
def about(request: HttpRequest) -> HttpResponseBase:
    """What it is, which libraries it reads, and why a card cannot be checked."""
    libraries = Library.objects.visited().only("name", "place", "works_since", "trouble")
    context: dict[str, object] = {"libraries": libraries, "answers": answers.ANSWERS, "contact": settings.CONTACT}
    return _answer(request, "privacy/about.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponseBase:
    """What is stored, for how long, who sees it; the figures are those that the code goes by."""
    context = {
        "history_days": settings.CHECKS_KEPT_DAYS,
        "ledger_days": telling.LEDGER_KEPT.days,
        "session_days": settings.SESSION_COOKIE_AGE // 86400,
        "look_days": looks.KEPT.days,
        "invitation_days": inviting.LASTS.days,
        "idle_days": settings.IDLE_DAYS,
        "warnings": idle.WARNINGS,
        "contact": settings.CONTACT,
    }
    return _answer(request, "privacy/privacy.html", context)


def _answer(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponseBase:
    """With the name of whoever is signed in on it, it is for nobody's cache."""
    answer = render(request, template, context)
    return private(answer) if request.user.is_authenticated else answer
