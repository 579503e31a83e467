"""What a person's mail says: their cards as they are stored, what they want to be told, in their language."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby

from django.utils import translation

from cards import links
from cards.models import Card, MailWhen, Notice, User
from cards.states import card_states
from cards.timetable import Timetable
from notifications import quiet
from notifications.digest import Digest, compose
from notifications.letter import Why
from notifications.lines import CardState
from notifications.reader import Links, Reader


@dataclass(frozen=True, kw_only=True, repr=False)
class Desk:
    """All that a mail to a person at a moment is made of."""

    reader: Reader
    families: list[tuple[str, list[CardState]]]
    told: set[tuple[str, str]]
    links: Links
    moment: datetime


@contextmanager
def _desk(user: User, moment: datetime) -> Iterator[Desk]:
    """In the person's language. `moment` is on their clock."""
    times = Timetable.of(user)
    local = moment.astimezone(times.zone)
    told = Notice.objects.filter(user=user).values_list("card_id", "key")
    with translation.override(user.mail_language()):
        yield Desk(
            reader=_reader(user, times.silent_after(local.date())),
            families=_families(user, local),
            told={(str(card), key) for card, key in told},
            links=Links(
                status=links.status_url(), why=links.why_mail_url(), unsubscribe=links.unsubscribe_url(user.pk)
            ),
            moment=local,
        )


def _reader(user: User, silent: int) -> Reader:
    """What falls due in the `silent` days until the next mail is told in this one, however few days ahead they want."""
    return Reader(
        name=user.name,
        days_ahead=max(user.days_ahead, silent),
        by_card={card: max(days, silent) for card, days in user.days_by_card().items()},
        muted=frozenset(user.muted),
        only_new=user.mail_when == MailWhen.NEW,
    )


def _families(user: User, moment: datetime) -> list[tuple[str, list[CardState]]]:
    cards = Card.objects.kept().filter(family__memberships__user=user, paused=False)
    unsealed = cards.defer("number_sealed", "pin_sealed").select_related("family", "library")
    ordered = unsealed.order_by("family__name", "family_id", "position", "patron_name")
    grouped = groupby(ordered, key=lambda card: card.family)
    return [(family.name, card_states(group, moment)) for family, group in grouped]


def digest(user: User, moment: datetime) -> Digest | None:
    """What a mail to this person says at that moment; None where nothing needs telling. Nothing is stored."""
    with _desk(user, moment) as desk:
        return _digest(desk, Why.DAY)


def weekly_word(user: User, moment: datetime) -> Digest:
    """After a week without a mail: what still waits though it was told before; else that all is well."""
    return _digest_or_word(user, moment, Why.WEEK)


def test_mail(user: User, moment: datetime) -> Digest:
    """What today's mail would say, or that there would be none; marked as a test."""
    return _digest_or_word(user, moment, Why.TEST)


def _digest_or_word(user: User, moment: datetime, why: Why) -> Digest:
    with _desk(user, moment) as desk:
        cards = chain.from_iterable(states for _, states in desk.families)
        day = desk.moment.date()
        return _digest(desk, why) or quiet.word(desk.reader, cards, links=desk.links, day=day, why=why)


def _digest(desk: Desk, why: Why) -> Digest | None:
    return compose(desk.reader, desk.families, told=desk.told, links=desk.links, day=desk.moment.date(), why=why)
