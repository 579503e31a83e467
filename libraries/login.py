"""What a page says of a login: in, refused, the patron must act, or still the form. Each needs its own proof."""

from dataclasses import dataclass
from enum import StrEnum

from libraries.errors import LayoutChanged, LoginFailed, PatronMustAct


class LoginState(StrEnum):
    """The outcomes, as `python -m libraries parse SYSTEM login` prints them."""

    IN = "in"
    REFUSED = "refused"
    MUST_ACT = "must_act"
    LOGIN_PAGE = "login_page"


@dataclass(frozen=True)
class LoginSeen:
    """What was seen, with the library's own words, and where the patron is to act if the site says so."""

    state: LoginState
    words: str = ""
    url: str | None = None

    def admit(self) -> None:
        """Goes on only if the account was seen; else raises LoginFailed, PatronMustAct or LayoutChanged."""
        if self.state is LoginState.REFUSED:
            raise LoginFailed(self.words)
        if self.state is LoginState.MUST_ACT:
            raise PatronMustAct(self.words, self.url)
        if self.state is LoginState.LOGIN_PAGE:
            raise LayoutChanged("after the login the site shows its login form again, without a word of refusal")
