"""What a visit asks a SIP2 server, one list and one item at a time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from libraries.errors import LayoutChanged
from libraries.sip2.asking import Asking
from libraries.sip2.card import login_of
from libraries.sip2.items import Item, item
from libraries.sip2.line import Line
from libraries.sip2.message import CHARGED, OVERDUE, Message, Part

MOST_PAGES = 100
CHARGED_TOO = "AK"  # what The Library Corporation's server sends instead of AU

Told = Mapping[str, Message]


@dataclass(frozen=True, kw_only=True, repr=False)
class Texts:
    """The items of one list, and how many of them the server counts."""

    items: tuple[Item, ...] = ()
    stated: int = 0

    @property
    def missing(self) -> int:
        """How many are counted but not there."""
        return max(0, self.stated - len(self.items))


class Joined(NamedTuple):
    """The items of several lists, each once, and how many there are by what the server counts."""

    items: tuple[Item, ...]
    stated: int


@dataclass(frozen=True, kw_only=True, repr=False)
class Visit:
    """A conversation about one patron. `card` is what was said of the card first."""

    line: Line
    read: Callable[[bytes], Message]
    asking: Asking
    card: Message

    def texts(self, part: Part) -> Texts:
        """One list, asked for in pages where the server gives fewer items than it counts.

        Raises LayoutChanged where it gives none and counts none either.
        """
        answer = self._patron(self.asking.patron(part))
        found, stated = list(items_of(answer, part)), _most(answer.count(part), self.card.count(part))
        if stated is None and not found:
            raise LayoutChanged("a list without items, and no count that says so")
        while len(found) < (stated or 0) <= MOST_PAGES * 100:
            more = items_of(self._patron(self.asking.patron(part, len(found) + 1, stated)), part)
            fresh = [each for each in more if each not in found]
            if not fresh:
                break
            found += fresh
        return Texts(items=tuple(found), stated=stated or 0)

    def told(self, listed: Iterable[Item]) -> Told:
        """What the server says of each item that has a number, by that number. Raises LayoutChanged."""
        return {number: self._item(number) for number in dict.fromkeys(each.number for each in listed) if number}

    def _item(self, number: str) -> Message:
        answer = self.read(self.line.ask(self.asking.item(number), "18"))
        if answer.first("AB").casefold() not in {"", number.casefold()}:
            raise LayoutChanged("an answer about another item than was asked for")
        return answer

    def _patron(self, request: str) -> Message:
        answer = self.read(self.line.ask(request, "64"))
        login_of(answer).admit()
        return answer


def listed(message: Message, *parts: Part) -> Joined:
    """What one message holds of these lists, of which it lists but one while it counts them all.

    What is overdue counts as charged too at most servers, so the greater count is how many loans there are at least.
    """
    counts = [message.count(part) or 0 for part in parts]
    found = joined(Texts(items=items_of(message, part), stated=each) for part, each in zip(parts, counts, strict=True))
    return Joined(found.items, max(len(found.items), *counts)) if OVERDUE in parts else found


def proven(message: Message, *parts: Part) -> Joined:
    """The same, of a message that is all we have. Raises LayoutChanged for no items where a count is left blank."""
    found = listed(message, *parts)
    if not found.items and any(message.count(part) is None for part in parts):
        raise LayoutChanged("a list without items, and no count that says so")
    return found


def items_of(message: Message, part: Part) -> tuple[Item, ...]:
    """The items of one list in a message."""
    rows = message.all(part.code) or (message.all(CHARGED_TOO) if part is CHARGED else ())
    return tuple(map(item, rows))


def joined(lists: Iterable[Texts]) -> Joined:
    """Lists that may overlap as one, which would be longer by what each of them misses of its own count."""
    found, missing = list[Item](), 0
    for each in lists:
        known = {one.id for one in found}
        found += [one for one in each.items if one.id not in known]
        missing += each.missing
    return Joined(tuple(found), len(found) + missing)


def _most(*counts: int | None) -> int | None:
    return max((each for each in counts if each is not None), default=None)
