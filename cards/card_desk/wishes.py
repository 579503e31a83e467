"""Libraries that people miss: stored, and told to staff."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cards import links, outbox
from cards.models import Letter, LetterKind, LibraryWish
from notifications.scraped import clean


@transaction.atomic
def wish(wished: LibraryWish, now: datetime) -> None:
    """Stores it, with a letter to each of the staff in the outbox."""
    wished.created = now
    wished.save()
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("A library is wished for: %(name)s") % {"name": clean(wished.name)}
        text = _letter(wished)
    Letter.objects.bulk_create(
        outbox.letter(LetterKind.STAFF, f"wish:{wished.pk}:{number}", to, subject, text, now)
        for number, to in enumerate(settings.STAFF_EMAILS)
    )


def _letter(wished: LibraryWish) -> str:
    """Of the person no more than where staff find them: what they wrote may be anything."""
    where = f"{reverse('admin:index')}cards/librarywish/{wished.pk}/change/"
    words = _("Somebody misses this library here:")
    return f"{words}\n\n{clean(wished.name)}\n{clean(wished.url)}\n\n{links.on_site(where)}\n"
