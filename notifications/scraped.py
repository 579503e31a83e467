"""Makes what a website said fit to be shown: one line of text, and links that only lead to the web."""

import re
import unicodedata
from urllib.parse import urlsplit

LONGEST = 300
# Embeddings, overrides and isolates turn the rest of a line around; the byte order mark is noise.
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


def clean(text: str | None) -> str:
    """`text` on one line, without control characters, cut where no title is that long."""
    if text and text.isprintable() and len(text) <= LONGEST and "  " not in text and text == text.strip():
        return text  # as nearly all are
    kept = ("" if c in DIRECTIONS else " " if unicodedata.category(c) in BREAKING else c for c in text or "")
    line = re.sub(r"\s+", " ", "".join(kept)).strip()
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def web_link(url: str | None) -> str:
    """`url` where it is an http(s) address, else ""."""
    link = clean(url) if url and len(url) <= LONGEST * 4 else ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if parts.scheme in ("http", "https") and parts.netloc and " " not in link else ""
