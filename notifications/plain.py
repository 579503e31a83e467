"""The mail as plain text, wrapped as people used to write it."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from notifications.lines import Line

if TYPE_CHECKING:
    from notifications.letter import Page, Part, Section

WIDTH = 72


def written(page: Page) -> str:
    """The whole mail; lines of at most 72 characters, but for links."""
    remarks = ("\n".join(wrap(each, WIDTH)) for each in page.remarks)
    sections = (block for section in page.sections for block in _section(section))
    return "\n\n".join([_opening(page), *remarks, *sections, _closing(page)]) + "\n"


def _opening(page: Page) -> str:
    return "\n".join([*wrap(page.subject, WIDTH), *wrap(page.dateline, WIDTH)])


def _closing(page: Page) -> str:
    return "\n".join(
        [
            _("All your cards, as they are now:"),
            page.links.status,
            "",
            "-- ",
            *wrap(page.why, WIDTH),
            _("Why did I get this? Change what you get:"),
            page.links.why,
            _("To stop these mails:"),
            page.links.unsubscribe,
        ]
    )


def _section(section: Section) -> Iterator[str]:
    if section.family:
        yield "\n".join(["=" * WIDTH, *wrap(section.family, WIDTH), "=" * WIDTH])
    for part in section.parts:
        yield _part(part)
    if section.notes:
        yield "\n".join(line for note in section.notes for line in wrap(note, WIDTH))


def _part(part: Part) -> str:
    label = str(part.label).upper()
    return "\n\n".join([f"{label}\n{'-' * len(label)}", *("\n".join(_line(line)) for line in part.lines)])


def _line(line: Line) -> Iterator[str]:
    """A bullet with the title (or the whole sentence), then its particulars, one a line."""
    new = _("new") if line.is_new else ""
    headline = line.text or line.title
    yield from _hanging(f"{headline} [{new}]" if new else headline, "* ")
    for each in (line.author, particulars(line), "" if line.text else card(line)):
        if each:
            yield from _hanging(each, "  ")
    if line.action_url:
        yield f"  {line.action_url}"


def _hanging(text: str, first: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent="  ", break_on_hyphens=False)


def particulars(line: Line) -> str:
    """When and where, in one phrase."""
    return ", ".join(each for each in (line.where, line.when) if each)


def card(line: Line) -> str:
    """Whose card it is on, and where."""
    return _("%(patron)s, %(library)s") % {"patron": line.patron, "library": line.library}
