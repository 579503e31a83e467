"""What the labels in VuFind's records name, in any language, and what stands behind them."""

import re
from functools import lru_cache

from libraries.words import EXPIRES

LABEL = re.compile(r"[^\d:|]{1,40}")
DUE_DAY = re.compile(r"(?:bis|due(?: date)?|jusqu'au|hasta|fino al?|tot)\s+\d", re.IGNORECASE)
KINDS = {
    "author": r"^(?:by|von|de|par|por|per|di|da|door|av|af|od|tekijä|yazar|από|gan|le)$|author|auteur|autor|verfasser"
    r"|автор|作者|egile",
    "renewals": r"renewed|renewal|verläng|renouvel|renova|rinnov|verleng|förny|uusi|forny|przedłuż|prodlouž|продл|续借"
    r"|yenile|ανανε|berri|adnewydd|athnua",
    "due": r"due|rückgabe|fällig|leihfrist|échéance|retour|vencim|devoluci|scaden|restituz|inlever|terug|palaut|eräp"
    r"|återl|förfall|forfal|aflever|zwrot|vrá[tc]|devoluç|вернуть|возврат|λήξη|επιστροφ|到期|归还|返却|ade tarihi|itzul"
    r"|dychwelyd|dlite",
    "expires": EXPIRES.pattern,
    "pickup": r"zweigstelle|pick[ -]?up|abholort|ausgabe|location|branch|retrait|recogida|ritiro|afhaal|noutop|hämt",
    "position": r"position|queue|warteschlange|wartenummer|rang|cola|coda|wachtrij|jono",
    "format": r"medientyp|format|material|medienart",
    "call_number": r"call ?number|signatur|cote|plaatskenmerk",
    "other": r"volume|band|year|jahr|created|erstellt|bestellt am|créé|creado|creato|request|buchungsn|barcode|cancel",
}


@lru_cache(maxsize=512)
def meaning(words: str) -> tuple[str, str]:
    """What the label in front names ("" for none that is known), and what stands behind it."""
    label, colon, behind = words.partition(":")
    kind = _kind(label) if colon else ""
    if kind == "" and DUE_DAY.match(words):
        return "due", words
    return kind or "", behind.strip()


@lru_cache(maxsize=512)
def _kind(label: str) -> str | None:
    """What a label names, None for one that is not known; "" for words that are no label."""
    words = label.casefold().strip()
    if not LABEL.fullmatch(words):
        return ""
    return next((kind for kind, pattern in KINDS.items() if re.search(pattern, words)), None)
