"""What LibraryHippo keeps: people and families, libraries, cards, and what was checked and told."""

from cards.models.card import STOPPING, Card, CardChoice, CardQuerySet, Trouble
from cards.models.family import Family, Invitation, Membership
from cards.models.history import Check, Run, StaffLook
from cards.models.library import Library, LibraryQuerySet
from cards.models.mail import REGULAR, TRACELESS, Letter, LetterKind, Notice
from cards.models.seat import Seat
from cards.models.tally import Tally
from cards.models.user import MailWhen, User
from cards.models.wish import LibraryWish

__all__ = [
    "REGULAR",
    "STOPPING",
    "TRACELESS",
    "Card",
    "CardChoice",
    "CardQuerySet",
    "Check",
    "Family",
    "Invitation",
    "Letter",
    "LetterKind",
    "Library",
    "LibraryQuerySet",
    "LibraryWish",
    "MailWhen",
    "Membership",
    "Notice",
    "Run",
    "Seat",
    "StaffLook",
    "Tally",
    "Trouble",
    "User",
]
