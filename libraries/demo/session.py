"""A visitor of a demo site, known by a cookie."""

import secrets
from dataclasses import dataclass, field


@dataclass(eq=False)
class Session:
    """One visitor. `number` is the card signed in with; `tokens` are the forms handed out and not yet sent back."""

    id: str
    number: str | None = None
    scope: str = ""
    tokens: set[str] = field(default_factory=set)
    csrf: str = field(default_factory=secrets.token_urlsafe)

    def hand_out(self) -> str:
        """A token for a form, good once."""
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return token

    def take_back(self, token: str) -> bool:
        """Whether the token was handed out and not used yet; it is now."""
        known = token in self.tokens
        self.tokens.discard(token)
        return known
