"""Signing in by e-mail address and password, and out by POST."""

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cards.views.private import private


class SignIn(LoginView):
    """Says the same of an unknown address and of a wrong password."""

    template_name = "cards/sign_in.html"
    redirect_authenticated_user = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """Labels stand above their fields, and need no colon."""
        return {**super().get_form_kwargs(), "label_suffix": ""}

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """As it is, but for nobody's cache and no search engine."""
        return private(super().dispatch(request, *args, **kwargs))


class SignOut(LogoutView):
    """Goes back to the welcome page."""

    next_page = "status"
