"""Invented books: some by hand for the demo families, as many as asked for by the roll of a die."""

from dataclasses import dataclass
from random import Random

FIRST = (
    "Amara",
    "Benoît",
    "Carys",
    "Dmitri",
    "Élodie",
    "Farid",
    "Greta",
    "Hana",
    "Ivo",
    "Jonas",
    "Katya",
    "Lucía",
    "Mina",
    "Nils",
    "Oona",
    "Priya",
)
LAST = (
    "Abernathy-Vos",
    "Brandvold",
    "Castellane",
    "Dunmore",
    "Eklundh",
    "Grünewald",
    "Hollins",
    "Ibarrola",
    "Jarnvik",
    "Kestrel",
    "Łuczak",
)
OPENINGS = ("The", "A", "Our", "Under the", "Beyond the", "Return to the", "Letters from the", "Last Days of the")
KINDS = (
    "Quiet",
    "Copper",
    "Paper",
    "Northern",
    "Forgotten",
    "Seventh",
    "Crooked",
    "Painted",
    "Hollow",
    "Salt",
    "Midnight",
    "Borrowed",
)
THINGS = (
    "Lighthouse",
    "Orchard",
    "Ferry",
    "Clockmaker",
    "Meadow",
    "Archive",
    "Glacier",
    "Bicycle",
    "Comet",
    "Harbour",
    "Owl",
    "Staircase",
)
SUBTITLES = ("", "", "", "a novel", "stories", "a memoir", "how it began", "a field guide")


@dataclass(frozen=True, kw_only=True)
class Book:
    """A title as a catalogue has it; `author` is "First Last"."""

    title: str
    author: str
    call_number: str = ""

    @property
    def author_inverted(self) -> str:
        """ "Last, First.", as catalogues by MARC heading print it."""
        first, _, last = self.author.rpartition(" ")
        return f"{last}, {first}." if first else f"{last}."


def any_book(dice: Random) -> Book:
    """A book that nobody wrote; the same dice give the same book."""
    title = f"{dice.choice(OPENINGS)} {dice.choice(KINDS).lower()} {dice.choice(THINGS).lower()}"
    subtitle = dice.choice(SUBTITLES)
    author = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
    return Book(
        title=f"{title} : {subtitle}" if subtitle else title,
        author=author,
        call_number=f"{author.rpartition(' ')[2][:5].upper()}",
    )
