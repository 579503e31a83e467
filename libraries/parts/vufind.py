"""What a record in VuFind's lists tells: its title, what stands behind labels in any language, further words."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

from libraries import page
from libraries.errors import LayoutChanged
from libraries.forms import address
from libraries.page import cls
from libraries.words import EXPIRES

TITLE = f".//a[{cls('title')} or contains(@href, '/Record/')][normalize-space()]"
NOTICE = f".//*[{cls('alert')}][normalize-space()]"

LABELLED = re.compile(r"([^\d:|]{1,40}?)\s*:\s*(.*)")
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


def told_by(row: HtmlElement) -> tuple[str, str | None, dict[str, str], str]:
    """A record's title and address, what it tells by labels, and its further words."""
    link = page.maybe(row, TITLE)
    kinds = [page.text(each) for each in page.every(row, f".//span[{cls('format')}]")]
    told, rest = ({"format": ", ".join(kinds)} if kinds else {}), list[str]()
    said = {page.text(each) for each in page.every(row, f".//a | .//label | {NOTICE}")} | set(kinds)
    lines = [part.strip() for line in page.lines(row) for part in line.split("|")]
    for line in (each for each in lines if each not in said):
        label = LABELLED.match(line)
        kind = _kind(label[1]) if label else "due" if DUE_DAY.match(line) else None
        if kind:
            told.setdefault(kind, label[2] if label else line)
        else:
            rest.append(line)
    # Records that are not in the catalogue have no link, older themes none at all, but the title in bold.
    head = page.text(link) if link is not None else (rest.pop(0) if rest else "")
    bold = page.text(page.maybe(row, ".//strong")) if link is None else ""
    title = bold if bold and head.startswith(f"{bold} [") else head
    if title != head:
        told.setdefault("author", head.removeprefix(title).strip(" []"))
    if not title:
        raise LayoutChanged("no title in a record")
    url = address(link, link.get("href", "")) if link is not None else None
    return title.rstrip(" /:"), url, {name: text for name, text in told.items() if text}, " ".join(rest)


@lru_cache(maxsize=512)
def _kind(label: str) -> str | None:
    words = label.casefold().strip()
    return next((kind for kind, pattern in KINDS.items() if re.search(pattern, words)), None)
