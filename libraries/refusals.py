"""The words with which sites refuse a login, for those that do not mark them in a way of their own."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import SiteInMaintenance
from libraries.login import LoginSeen, LoginState
from libraries.words import FROZEN, NEW_PIN, SENTENCE, WRONG_LOGIN

PLEA = re.compile(
    r"^(?=.*\b(?:invalid|incorrect|not (?:valid|found|recogni[sz]ed)|try again|failed|réessayer|inválid))"
    r".*\b(?:sorry|submitted|entered|information|log.?in|pin|barcode|number|password|renseignements|numéro|datos)\b",
    re.IGNORECASE,
)
MUST_ACT = re.compile(r"\b(?:expired|blocked|barred|suspended|locked|expirée?|bloquée?|suspendue?)\b", re.IGNORECASE)
ASK_STAFF = re.compile(r"\bcontact (?:the|your) library\b|\b(?:see|ask) (?:a librarian|.{0,8}staff)\b", re.IGNORECASE)
HIDDEN = ".//*[@hidden or contains(translate(@style, ' ', ''), 'display:none') or contains(@class, 't-invisible')]"
ADVICE = re.compile(r"^(?:if|when|forgot|forgotten)\b|\b(?:if|will|may)\b.*\b(?:be|become)\b|\?$", re.IGNORECASE)
WARNING = re.compile(
    r"\b(?:wird|werden)\b.{0,60}\bgesperrt|\b(?:will|may) be (?:\w+ )?(?:blocked|locked)|\bsera (?:bloqu|verrouill)",
    re.IGNORECASE,
)
SESSION = re.compile(r"\bsession\b", re.IGNORECASE)
CHANGE_PIN = re.compile(
    r"(?:änder|wechsel|change)\w*\b.{0,40}(?:passwor|kennwor|pin\b)|(?:passwor|kennwor|pin\b).{0,60}(?:änder|wechsel)"
    r"|standard.?passwor|initialpasswor|modifi.{0,30}mot de passe",
    re.IGNORECASE,
)
BARRED = re.compile(
    r"\b(?:ist|sind|wurden?|is|are|has|have|been|est|été)\b.{0,40}"
    r"\b(?:gesperrt|abgelaufen|blocked|barred|suspended|locked|expired|bloquée?|verrouillée?|expirée?)"
    r"|\b(?:account|card|konto|ausweis|karte|compte|carte)"
    r" (?:gesperrt|abgelaufen|blocked|locked|expired|bloquée?|expirée?)"
    r"|(?:too many|zu viele|trop de) (?:\w+ )?\w*(?:attempts|versuche|tentatives)",
    re.IGNORECASE,
)
AGAIN = re.compile(r"try again", re.IGNORECASE)
PROMPT = re.compile(  # what a form asks for, with no word that something of it was wrong
    r"(?:please |bitte |veuillez |gelieve )?(?:enter|log ?in|sign in|identif(?:y|izieren)|geben|melden|loggen|füllen"
    r"|saisir|saisissez|vous (?:identifier|connecter)|voer|meld|identificeer)\b"
    r"(?!.*(?:valid|correct|right|gültig|korrekt|richtig|geldig|juist|again|erneut|noch ?mal|opnieuw|nouveau)).{0,120}"
    r"|bitte (?:[\w-]+ ){1,6}(?:eingeben|angeben|ausfüllen)\W*",
    re.IGNORECASE,
)
OUT_OF_REACH = re.compile(
    r"\b(?:system|ILS|LMS|host|server|service|database|connection|\w*system|dienst|\w*konto|verbindung|datenbank|serveur|système)\b.{0,60}"
    r"(?:not (?:be )?(?:available|reach)|unavailable|unreachable|off-?line|\bdown\b|maintenance|wartung"
    r"|not responding|nicht (?:erreichbar|verfügbar|bereit|zur verfügung)|indisponible|hors ligne|onderhoud"
    r"|niet (?:bereikbaar|beschikbaar))"
    r"|wartungs?(?:arbeit|fenster|modus)|\bmaintenance|technische\w* (?:problem|störung|fehler|gründe)"
    r"|technical (?:problem|difficult|error|reason)|interner fehler|internal (?:server )?error"
    r"|keine verbindung\b|verbindung\b.{0,40}(?: nicht (?:hergestellt|aufgebaut)|unterbrochen|abgebrochen)"
    r"|(?:could not|cannot|unable to) connect|unable to reach\b"
    r"|(?:system|server|dienst|service|datenbank|database|anmeldung|login)\b.{0,30}\b(?:zur ?zeit|derzeit|momentan"
    r"|vorübergehend|currently|temporarily)\b.{0,12}\b(?:nicht|not|unavailable|down|offline)\b"
    r"|request could not be (?:completed|processed)|went wrong\b.{0,24}\blater\b"
    r"|information is currently unavailable|(?:database|system) error|(?:datenbank|system)fehler"
    r"|erreur (?:interne|technique|(?:du )?serveur)"
    r"|(?:erreur|connexion|accès)\b.{0,30}base de données|base de données.{0,30}(?:indispon|inaccessible|erreur)"
    r"|\bnicht erreichbar\b|\bunreachable\b",
    re.IGNORECASE,
)
# Said of a wrong PIN and of a system that is away alike.
EITHER_WAY = re.compile(r"try again|failed|went wrong|fehlgeschlagen|échou\w*", re.IGNORECASE)
OUT_OF_TIME = re.compile(
    r"sessi|istunto|sitzung|zeitüberschreitung|nicht mehr angemeldet|sind (?:noch )?nicht angemeldet|sesión"
    r"|timed out|\bIP\b|logged out|abgemeldet|must be (?:logged|signed) in|(?:log|sign) in first"
    r"|(?:please|must) (?:log|sign) in to |erst (?:an|ein)\w+|d'abord vous connecter",
    re.IGNORECASE,
)


def at_the_form(tree: HtmlElement, marked: str) -> LoginSeen:
    """What a page with a login form says: the words at the XPath `marked`, else a line that pleads.

    An expired session is no refusal; a card that is expired or blocked is the patron's to mend.
    Raises SiteInMaintenance where the marked words say that the library's system cannot be reached.
    """
    said = page.text(page.maybe(tree, marked))
    _in_reach(said)
    words = said or next((line for line in lines_shown(tree) if PLEA.search(_without(ADVICE, line))), "")
    if not words or SESSION.search(words) or (OUT_OF_TIME.search(words) and not WRONG_LOGIN.search(words)):
        return LoginSeen(LoginState.LOGIN_PAGE)
    mendable = any(each.search(words) for each in (MUST_ACT, NEW_PIN, CHANGE_PIN, ASK_STAFF))
    must_act = _barred(words) or (mendable and not WRONG_LOGIN.search(words))
    return LoginSeen(LoginState.MUST_ACT if must_act else LoginState.REFUSED, words)


def lines_shown(tree: HtmlElement) -> list[str]:
    """The lines of a page or part, without those that wait, hidden, for a script to show them."""
    hidden = {line for each in page.every(tree, HIDDEN) for line in page.lines(each)}
    return [line for line in page.lines(tree) if line not in hidden]


def _without(kind: re.Pattern[str], line: str) -> str:
    """The line without the sentences that only advise ("Forgot your PIN?"), or warn ("… it will be blocked")."""
    return " ".join(each for each in SENTENCE.split(line) if not kind.search(each))


def in_any_language(box: HtmlElement, marked: str) -> LoginSeen:
    """What a box with a login form says at the XPath `marked`, else in a line that tells of a wrong or expired login.

    Marked words that we do not know count as a refusal: to stop is safer than to try a PIN again that may be wrong.
    Raises SiteInMaintenance where they say that the library's system cannot be reached.
    """
    words = page.text(page.maybe(box, marked))
    _in_reach(words)
    words = words or next((each for each in lines_shown(box) if WRONG_LOGIN.search(each) or NEW_PIN.search(each)), "")
    if not words or (OUT_OF_TIME.search(words) and not WRONG_LOGIN.search(words)):
        return LoginSeen(LoginState.LOGIN_PAGE)
    expired = NEW_PIN.search(words) and not WRONG_LOGIN.search(words)
    return LoginSeen(LoginState.MUST_ACT if expired or _barred(words) else LoginState.REFUSED, words)


def _in_reach(words: str) -> None:
    """Raises SiteInMaintenance where words speak of a system that is away, and of nothing else that is wrong."""
    if not OUT_OF_REACH.search(words) or _barred(words):
        return
    if not any(each.search(EITHER_WAY.sub("", words)) for each in (WRONG_LOGIN, NEW_PIN, CHANGE_PIN, FROZEN)):
        raise SiteInMaintenance("the library says that its accounts cannot be reached now")


def _barred(words: str) -> bool:
    """Whether a part of a sentence says that the card is barred, for whatever reason ("locked: too many failed …")."""
    for part in re.split(r"[.,;:!?]", words):
        barred, wrong = BARRED.search(part), WRONG_LOGIN.search(part)
        if (
            barred
            and not (OUT_OF_TIME.search(part) or WARNING.search(part))
            and (wrong is None or barred.start() < wrong.start())
        ):
            return True
    return False


def judged(words: str) -> LoginSeen:
    """What the site's own words to a login mean: wrong, a card or a password to be mended, or a session out of time.

    Words that we do not know count as a refusal: to stop is safer than to try a PIN again that may be wrong.
    Raises SiteInMaintenance where they say that the library's system cannot be reached.
    """
    _in_reach(words)
    out_of_time = OUT_OF_TIME.search(words) is not None
    barred = _barred(words)
    if WRONG_LOGIN.search(AGAIN.sub("", words) if out_of_time else words) and not barred:
        return LoginSeen(LoginState.REFUSED, words)
    if barred or (FROZEN.search(words) and not out_of_time) or NEW_PIN.search(words) or CHANGE_PIN.search(words):
        return LoginSeen(LoginState.MUST_ACT, words)
    asked = out_of_time or PROMPT.fullmatch(words)
    return LoginSeen(LoginState.LOGIN_PAGE if asked else LoginState.REFUSED, words)


def refused(words: str) -> LoginSeen:
    """The same of words that stand in the system's own mark of a refusal: if not the patron must act, it is one."""
    seen = judged(words)
    return seen if seen.state is LoginState.MUST_ACT else LoginSeen(LoginState.REFUSED, words)


def speaking(words: str) -> LoginSeen | None:
    """The same of words that may speak of anything; None unless it is of a wrong or barred login."""
    seen = refused(words)
    return seen if seen.state is LoginState.MUST_ACT or WRONG_LOGIN.search(words) else None


def telling(lines: Iterable[str]) -> str:
    """The line that tells of a wrong login, else the one that tells of a barred or expired card; "" without either.

    What a form only asks or warns of ("Card lost?", "will be blocked") tells nothing.
    """
    told = {line: _without(WARNING, line) for line in lines if not line.endswith("?")}
    return next((line for kind in (WRONG_LOGIN, BARRED) for line, words in told.items() if kind.search(words)), "")
