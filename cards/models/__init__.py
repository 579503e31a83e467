"""What LibraryHippo keeps: people and families, libraries, cards, and what was checked and told."""

from cards.models.card import Card, CardQuerySet, Trouble
from cards.models.family import Family, Membership
from cards.models.history import Check, Run
from cards.models.library import Library, LibraryQuerySet
from cards.models.mail import Letter, LetterKind, Notice
from cards.models.user import User

__all__ = [
    "Card",
    "CardQuerySet",
    "Check",
    "Family",
    "Letter",
    "LetterKind",
    "Library",
    "LibraryQuerySet",
    "Membership",
    "Notice",
    "Run",
    "Trouble",
    "User",
]
