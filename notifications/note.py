"""A letter of a few paragraphs with at most one link to press, in the digest's look."""

from dataclasses import dataclass
from textwrap import wrap

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications.plain import WIDTH


@dataclass(frozen=True, kw_only=True, repr=False)
class Note:
    """What it says, where its one link leads, and why it came."""

    subject: str
    paragraphs: tuple[str, ...]
    why: str
    label: str = ""
    url: str = ""

    def text(self) -> str:
        """Plain text; lines of at most 72 characters, but for the link."""
        blocks = ["\n".join(wrap(each, WIDTH)) for each in (self.subject, *self.paragraphs)]
        link = [_("%(label)s:") % {"label": self.label} + f"\n{self.url}"] if self.url else []
        return "\n\n".join([*blocks, *link, "\n".join(["-- ", *wrap(self.why, WIDTH)])]) + "\n"

    def html(self) -> str:
        """The same as a page."""
        context = {"note": self, "language": get_language() or "en"}
        return render_to_string("notifications/note.html", context)
