"""One line for each loan and each hold: how urgent it is, and when and where, in words."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from libraries.account import Hold, HoldState, Loan
from notifications import days
from notifications.kinds import Kind
from notifications.knowing import key_of
from notifications.lines import CardState, Heading, Line, Need, Urgency
from notifications.moments import day_of, local_moment
from notifications.scraped import clean, web_link
from notifications.spoken import spoken

# An old reading cannot know what was brought back since; it nags for so long after the day that it told of.
PATIENCE_DAYS = 7


def _common(state: CardState, item: Loan | Hold) -> dict[str, Any]:
    return {
        "card_id": state.card_id,
        "patron": clean(state.patron),
        "library": clean(state.library),
        "title": clean(item.title) or clean(item.id),
        "author": clean(item.author),
        "url": web_link(item.url),
    }


def _need(state: CardState, left: int | None) -> Need:
    fresh = state.age is not None and state.age.days < PATIENCE_DAYS
    recent = left is not None and left >= -PATIENCE_DAYS
    return Need.EACH_DAY if fresh or recent else Need.NEVER


def _urgency(left: int, days_ahead: int) -> Urgency:
    if left < 0:
        return Urgency.OVERDUE
    if left == 0:
        return Urgency.TODAY
    return Urgency.SOON if left <= days_ahead else Urgency.LATER


def loan_lines(state: CardState, days_ahead: int) -> Iterator[Line]:
    """What is on loan on one card."""
    for loan in (state.snapshot.loans if state.snapshot else None) or ():
        yield _loan(state, loan, days_ahead)


def _loan(state: CardState, loan: Loan, days_ahead: int) -> Line:
    day = day_of(loan.due, state.now)
    left = None if day is None else (day - state.today).days
    urgency = Urgency.LATER if loan.digital else _loan_urgency(state, loan, left, days_ahead)
    later = urgency is Urgency.LATER
    return Line(
        **_common(state, loan),
        kind=Kind.DUE,
        key=key_of("due", loan.id, loan.due.isoformat() if loan.due else clean(loan.due_text)),
        heading=Heading.HOLD_ON_TO if later else Heading.TAKE_BACK,
        urgency=urgency,
        need=Need.NEVER if later else _need(state, left),
        when=_when(state, loan, day),
        due=loan.due,
        due_text=clean(loan.due_text),
        days=left,
        renewals=loan.renewals,
        renewals_left=loan.renewals_left,
        renewable=loan.renewable,
        why_not_renewable=clean(loan.why_not_renewable),
        digital=bool(loan.digital),
    )


def _loan_urgency(state: CardState, loan: Loan, left: int | None, days_ahead: int) -> Urgency:
    if left is None:
        return Urgency.UNDATED
    if isinstance(loan.due, datetime) and local_moment(loan.due, state.now) < state.now.replace(tzinfo=None):
        return Urgency.OVERDUE
    return _urgency(left, days_ahead)


def _when(state: CardState, loan: Loan, day: date | None) -> str:
    if loan.digital:
        return days.returns_itself(day, state.today)
    if isinstance(loan.due, datetime):
        return days.due_at(local_moment(loan.due, state.now), state.now.replace(tzinfo=None))
    if day is not None:
        return days.due(day, state.today)
    said = spoken(loan.due_text)
    return _("no date; the library says “%(words)s”") % {"words": said} if said else _("the library gives no date")


def hold_lines(state: CardState, days_ahead: int) -> Iterator[Line]:
    """What is on hold on one card: ready, or wanted."""
    for hold in (state.snapshot.holds if state.snapshot else None) or ():
        yield _ready(state, hold, days_ahead) if hold.state is HoldState.READY else _wanted(state, hold)


def _hold(state: CardState, hold: Hold) -> dict[str, Any]:
    return {
        **_common(state, hold),
        "kind": Kind.READY,
        "state": hold.state.value,
        "pickup": clean(hold.pickup),
        "pickup_by": hold.pickup_by,
        "position": hold.position,
        "queue": hold.queue,
    }


def _ready(state: CardState, hold: Hold, days_ahead: int) -> Line:
    left = None if hold.pickup_by is None else (hold.pickup_by - state.today).days
    return Line(
        **_hold(state, hold),
        key=key_of("ready", hold.id),
        heading=Heading.CAN_HAVE,
        urgency=Urgency.NONE if left is None else _urgency(left, days_ahead),
        need=_need(state, left),
        when=days.kept_until(hold.pickup_by, state.today),
        where=_("at %(place)s") % {"place": clean(hold.pickup)} if hold.pickup else "",
        days=left,
    )


def _wanted(state: CardState, hold: Hold) -> Line:
    return Line(
        **_hold(state, hold),
        key=key_of("hold", hold.id),
        heading=Heading.WANT,
        when=_standing(state, hold),
        where=_("to be fetched at %(place)s") % {"place": clean(hold.pickup)} if hold.pickup else "",
    )


def _standing(state: CardState, hold: Hold) -> str:
    if hold.state is HoldState.IN_TRANSIT:
        return _("on its way")
    if hold.state is HoldState.SUSPENDED:
        day = hold.suspended_until
        return _("paused until %(day)s") % {"day": days.name_of(day, state.today)} if day else _("paused")
    if hold.position is not None and hold.queue is not None:
        return _("number %(position)d of %(queue)d in line") % {"position": hold.position, "queue": hold.queue}
    if hold.position is not None:
        return _("number %(position)d in line") % {"position": hold.position}
    return _("waiting")
