"""What somebody typed of a card."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Given:
    """A card's login. None: it stays as it is. Nothing secret of it prints."""

    name: str
    number: str | None = field(repr=False)
    pin: str | None = field(repr=False)
