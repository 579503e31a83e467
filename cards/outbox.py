"""The outbox: letters as they are stored, and taken back. `sending` sees them off."""

from datetime import datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from cards.models import REGULAR, Letter, LetterKind, Notice

WITHDRAWN: Final = "withdrawn"
REFUSED: Final = "refused: "  # and by what
_GONE = Q(trouble=WITHDRAWN) | Q(trouble__startswith=REFUSED)


def letter(kind: LetterKind, key: str, to: str, subject: str, text: str, now: datetime) -> Letter:
    """A letter, unsaved. The same key makes the same Message-ID, so that a mail sent twice is seen once."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    name = salted_hmac("cards.outbox", key, algorithm="sha256").hexdigest()[:40]
    return Letter(
        kind=kind,
        key=key,
        to=to,
        message_id=f"<{name}@{host}>",
        subject=subject,
        text=text,
        headers={"Auto-Submitted": "auto-generated"},
        created=now,
    )


def one_click(url: str) -> dict[str, str]:
    """The headers by which a mail program unsubscribes with one POST (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def message(waiting: Letter) -> EmailMultiAlternatives:
    """The letter as a mail. An address that was corrected since it was written gets it."""
    to = waiting.user.email if waiting.user else waiting.to
    headers = {**waiting.headers, "Message-ID": waiting.message_id, "Date": format_datetime(waiting.created)}
    mail = EmailMultiAlternatives(waiting.subject, waiting.text, to=[to], headers=headers)
    if waiting.html:
        mail.attach_alternative(waiting.html, "text/html")
    return mail


def unsent(now: datetime) -> QuerySet[Letter]:
    """What is still to go and nobody is sending, whether its time has come or not."""
    unheld = Q(held_until=None) | Q(held_until__lt=now)
    return Letter.objects.filter(unheld, sent=None).exclude(_GONE)


def pending(now: datetime) -> QuerySet[Letter]:
    """What is to go now."""
    return unsent(now).filter(Q(not_before=None) | Q(not_before__lte=now))


def withdraw(letters: QuerySet[Letter]) -> int:
    """Takes letters back, words and all; says how many there were."""
    return letters.update(trouble=WITHDRAWN, held_until=None, **Letter.erased)


def withdraw_digests(user: int, now: datetime) -> None:
    """Takes back digests that could not be sent yet, and forgets that they told anything."""
    digests = unsent(now).filter(user=user, kind__in=REGULAR)
    for waiting in list(digests.only("pk", "user_id", "created", "kind")):
        if withdraw(digests.filter(pk=waiting.pk)):
            forget(waiting)


def forget(untold: Letter) -> None:
    """What this letter should have told was not told: the next one marks it as new."""
    if untold.kind == LetterKind.DIGEST and untold.user_id:
        Notice.objects.filter(user=untold.user_id, told=untold.created).delete()
