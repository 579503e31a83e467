"""Addresses of our own pages, for mail; and the signed one that switches mail off."""

from datetime import timedelta

from django.conf import settings
from django.core.signing import Signer, TimestampSigner
from django.urls import reverse

# Signed, not secret, and without an end: a link in an old mail must still work. All it can do is switch mail off.
_SIGNER = Signer(salt="cards.links.unsubscribe", sep=".")

# For as long as an account lives after its first warning, and then some.
_KEEPER = TimestampSigner(salt="cards.links.keep", sep=".")
KEEP_LASTS = timedelta(days=60)


def on_site(path: str) -> str:
    """The full address of a page of ours."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def status_url() -> str:
    """The page with all of a person's cards."""
    return on_site("/")


def why_mail_url() -> str:
    """Why the last mail came, and what to change; for whoever is signed in there."""
    return on_site(reverse("why_mail"))


def library_admin_url(library: int) -> str:
    """Where staff mend a library."""
    return on_site(f"{reverse('admin:index')}cards/library/{library}/change/")


def unsubscribe_url(user: int) -> str:
    """Where this person's mail is switched off, without signing in."""
    return on_site(reverse("unsubscribe", args=[_SIGNER.sign(str(user))]))


def person_of(token: str) -> int:
    """Whose mail the link switches off. Raises BadSignature for one that we did not sign."""
    return int(_SIGNER.unsign(token))


def keep_url(user: int) -> str:
    """Where this person says that they want to keep their account, without signing in."""
    return on_site(reverse("keep_account", args=[_KEEPER.sign(str(user))]))


def keeper_of(token: str) -> int:
    """Whose account the link keeps. Raises BadSignature for one that we did not sign, or that is too old."""
    return int(_KEEPER.unsign(token, max_age=KEEP_LASTS))
