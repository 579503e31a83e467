"""What staff are told of a library that we cannot read: which, what, since when. Nothing of any patron."""

from collections.abc import Mapping
from datetime import datetime
from textwrap import fill

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.plain import WIDTH
from notifications.scraped import clean

KINDS: Mapping[str, Promise] = {
    "layout_changed": gettext_lazy("its pages are not as we know them"),
    "site_refused_us": gettext_lazy("it takes us for a robot"),
    "misconfigured": gettext_lazy("its options do not fit its system"),
    "incomplete": gettext_lazy("it counts more than we can read"),
    "bad_certificate": gettext_lazy("its certificate is not valid"),
}


def incident(library: str, kind: str, message: str, *, since: datetime, cards: int, admin_url: str) -> tuple[str, str]:
    """Subject and text. `since` is on the library's clock; `message` the error's own, without any credential."""
    what = {"library": clean(library), "kind": KINDS.get(kind, clean(kind))}
    subject = _("%(library)s: %(kind)s") % what
    here = ngettext("%(n)d card of that library is kept here.", "%(n)d cards of that library are kept here.", cards)
    paragraphs = (
        subject,
        clean(message),
        _("First seen on %(since)s, on the library’s clock.") % {"since": since.strftime("%Y-%m-%d %H:%M")}
        + " "
        + here % {"n": cards}
        + " "
        + _("What was read before is kept and shown with its age. You are told once, until the library works again."),
    )
    return subject, "\n\n".join([*(fill(each, WIDTH) for each in paragraphs if each), admin_url]) + "\n"
