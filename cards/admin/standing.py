"""How a card stands, for people: a sign and words, so that colour is never all there is."""

from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from cards.models import Card, Trouble
from cards.models.card import STOPPING

STALE_AFTER = timedelta(hours=20)
SIGNS = {"well": "✓", "waits": "…", "busy": "⟳", "partly": "◐", "patron": "☞", "trouble": "▲", "off": "–"}


def standing(card: Card, now: datetime) -> tuple[str, str]:
    """One of SIGNS, and the words for it."""
    if card.being_checked(now):
        return "busy", _("being checked")
    if not card.library.enabled:
        return "off", _("library is switched off")
    if not card.library.confirmed:
        return "off", _("library is not confirmed")
    if card.trouble:
        return ("patron" if card.trouble in STOPPING else "trouble"), card.get_trouble_display()
    if card.snapshot is None:
        return "waits", _("waits for its first check")
    if card.snapshot.get("incomplete"):
        return "partly", _("read in part")
    return "well", _("read well")


def badge(card: Card, now: datetime) -> SafeString:
    """The sign and the words, as HTML."""
    sign, words = standing(card, now)
    return format_html(
        '<span class="standing {}"><span aria-hidden="true">{}</span> {}</span>', sign, SIGNS[sign], words
    )


def outcome(kind: str) -> str:
    """How a check ended: a sign and words."""
    words = {"ok": _("read well"), "incomplete": _("read in part"), **dict(Trouble.choices)}
    signs = {"ok": "well", "incomplete": "partly", **dict.fromkeys(map(str, STOPPING), "patron")}
    return f"{SIGNS[signs.get(kind, 'trouble')]} {words.get(kind, kind)}"


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago that was, in the largest unit; a dash for never."""
    if moment is None:
        return "–"
    return _("%(time)s ago") % {"time": timesince(moment, now, depth=1)}


def many(snapshot: dict[str, list[object] | None] | None, what: str) -> str:
    """How many loans, holds or fees were read; a dash where the library does not tell."""
    rows = (snapshot or {}).get(what)
    return "–" if rows is None else str(len(rows))
