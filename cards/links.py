"""Addresses of our own pages, for mail; and the signed one that switches mail off."""

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse

# Signed, not secret, and without an end: a link in an old mail must still work. All it can do is switch mail off.
_SIGNER = Signer(salt="cards.links.unsubscribe", sep=".")


def on_site(path: str) -> str:
    """The full address of a page of ours."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def status_url() -> str:
    """The page with all of a person's cards."""
    return on_site("/")


def library_admin_url(library: int) -> str:
    """Where staff mend a library."""
    return on_site(f"{reverse('admin:index')}cards/library/{library}/change/")


def unsubscribe_url(user: int) -> str:
    """Where this person's mail is switched off, without signing in."""
    return on_site(reverse("unsubscribe", args=[_SIGNER.sign(str(user))]))


def person_of(token: str) -> int:
    """Whose mail the link switches off. Raises BadSignature for one that we did not sign."""
    return int(_SIGNER.unsign(token))
