"""Marks answers that are for one person: no cache keeps them, no search engine lists them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django_htmx.http import HttpResponseClientRefresh

from cards.views.live import follows


def private(answer: HttpResponseBase) -> HttpResponseBase:
    """The same answer, marked."""
    patch_cache_control(answer, private=True, no_store=True)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The way to sign in, and back to a page that can be asked for; a page's script has the whole page go there."""
    if follows(request):
        return private(HttpResponseClientRefresh())
    return redirect_to_login(request.get_full_path()) if request.method in ("GET", "HEAD") else redirect("sign_in")


def for_people(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A private page for those who are signed in; others are sent to sign in.

    A page that follows its cards is told to load anew, if its person signed out or what it shows is gone.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        try:
            return private(view(request, *args, **kwargs))
        except Http404:
            if follows(request):
                return private(HttpResponseClientRefresh())
            raise

    return answer
