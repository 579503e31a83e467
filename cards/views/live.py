"""Pages that follow what happens to their cards, by asking again: for what is new, or that nothing is."""

from django.http import HttpRequest, HttpResponse


def follows(request: HttpRequest) -> bool:
    """Whether a page's script asks, which wants a part of the page only."""
    return bool(getattr(request, "htmx", False))


def unchanged() -> HttpResponse:
    """204: the page stays as it is, and goes on asking."""
    return HttpResponse(status=204)
