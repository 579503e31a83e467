"""Whether a page says, in words that it shows, that one of a patron's lists is empty."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.words import NOTHING, SENTENCE

UNSEEN = "//*[@hidden or contains(@style, 'none')]"
HIDDEN = "ancestor-or-self::*[@hidden or contains(@style, 'none') or contains(@class, 't-invisible')]"
WORDY = "not(self::script or self::style or self::option or self::title)"
SHOWN = f"descendant-or-self::*[{WORDY}][text()[normalize-space()]][not({HIDDEN})]"
NO = re.compile(
    r"\b(?:no|not|none|nothing|aucune?s?|pas|ning[uú]n\w*|sin|keine?n?|nichts|geen|nessun\w*|ingen|inget|inga|ei)\b"
    r"|nicht gefunden|hittades inte|inte hittas|ikke fun[dn]et",
    re.IGNORECASE,
)
NO_ITEMS = re.compile(
    r"(?:there are |you (?:currently )?have )?no (?:items|records|results)(?: found| to display)?\.?"
    r"|(?:(?:es|sie) \w+ )?(?:derzeit |zurzeit |momentan )?keine (?:medien|einträge|daten|titel|exemplare)"
    r"(?: (?:vorhanden|gefunden|vor))?\.?",
    re.IGNORECASE,
)
IN_PART = re.compile(
    r"\d|overdue|ready|pick ?up|renew|cancel|digital|e-?book|retard|prolong|verläng|vencid|omlån|uusi|forny|.{120}",
    re.IGNORECASE,
)
FAILING = re.compile(
    r"could|can ?not|can't|unable|error|fail|try again|konnt|fehler|\bfel\b|kunde|kunne|\bvoi|virhe|\bfeil"
    r"|erreur|möglich|possible|möjlig|mulig|available|verfügbar|tillgäng|erreich",
    re.IGNORECASE,
)
NONE_THERE = re.compile(
    r"(?:there are )?(?:currently )?no \w+ (?:are )?available\.?|(?:zurzeit |derzeit )?keine \w+ verfügbar\.?",
    re.IGNORECASE,
)
ADVICE = re.compile(
    r"\b(?:können|kann|dürfen|darf|bei|ohne|mit|wenn|falls|dass|werden|wird|erlaubt|bitte|nur|erhalten|can|may|if"
    r"|without|please|only|will)\b",
    re.IGNORECASE,
)
NOUNS = {
    "loans": r"check(?:ed[ -]|-)?outs?\b|\bloans?\b|borrow|emprunt|\bprêt|pr[eéè]sta|préstec|prestit|emprest|leih"
    r"|gelieh|entlieh|uitle|geleend|\bleningen|lån|laina|lainoj|wypożycz|výpůj|půjč|mailegu|kölcsön|ödünç|взят|выда|δανε|借|貸出"
    r"|مستعار|معارة|fenthyg|benthyg|eitem|iasacht|mhír",
    "holds": r"\bholds?\b|request|r[ée]serv|vor(?:ge)?merk|bestell|varau|prenotaz|rezer[wv]|zamówie|bestillin|foglal"
    r"|aanvra|ayır|бронир|заказ|заявк|κρατήσ|预约|預約|予約|حجز|gadw|erreserb",
    "fees": r"\bfines?\b|\bfees?\b|\bbills?\b|\bcharges?\b|\bow(?:ed?|ing)\b|amende|\bfrais\b|multas?\b|\bmulte\b"
    r"|\bcosts\b|aucune dette|dettes\b|gebühr|entgelt|kosten|boete|schuld|debt|avgift|skuld|maksu|gebyr"
    r"|opłat|należno|poplat|pokut|díj|ceza|штраф|πρόστιμ|罚款|罰款|غرام"
    r"|dirwy|addebit",
}


def says_none(tree: HtmlElement, what: str, besides: str = "false()") -> bool:
    """Whether a line of the page or part says that there are no loans, holds or fees at all ("You have no holds").

    A line about a part of them ("no overdue items checked out", "no holds ready for pickup") does not say so,
    nor does one about a failure, one that is hidden, or one in an element for which the XPath `besides` is true.
    """
    lines = (page.text(each) for each in page.every(tree, f"{SHOWN}[not(ancestor-or-self::*[{besides}])]"))
    return any(line_says_none(line, what) for line in lines)


def lines_shown(tree: HtmlElement) -> list[str]:
    """The lines of the page, without those that scripts are to show where something is typed wrong."""
    unseen = {line for each in page.every(tree, UNSEEN) for line in page.lines(each)}
    return [line for line in page.lines(tree) if line not in unseen]


def line_says_none(line: str, what: str) -> bool:
    """Whether these words, which the site shows, say that there are no loans, holds or fees at all."""
    if IN_PART.search(line) or (FAILING.search(line) and not NONE_THERE.fullmatch(line)):
        return False
    no = NO.search(line) or NOTHING.search(line)
    return bool(NO_ITEMS.fullmatch(line) or (no and re.search(NOUNS[what], line, re.IGNORECASE)))


def states_none(lines: Iterable[str], what: str) -> bool:
    """Whether a sentence of the lines says so that is no rule and no advice ("Without a card no films can be lent")."""
    said = (each for line in lines for each in SENTENCE.split(line) if not ADVICE.search(each))
    return any(line_says_none(each, what) for each in said)


def prove_nothing(places: list[HtmlElement], what: str) -> None:
    """Raises LayoutChanged unless one of the places, where the site says such things, says so in any language."""
    if not any(NOTHING.search(page.text(each)) for each in places):
        raise LayoutChanged(f"no {what}, and no word that there are none")
