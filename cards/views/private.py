"""Marks answers that are for one person: no cache keeps them, no search engine lists them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django_htmx.http import HttpResponseClientRefresh

from cards.views.live import follows


def private(answer: HttpResponseBase) -> HttpResponseBase:
    """The same answer, marked."""
    patch_cache_control(answer, private=True, no_store=True)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def for_people(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A private page for those who are signed in; others are sent to sign in, even in the midst of a page's polling."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return private(view(request, *args, **kwargs))
        if follows(request):
            return private(HttpResponseClientRefresh())
        return redirect_to_login(request.get_full_path())

    return answer
