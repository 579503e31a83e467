"""What a patron's message (64) says of the card itself: whether it is let in, what blocks it, when it expires."""

import re
from decimal import Decimal

from libraries.account import AccountSnapshot
from libraries.errors import LayoutChanged
from libraries.login import LoginSeen, LoginState
from libraries.money import find_amount
from libraries.refusals import refused
from libraries.sip2.items import maybe_day
from libraries.sip2.message import CHARGED, FINES, HOLDS, OVERDUE, UNAVAILABLE, Message
from libraries.site import Site
from libraries.words import WRONG_LOGIN

FLAGS = (
    *("charge privileges denied", "renewal privileges denied", "recall privileges denied", "hold privileges denied"),
    *("card reported lost", "too many items charged", "too many items overdue", "too many renewals"),
    *("too many claims of items returned", "too many items lost", "excessive outstanding fines"),
    *("excessive outstanding fees", "recall overdue", "too many items billed"),
)
NO = {"N", "0", "F"}
BLOCKING = {0, 4}  # no loans at all; card reported lost
EXPIRES = ("PX", "PE", "PA")  # Polaris puts a code into PA, so its own field comes first
PLEASANTRY = re.compile(r"^(?:greetings from koha\.?|patron status is ok\.?|ok\b\.?)(?:\s*--\s*)?", re.IGNORECASE)
PIN = re.compile(r"\bpin\b|passw|kennwort|mot de passe|contraseña|wachtwoord|lösen|salasana|hasł", re.IGNORECASE)
CURRENCY = re.compile(r"[A-Z]{3}")


def patron(message: Message) -> Message:
    """`message`, if it is one about a patron; an older one (24) tells no lists. Raises LayoutChanged."""
    if message.code not in {"24", "64"}:
        raise LayoutChanged("not a message about a patron")
    return message


def login_of(message: Message) -> LoginSeen:
    """In where the server calls the patron valid; refused where the card is unknown or the PIN wrong.

    A server that does not check the PIN says nothing of it. Raises LayoutChanged where nothing is said at all.
    """
    valid, right = (patron(message).first(code).upper() for code in ("BL", "CQ"))
    words = " ".join(said(message))
    if valid in NO:
        return refused(words)
    if right in NO or (right != "Y" and any(PIN.search(each) and WRONG_LOGIN.search(each) for each in said(message))):
        return LoginSeen(LoginState.REFUSED, words)
    if "Y" not in (valid, right) and not message.first("AE"):
        refused(words)  # which names a system that is away
        raise LayoutChanged("neither a patron nor a word of refusal")
    return LoginSeen(LoginState.IN)


def card_of(message: Message, site: Site) -> AccountSnapshot:
    """Name, expiry, block, what is owed, and the counts that the server states."""
    flags = [words for words, flag in zip(FLAGS, patron(message).fixed, strict=False) if flag == "Y"]
    barred = any(message.fixed[place] == "Y" for place in BLOCKING)
    words = said(message)
    days = (maybe_day(site, value) for code in EXPIRES for value in message.all(code))
    return AccountSnapshot(
        card_expires=next((day for day in days if day), None),
        patron_name=message.first("AE") or None,
        blocked=(" ".join(words) or ", ".join(flags)) if barred else None,
        messages=() if barred else words,
        fees_total=owed(message),
        counts=_counts(message),
    )


def said(message: Message) -> tuple[str, ...]:
    """What the server wants a patron to read on screen or paper, each once, without mere pleasantries."""
    lines = (PLEASANTRY.sub("", each) for each in (*message.all("AF"), *message.all("AG")))
    return tuple(dict.fromkeys(each for each in lines if each))


def owed(message: Message) -> Decimal | None:
    """The whole of what the patron owes, where the server says it."""
    return find_amount(message.first("BV"), "en")


def currency(message: Message, site: Site) -> str | None:
    """The currency that the server names, else that of the library's options."""
    named = message.first("BH")
    return named if CURRENCY.fullmatch(named) else site.currency


def _counts(message: Message) -> dict[str, int]:
    """How many loans, holds and fines there are at the least: some servers count overdue items among the loans."""
    lists = {"loans": (CHARGED, OVERDUE), "holds": (HOLDS, UNAVAILABLE), "fees": (FINES,)}
    stated = {what: [message.count(part) for part in parts] for what, parts in lists.items()}
    return {what: max(each or 0 for each in found) for what, found in stated.items() if None not in found}
