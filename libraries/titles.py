"""Takes titles apart as catalogues write them: marks for sorting, the kind of medium, who made it."""

import re

SORTING = "\u00ac\u0098\u009c\u02dc"
# PICA's mark, behind an article, for where sorting begins ("Der @Wal")
ARTICLES = "der|die|das|ein|eine|the|an?|le|la|les|une?|de|het|een|il|el|los|las"
SORTS_FROM = re.compile(rf"^((?:{ARTICLES})\s+|l['\u2019]\s?)@", re.IGNORECASE)
KIND = re.compile(r"^\[([^\]\[]{1,40})\]\s*(?=\S)")


def shown(words: str) -> str:
    """The words without the signs around what sorting passes over ("¬The¬ Sea", NSB and NSE in Latin-1, "The @Sea")."""
    for sign in "" if words.isascii() else SORTING:  # to replace each is several times quicker than `translate`
        words = words.replace(sign, "")
    plain = words.strip()
    return SORTS_FROM.sub(r"\1", plain) if "@" in plain else plain


def kind_first(words: str) -> tuple[str | None, str]:
    """Kind of medium and the rest, from "[CD] Title"; None where it does not begin so."""
    found = KIND.match(words) if words.startswith("[") else None
    return (found[1], words[found.end() :]) if found else (None, words)


def title_first(words: str) -> tuple[str, str | None]:
    """Title and author, from "Title / Author"; the author may be missing behind the sign."""
    title, _, author = words.partition(" / ")
    return shown(title.removesuffix(" /")), shown(author) or None


def author_first(words: str, author: str | None = None) -> tuple[str, str | None]:
    """Title and author, from "Author : Title" or "Author: Title".

    A title has colons too: without the `author` from elsewhere only "Name, First name" before one counts as such,
    and so does the first of several authors.
    """
    before, _, after = words.partition(":")
    known = _begins(author, before) if author else "," in before and len(before) < 60
    if known and after.strip():
        return shown(after), shown(max(before.strip(), author or "", key=len))
    return shown(words), shown(author or "") or None


def _begins(author: str, name: str) -> bool:
    first, every = (re.sub(r"\W", "", each).casefold() for each in (name, author))
    return first == every or ("," in name and bool(first) and every.startswith(first))
