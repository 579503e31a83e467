"""Where a person goes once they are in: where they wanted to, if that is a page of ours; else to where they begin."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from cards.models import User

_KEY = "onward"


def remember(request: HttpRequest, path: str) -> None:
    """Goes on to that page after sign-in. For pages whose address is a secret: it never stands in a query string."""
    if is_ours(path):
        request.session[_KEY] = path


def is_ours(path: str) -> bool:
    """Whether this is a path on this site, and no address of another."""
    return bool(path) and url_has_allowed_host_and_scheme(path, allowed_hosts=None)


def wished(request: HttpRequest) -> str:
    """The page asked for by `next`, or nothing."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    return path if is_ours(path) else ""


def begin(request: HttpRequest, user: User) -> str:
    """The page that was remembered; else the person's first: their cards, admin, or naming their family."""
    remembered: str = request.session.pop(_KEY, "")
    if remembered:
        return remembered
    if user.families.exists():
        return reverse("status")
    return reverse("admin:index" if user.is_staff else "new_family")
