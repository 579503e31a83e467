"""The records in VuFind's lists: what each tells, behind labels and without, and the loan or hold that it is."""

import re
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Hold, HoldState, Loan
from libraries.errors import LayoutChanged
from libraries.forms import absolute
from libraries.parts.vufind_labels import meaning
from libraries.site import Site
from libraries.tables import is_date
from libraries.words import hold_state

TIMES = re.compile(r"(\d+)(?:\s*/\s*(\d+))?")
PLACE = re.compile(r"[1-9]\d*")
ASKED = {"a", "input", "label", "span"}


class Sheet(NamedTuple):
    """What is the same for all records of a page: where links start, whether any can be renewed, or holds a script."""

    base: str
    form: bool
    plain: bool


# The title's link and words; formats; notices; words that are none of the record's text; whether it can be ticked.
# A plain tuple: one with names takes as long as three elements.
Parts = tuple[HtmlElement | None, str, list[str], list[str], list[str], bool]


class Record(NamedTuple):
    """What a record tells: `told` behind labels, `words` without one. `box`: it can be ticked for renewal."""

    id: str
    title: str
    url: str | None
    told: dict[str, str]
    words: str
    notice: str | None
    box: bool


def records(rows: list[HtmlElement], sheet: Sheet) -> list[Record]:
    """What each record tells. Step by step for all of them: the same again and again runs a fifth faster."""
    texts = [_lines(page.raw(row, plain=sheet.plain)) for row in rows]
    parts = [_parts(row) for row in rows]
    return [_record(*each, sheet) for each in zip(rows, texts, parts, strict=True)]


def _parts(row: HtmlElement) -> Parts:
    """The elements of a record by what they are, in one walk that asks of each no more than it must."""
    link, title, box = None, "", False
    formats: list[str] = []  # not list[str](), which takes longer than to read an element
    notices: list[str] = []
    aside: list[str] = []
    for each in row.iterdescendants():
        tag = each.tag
        if tag == "br":
            continue
        given = each.get("class")
        if given and "alert" in given and "alert" in given.split() and (words := page.text(each)):
            notices.append(words)
        if tag not in ASKED:
            continue
        if tag == "a":
            aside.append(words := page.text(each))
            if words and link is None and _leads(each, given):
                link, title = each, words
        elif tag == "input":
            box = box or _ticks(each)
        elif tag == "label":
            aside.append(page.text(each))
        elif given and "format" in given and "format" in given.split():
            formats.append(page.text(each))
    return link, title, formats, notices, aside, box


def _leads(link: HtmlElement, given: str | None) -> bool:
    """Whether a link is the record's title: by its address or its class."""
    return "/Record/" in link.get("href", "") or (given is not None and "title" in given.split())


def _ticks(field: HtmlElement) -> bool:
    """Whether this is the open box by which the loan is renewed."""
    opened = field.get("type") == "checkbox" and field.get("disabled") is None
    return opened and field.get("name", "").startswith("renewSelectedIDS")


def _record(row: HtmlElement, lines: list[str], parts: Parts, sheet: Sheet) -> Record:
    """What one tells. Raises LayoutChanged for a record without a title."""
    link, title, formats, notices, aside, box = parts
    told, rest = _told(lines, aside + formats + notices)
    if formats:
        told["format"] = ", ".join(formats)
    if link is None:
        # Records that are not in the catalogue have no link, older themes none at all, but the title in bold.
        title = _unlinked(row, rest.pop(0) if rest else "", told)
    if not title:
        raise LayoutChanged("no title in a record")
    key = row.get("id", "").removeprefix("record")
    url = absolute(sheet.base, link.get("href", "")) if link is not None else None
    return Record(key, title.rstrip(" /:"), url, told, " ".join(rest), " ".join(notices) or None, box)


def _unlinked(row: HtmlElement, head: str, told: dict[str, str]) -> str:
    """The title without a link: the first line, or what is bold in front of the author, "Title [Author]"."""
    bold = page.text(next(row.iterdescendants("strong"), None))
    if not bold or not head.startswith(f"{bold} ["):
        return head
    told.setdefault("author", head.removeprefix(bold).strip(" []"))
    return bold


def _lines(raw: str) -> list[str]:
    """The lines of a text, cut where a bar parts them too."""
    lines = page.cut(raw)
    if "|" not in raw:
        return lines
    return [words for line in lines for each in line.split("|") if (words := each.strip())]


def _told(lines: list[str], aside: list[str]) -> tuple[dict[str, str], list[str]]:
    """What stands behind labels, by kind, and the lines that have none."""
    told: dict[str, str] = {}
    rest: list[str] = []
    for words in lines:
        if words in aside:
            continue
        kind, behind = meaning(words)
        if not kind:
            rest.append(words)
        elif behind and kind not in told:
            told[kind] = behind
    return told, rest


@lru_cache(maxsize=128)
def _times(words: str) -> tuple[int | None, int | None]:
    """How often it was renewed, and how often it can be at all: "1 / 3"."""
    found = TIMES.search(words)
    return (int(found[1]), int(found[2]) if found[2] else None) if found else (None, None)


def loan(site: Site, found: Record, sheet: Sheet) -> Loan:
    """The loan that a record is."""
    told = found.told
    if "due" not in told:
        raise LayoutChanged("no due date in a loan")
    due, due_text = site.due(told["due"])
    times, most = _times(told["renewals"]) if "renewals" in told else (None, None)
    able = found.box if sheet.form else None
    return Loan(
        id=found.id or f"{found.title} {due or due_text}",
        title=found.title,
        author=told.get("author"),
        due=due,
        due_text=due_text,
        renewable=able,
        renewals=times,
        renewals_left=max(0, most - times) if times is not None and most is not None else None,
        why_not_renewable=None if able else found.notice,
        format=told.get("format"),
        branch=told.get("pickup"),
        call_number=told.get("call_number"),
        url=found.url,
        notes=found.notice if able else None,
    )


def hold(site: Site, found: Record) -> Hold:
    """The hold, or other request, that a record is."""
    told, words = found.told, found.words
    if "due" in told and is_date(told["due"][:10]):
        raise LayoutChanged("a loan among the holds")
    # VuFind says nothing of a hold that waits, unless its place in the queue is known.
    state = hold_state(words) if words else HoldState.WAITING
    position = PLACE.match(told.get("position", ""))
    last_day = site.last_day(words)
    return Hold(
        id=found.id or found.title,
        title=found.title,
        author=told.get("author"),
        state=state,
        position=int(position[0]) if position and state is not HoldState.READY else None,
        pickup=told.get("pickup"),
        pickup_by=last_day if state is HoldState.READY else None,
        expires=site.maybe_day(told.get("expires", "")),
        suspended_until=last_day if state is HoldState.SUSPENDED else None,
        format=told.get("format"),
        url=found.url,
        notes=words if state is HoldState.UNKNOWN else None,
    )
