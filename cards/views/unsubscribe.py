"""Switches a person's mail off by the signed link in each mail: no login, and nothing else that it could do."""

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cards import links
from cards.models import User


@csrf_exempt  # a mail program posts here by itself (RFC 8058), and can only stop mail
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, and changes nothing; POST stops this person's mail, as often as it comes. Else 404."""
    person = _person(token)
    if request.method == "POST":
        User.objects.filter(pk=person.pk).update(mail_on=False)
        person.mail_on = False
    page = render(request, "cards/unsubscribe.html", {"mail_on": person.mail_on})
    page["X-Robots-Tag"] = "noindex"
    return page


def _person(token: str) -> User:
    try:
        return User.objects.get(pk=links.person_of(token))
    except (BadSignature, User.DoesNotExist):
        raise Http404 from None
