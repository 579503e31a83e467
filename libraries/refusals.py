"""The words with which sites refuse a login, for those that do not mark them in a way of their own."""

import re

from lxml.html import HtmlElement

from libraries import page
from libraries.login import LoginSeen, LoginState

PLEA = re.compile(
    r"^(?!if\b)(?=.*\b(?:invalid|incorrect|not (?:valid|found|recogni[sz]ed)|try again|failed|réessayer|inválid))"
    r".*\b(?:sorry|submitted|entered|information|log.?in|pin|barcode|number|password|renseignements|numéro|datos)\b",
    re.IGNORECASE,
)
MUST_ACT = re.compile(
    r"\b(?:expired|blocked|suspended|locked|expirée?|bloquée?|contact (?:the|your) library)\b", re.IGNORECASE
)
SESSION = re.compile(r"\bsession\b", re.IGNORECASE)


def at_the_form(tree: HtmlElement, marked: str) -> LoginSeen:
    """What a page with a login form says: the words at the XPath `marked`, else a line that pleads.

    An expired session is no refusal; a card that is expired or blocked is the patron's to mend.
    """
    found = page.maybe(tree, marked)
    words = page.text(found) or next((line for line in page.lines(tree) if PLEA.search(line)), "")
    if not words or SESSION.search(words):
        return LoginSeen(LoginState.LOGIN_PAGE)
    return LoginSeen(LoginState.MUST_ACT if MUST_ACT.search(words) else LoginState.REFUSED, words)
