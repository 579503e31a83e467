"""Letters to staff when a library needs them."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation

from cards import links, outbox
from cards.models import Letter, LetterKind, Library, Trouble
from notifications.incident import incident

A_DAY = timedelta(days=1)


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


def stopped_there(library: Library, kind: str, message: str, since: datetime) -> None:
    """Staff hear that visits to a website were broken off, unless they know; of a site under repair they need not.

    A site that goes down every night is told of once a day at most.
    """
    if kind == Trouble.MAINTENANCE or not begins(library, kind, since):
        return
    lately = Letter.objects.filter(key__startswith=f"staff:{library.slug}:{kind}:", created__gt=since - A_DAY)
    if not lately.exists():
        staff_incident(library, kind, message)


def begins(library: Library, kind: str, since: datetime) -> bool:
    """Marks the library as in trouble. Whether that is news: neither it nor another at its website was so before."""
    well = Library.objects.filter(pk=library.pk, trouble="")
    known = Library.objects.filter(host=library.host, trouble=kind).exclude(pk=library.pk)
    return bool(well.update(trouble=kind, trouble_since=since)) and not known.exists()


def _name(address: str) -> str:
    return hashlib.sha256(address.lower().encode()).hexdigest()[:16]
