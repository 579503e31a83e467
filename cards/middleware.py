"""Whoever is signed in: their language before the browser's, and that they were here."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from cards.household import idle
from cards.models import User

NOTED_ONCE_IN = timedelta(days=1)

Answer = Callable[[HttpRequest], HttpResponseBase]


def for_the_person(get_response: Answer) -> Answer:
    """Stands behind the middleware that signs in. That the answer depends on the cookie, sessions say in `Vary`."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            user, browsers = request.user, str(translation.get_language() or "")
            if user.language in dict(settings.LANGUAGES):
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
            _note(user, browsers, timezone.now())
        return get_response(request)

    return answer


def _note(user: User, language: str, now: datetime) -> None:
    """The account is in use, by a link in a mail or otherwise: written down once a day at most.

    So is the browser's language: mails go by it where the person chose none.
    """
    again = user.active_at <= now - NOTED_ONCE_IN
    if again or user.idle_warnings:
        idle.seen(user.pk, now)
    if user.seen_language != language and (again or not user.seen_language):
        User.objects.filter(pk=user.pk).update(seen_language=language)
