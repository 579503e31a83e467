"""The lines of the status page as HTML: built here, as a template takes twenty times as long, and a page has hundreds.

Whatever comes from a library or a person goes through `escape`; what is left bare are names of ours.
"""

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import NamedTuple
from zlib import crc32

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cards.card_desk.looks import Mark
from notifications.lines import Line

AWAY = 'rel="noopener noreferrer nofollow"'


class Row(NamedTuple):
    """A line, whose it is, and what else there is to say of it. `icon` is the name of a drawing in icons.html."""

    line: Line
    mark: Mark
    icon: str
    when: str
    remarks: str


def html_of(rows: Iterable[Row]) -> SafeString:
    """The items of a list."""
    named = [(row, _name(row.line)) for row in rows]
    many = Counter(name for _row, name in named)
    items = (_item(row, f' id="{name}"' if many[name] == 1 else "") for row, name in named)
    return mark_safe("".join(items))  # nosec B308, B703


def _item(row: Row, known: str) -> str:
    """`known` is the id by which a link keeps the focus when the page changes around it."""
    body = _sentence(row.line, known) if row.line.text else _thing(row, known)
    who = f'<span class="who tone-{row.mark.tone:d}" aria-hidden="true">{escape(row.mark.initial)}</span>'
    return f'<li class="row {row.line.urgency.value}">{who}\n{body}</li>\n'


def _sentence(line: Line, known: str) -> str:
    """Something to know."""
    there = _("See to it at the library")
    link = f" {_link(known, line.action_url, there)}" if line.action_url else ""
    return f'<p class="said">{escape(line.text)}{link}</p>'


def _thing(row: Row, known: str) -> str:
    """Something on loan or on hold."""
    line = row.line
    title = _link(known, line.url, line.title) if line.url else escape(line.title)
    author = f' <bdi class="by">{escape(line.author)}</bdi>' if line.author else ""
    remarks = f" · {escape(row.remarks)}" if row.remarks else ""
    return (
        f'<p class="title"><bdi>{title}</bdi>{author}</p>\n{_when(row)}'
        f'<p class="meta"><bdi>{escape(line.patron)}</bdi>, {escape(line.library)}{remarks}</p>'
    )


def _when(row: Row) -> str:
    if not row.when:
        return ""
    drawing = f'<svg aria-hidden="true"><use href="#i-{escape(row.icon)}"/></svg>'
    return f'<p class="when">{drawing}<span>{escape(row.when)}</span></p>\n'


def _link(known: str, url: str, words: str) -> str:
    """`url` leads to the web, as `web_link` saw to."""
    return f'<a{known} href="{escape(url)}" {AWAY}>{escape(words)}</a>'


def _name(line: Line) -> str:
    """The same as long as the line tells the same."""
    return f"l{crc32(f'{line.card_id} {line.key}'.encode()):x}"
