"""Letters to staff when a library needs them."""

import hashlib

from django.conf import settings
from django.utils import timezone, translation

from cards import links, outbox
from cards.models import Letter, LetterKind, Library
from notifications.incident import incident


def staff_incident(library: Library, kind: str, message: str) -> None:
    """Puts one letter for each of the staff into the outbox; the same incident is never told twice.

    `kind` is "incomplete" or that of an error of `libraries.errors`, `message` its words.
    """
    row = Library.objects.filter(pk=library.pk).values_list("trouble_since", flat=True).first()
    since = row or timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        subject, text = incident(
            library.name,
            kind,
            message,
            since=library.local(since),
            cards=library.cards.count(),
            admin_url=links.library_admin_url(library.pk),
        )
    incident_key = f"staff:{library.slug}:{kind}:{since.isoformat()}"
    letters = [
        outbox.letter(LetterKind.STAFF, f"{incident_key}:{_name(to)}", to, subject, text, timezone.now())
        for to in settings.STAFF_EMAILS
    ]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)


def _name(address: str) -> str:
    return hashlib.sha256(address.lower().encode()).hexdigest()[:16]
