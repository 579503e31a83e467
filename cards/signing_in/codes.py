"""A code sent to an address proves that somebody reads its mail. Nothing is looked up before it is right.

So a known address and a new one take the same way, word for word and query for query.
"""

import logging
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from time import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext as _

from cards import limits, post

log = logging.getLogger(__name__)

LASTS = timedelta(minutes=15)
DIGITS = 8
TRIES = 3
_KEY = "code"
_HOUR = timedelta(hours=1)
# An hour: to one address as asked for by one network, so that others cannot lock its owner out; by all; by one network.
TO_ADDRESS_FOR_ONE, TO_ADDRESS, FOR_ONE = 5, 20, 30


class NotSent(Exception):
    """No code went out; says to the person why."""


class UsedUp(Exception):
    """Too many wrong tries: this code is worth nothing any more."""


@dataclass(kw_only=True, repr=False)
class Code:
    """A code on its way, as this browser's session remembers it: not the code itself."""

    email: str
    digest: str
    sent: float
    onward: str = ""
    stranger: dict[str, Any] | None = None  # who came from a provider, and is to be this address's person
    mover: int | None = None  # whose new address it is to be, who is signed in


def send(request: HttpRequest, email: str, **known: Any) -> None:
    """Mails a new code, which replaces one from before. `known` goes into the Code. Raises NotSent."""
    if not _may_send(email, get_ip(request)):
        raise NotSent(_("Too many codes were asked for. Wait an hour, or take another way in."))
    code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    shown = f"{code[:4]} {code[4:]}"
    context = {"code": shown, "minutes": int(LASTS.total_seconds()) // 60, "moving": known.get("mover")}
    try:
        get_adapter(request).send_mail("account/email/sign_in_code", email, context)
    except (OSError, ValueError) as error:
        log.warning("A code was not sent: %s", post.reason(error))
        raise NotSent(_("The mail with the code could not be sent. Try again in a few minutes.")) from error
    kept = Code(email=email, digest=_digest(email, code), sent=time(), **known)
    request.session[_KEY] = asdict(kept)


def pending(request: HttpRequest) -> Code | None:
    """The code that this browser waits for, unless it is too old."""
    stored = request.session.get(_KEY)
    code = Code(**stored) if stored else None
    if code is None or time() - code.sent > LASTS.total_seconds():
        request.session.pop(_KEY, None)
        return None
    return code


def is_right(request: HttpRequest, code: Code, typed: str) -> bool:
    """Whether it is the code that was sent, which then is used up. Raises UsedUp after too many tries."""
    if not _may("sign_in_try", code.digest, TRIES):
        request.session.pop(_KEY, None)
        raise UsedUp
    digits = "".join(each for each in typed if each.isdecimal())
    right = constant_time_compare(code.digest, _digest(code.email, digits))
    if right:
        request.session.pop(_KEY, None)
    return right


def _may_send(email: str, network: str) -> bool:
    return (
        _may("sign_in_code_for", network, FOR_ONE)
        and _may("sign_in_code", f"{email} {network}", TO_ADDRESS_FOR_ONE)
        and _may("sign_in_code_to", email, TO_ADDRESS)
    )


def _may(name: str, whom: str, many: int) -> bool:
    return limits.allow(name, whom, many=many, within=_HOUR, now=now())


def _digest(email: str, code: str) -> str:
    return salted_hmac("cards.signing_in.codes", f"{email}:{code}", algorithm="sha256").hexdigest()
