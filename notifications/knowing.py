"""The lines under "things you should know": what keeps a card from working, and what the library says of it."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from notifications import days, troubles
from notifications.kinds import Kind
from notifications.lines import CardState, Heading, Line, Need, Urgency
from notifications.scraped import clean, web_link
from notifications.spoken import spoken

EXPIRY_WINDOW = 7  # days before a card's expiry, and after it, in which it is a reason for a mail
LONGEST_KEY = 150


def key_of(*parts: object) -> str:
    """A ledger key: readable where it is short, else its digest, and always the same for the same parts."""
    key = clean(":".join(str(part) for part in parts))
    if len(key) <= LONGEST_KEY:
        return key
    return f"{parts[0]}:{hashlib.sha256(':'.join(map(str, parts)).encode()).hexdigest()}"


def know_lines(state: CardState) -> Iterator[Line]:
    """All that is to be known of one card, the worst first."""
    yield from _trouble(state)
    yield from _shortfalls(state)
    yield from _blocked(state)
    yield from _expiry(state)
    yield from _fees(state)
    yield from _messages(state)


def _line(state: CardState, kind: Kind, key: str, text: str, need: Need, action_url: str = "") -> Line:
    return Line(
        key=key,
        kind=kind,
        heading=Heading.KNOW,
        card_id=state.card_id,
        patron=clean(state.patron),
        library=clean(state.library),
        urgency=Urgency.NONE if need is Need.NEVER else Urgency.SOON,
        need=need,
        text=text,
        action_url=action_url,
    )


def _trouble(state: CardState) -> Iterator[Line]:
    since = state.trouble_since.isoformat(timespec="seconds") if state.trouble_since else ""
    if state.stopped:
        text, url = troubles.trouble_sentence(state), web_link(state.trouble_url)
        yield _line(state, Kind.NEEDS_YOU, key_of(state.trouble, since), text, Need.ONCE, url)
    elif not state.visited:
        yield _line(state, Kind.UNREAD, "unvisited", troubles.unvisited_sentence(state), Need.ONCE)
    elif state.trouble:
        need = Need.EACH_DAY if state.unread else Need.NEVER
        key = key_of("unread" if state.unread else "trouble", since)
        yield _line(state, Kind.UNREAD, key, troubles.trouble_sentence(state), need)
    elif state.unread:
        key = key_of("late", state.snapshot_at)
        yield _line(state, Kind.UNREAD, key, troubles.late_sentence(state), Need.EACH_DAY)


def _shortfalls(state: CardState) -> Iterator[Line]:
    for each in state.snapshot.incomplete if state.snapshot else ():
        key = key_of("incomplete", each.what, each.stated, each.read)
        yield _line(state, Kind.UNREAD, key, troubles.shortfall_sentence(state, each), Need.EACH_DAY)


def _blocked(state: CardState) -> Iterator[Line]:
    said = clean(state.snapshot.blocked) if state.snapshot else ""
    if said:
        words = {**troubles.names(state), "words": spoken(said)}
        text = _("%(library)s says of %(patron)s’s card: “%(words)s”") % words
        yield _line(state, Kind.NEEDS_YOU, key_of("blocked", said), text, Need.ONCE)


def _expiry(state: CardState) -> Iterator[Line]:
    expires = state.snapshot.card_expires if state.snapshot else None
    if expires is None or (left := (expires - state.today).days) > EXPIRY_WINDOW:
        return
    need = Need.EACH_DAY if left >= -EXPIRY_WINDOW else Need.NEVER
    text = _expiry_sentence(left) % {**troubles.names(state), "day": days.name_of(expires, state.today)}
    yield _line(state, Kind.EXPIRY, key_of("expires", expires), text, need)


def _expiry_sentence(left: int) -> str:
    if left < 0:
        return _("%(patron)s’s card at %(library)s expired on %(day)s.")
    if left == 0:
        return _("%(patron)s’s card at %(library)s expires today.")
    if left == 1:
        return _("%(patron)s’s card at %(library)s expires tomorrow.")
    return _("%(patron)s’s card at %(library)s expires on %(day)s.")


def _fees(state: CardState) -> Iterator[Line]:
    if state.snapshot is None:
        return
    fees = state.snapshot.fees or ()
    total = state.snapshot.fees_total
    owed = sum((each.amount for each in fees), Decimal()) if total is None else total
    if owed > 0:
        currency = next((each.currency for each in fees if each.currency), state.currency)
        amount = f"{number_format(owed, 2)} {clean(currency)}".strip()
        text = _("%(patron)s owes %(library)s %(amount)s.") % {**troubles.names(state), "amount": amount}
        yield _line(state, Kind.FEES, key_of("fees", owed), text, Need.NEVER)


def _messages(state: CardState) -> Iterator[Line]:
    for each in map(clean, state.snapshot.messages if state.snapshot else ()):
        if each:
            text = _("%(library)s writes to %(patron)s: “%(words)s”") % {**troubles.names(state), "words": each}
            yield _line(state, Kind.MESSAGES, key_of("message", each), text, Need.NEVER)
