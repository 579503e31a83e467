"""The WebPAC's lists, in its older markup (scope 3: header row never closed) and its newer one (scope 2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TypeVar

from libraries.account import HoldState
from libraries.demo.patrons import Held, Lent, Owed

SHORT = {"mdy": "%m-%d-%y", "dmy": "%d-%m-%y", "ymd": "%y-%m-%d"}
LONG = {"mdy": "%m-%d-%Y", "dmy": "%d-%m-%Y", "ymd": "%Y-%m-%d"}
BRANCHES = ("Main Library", "Eastbridge Branch", "Hillside Branch")
Row = TypeVar("Row")
FORM = '<form name="checkout_form" method="POST" id="checkout_form">\n'


@dataclass(frozen=True, kw_only=True)
class Skin:
    """How a scope prints things."""

    scope: str
    dates: str
    today: date
    new: bool

    def day(self, day: date) -> str:
        """A date of two-digit years."""
        return day.strftime(SHORT[self.dates])

    def long_day(self, day: date) -> str:
        """A date of four-digit years."""
        return day.strftime(LONG[self.dates])


def counted(number: int, word: str) -> str:
    """ "1 request", "2 requests"."""
    ending = "" if number == 1 else "S" if word.isupper() else "s"
    return f"{number} {word}{ending}"


def items(skin: Skin, loans: Sequence[Lent], *, short: bool = False, words: Mapping[str, str] | None = None) -> str:
    """What is checked out. `short`: the last row is missing; `words`: what became of renewals, by record."""
    title = f"{counted(len(loans), 'ITEM')} CHECKED OUT"
    heads = ("RENEW", "TITLE", "BARCODE", "STATUS", "CALL NUMBER")
    rows = [_item(skin, row, each, (words or {}).get(each.record, "")) for row, each in enumerate(_shown(loans, short))]
    sort = '<input type="HIDDEN" name="currentsortorder" value="current_checkout">\n'
    return FORM + sort + _table(skin, title, heads, rows, "No items are checked out.") + "</form>\n"


def confirm(skin: Skin, loans: Sequence[Lent]) -> str:
    """The page that asks whether to renew."""
    rows = "".join(f"<li>{escape(each.book.title)}</li>" for each in loans)
    return f"{FORM}<p>The following item(s) will be renewed, would you like to proceed?</p><ul>{rows}</ul></form>\n"


def holds(skin: Skin, held: Sequence[Held], *, short: bool = False) -> str:
    """What is asked for."""
    heads = ("CANCEL", "TITLE", "STATUS", "PICKUP LOCATION", "CANCEL IF NOT FILLED BY", "FREEZE")
    rows = [_hold(skin, each) for each in _shown(held, short)]
    return FORM + _table(skin, counted(len(held), "HOLD"), heads, rows, "You have no holds.") + "</form>\n"


def fines(skin: Skin, fees: Sequence[Owed]) -> str:
    """What is owed."""
    if not fees:
        return _table(skin, "FINES AND BILLS", (), [], "There are no fines or bills.")
    total = sum(each.amount for each in fees)
    rows = [_fine(skin, each) for each in fees]
    rows.append(
        '<tr class="patFuncFinesTotal"><td colspan="2" class="patFuncFinesTotalLabel">TOTAL DUE</td>'
        f'<td class="patFuncFinesTotalAmt">${total:.2f}</td></tr>\n'
    )
    return _table(skin, "FINES AND BILLS", (), rows, "")


def _shown(rows: Sequence[Row], short: bool) -> Sequence[Row]:
    return rows[:-1] if short else rows


def _table(skin: Skin, title: str, heads: Iterable[str], rows: list[str], none: str) -> str:
    """A list as the system builds it; without entries it has one row that says so."""
    heads = tuple(heads)
    above = f'<div class="patFuncTitle"><span id="id_pftitle_items_count">{title}\n</span></div>\n' if skin.new else ""
    inside = f'<tr class="patFuncTitle"><th colspan="{len(heads) or 3}" class="patFuncTitle">{title}</th></tr>\n'
    cells = "".join(f'<th scope="col" class="patFuncHeaders"> {each} </th>' for each in heads)
    header = f'<tr class="patFuncHeaders">{cells}{"</tr>" if skin.new else ""}\n' if heads else ""
    empty = (
        f'<tr class="patFuncNoEntries"><td colspan="{len(heads) or 3}">{none}</td></tr>\n' if none and not rows else ""
    )
    counts = "" if empty else above or inside
    outside, within = (counts, "") if skin.new else ("", counts)
    return f'{outside}<table lang="en" class="patFunc">\n{within}{header}{"".join(rows)}{empty}</table>\n'


def _item(skin: Skin, row: int, lent: Lent, words: str) -> str:
    mark = "" if lent.why_not else f'<input type="checkbox" name="renew{row}" value="{lent.record}" />'
    if skin.new and mark:
        mark = f'<input type="checkbox" name="name_pfmark_cancel{lent.record}x00" value="{lent.record}" />'
    title = f'<span class="patFuncTitleMain">{escape(lent.book.title)} / {escape(lent.book.author)}</span>'
    link = f'<a href="/record={lent.record.replace("i", "b")}~S{skin.scope}">{title}</a><br />'
    named = (
        f'<th scope="row" class="patFuncBibTitle">{link}</th>' if skin.new else f'<td class="patFuncTitle">{link}</td>'
    )
    barcode = (
        f"{lent.barcode[0]} {lent.barcode[1:5]} {lent.barcode[5:10]} {lent.barcode[10:]}" if skin.new else lent.barcode
    )
    return (
        f'<tr class="patFuncEntry"><td class="patFuncMark">{mark}</td>\n{named}\n'
        f'<td class="patFuncBarcode"> {barcode} </td>\n<td class="patFuncStatus"> {_status(skin, lent, words)}\n</td>\n'
        f'<td class="patFuncCallNo"> {escape(lent.book.call_number)} </td>\n</tr>\n'
    )


def _status(skin: Skin, lent: Lent, words: str) -> str:
    """ "DUE 11-20-18IN LIBRARY USE": the note stands right behind the date."""
    late = (skin.today - lent.due).days
    overdue = f' <font color="red">OVERDUE {late} day(s)</font>' if late > 0 else ""
    count = f'  <span class="patFuncRenewCount">Renewed {lent.renewals} time{"" if lent.renewals == 1 else "s"}</span>'
    result = f" <em><b>{escape(words)}</b></em>" if words else ""
    return f"DUE {skin.day(lent.due)}{escape(lent.note)}{overdue}{result}{count if lent.renewals else ''}"


def _hold(skin: Skin, held: Held) -> str:
    frozen = held.state is HoldState.SUSPENDED
    mark = f"cancel{held.record}x00"
    return (
        f'<tr class="patFuncEntry{" on_ice" if frozen else ""}">\n'
        f'<td class="patFuncMark"><input type="checkbox" name="{mark}" id="{mark}" /></td>\n'
        f'<td class="patFuncTitle"><label for="{mark}"><a href="/record={held.record}~S{skin.scope}">'
        f'<span class="patFuncTitleMain">{escape(held.book.title)} / {escape(held.book.author)}</span>'
        "</a></label><br /></td>\n"
        f'<td class="patFuncStatus"> {_hold_status(skin, held)} </td>\n<td class="patFuncPickup">{_pickup(held)}</td>\n'
        f'<td class="patFuncCancel">{skin.day(held.expires) if held.expires else "&nbsp;"}</td>\n'
        '<td class="patFuncFreeze"><input type="checkbox" '
        f'name="freeze{held.record}x00" {"checked " if frozen else ""}/></td>\n</tr>\n'
    )


def _hold_status(skin: Skin, held: Held) -> str:
    if held.words:
        return escape(held.words)
    if held.state is HoldState.READY:
        return f"Ready. Must pick up by {skin.day(held.pickup_by)}" if held.pickup_by else "Ready."
    return "IN TRANSIT" if held.state is HoldState.IN_TRANSIT else f"{held.position} of {held.queue} holds"


def _pickup(held: Held) -> str:
    """Text once the book is on its way, a choice before that; a choice may have nothing chosen."""
    if held.state in (HoldState.READY, HoldState.IN_TRANSIT):
        return escape(held.pickup)
    names = dict.fromkeys((*BRANCHES, held.pickup)) if held.chosen else BRANCHES
    options = "".join(_option(name, chosen=held.chosen and name == held.pickup) for name in names)
    return f"<select name=loc{held.record}x00 id=loc{held.record}x00>\n{options}</select>"


def _option(name: str, *, chosen: bool) -> str:
    return f'<option value="{name[:2].lower()}+++"{" selected" if chosen else ""}>{escape(name)}</option>\n'


def _fine(skin: Skin, owed: Owed) -> str:
    billed = (
        '<tr class="patFuncFinesDetailDate"><td class="patFuncFinesDetailDateLabel">Billed:</td>'
        f'<td colspan="2" class="patFuncFinesDetailDate">{skin.day(owed.billed)}</td></tr>\n'
        if owed.billed
        else ""
    )
    return (
        '<tr class="patFuncFinesEntryTitle"><td colspan="3" '
        f'class="patFuncFinesEntryTitle">{escape(owed.title)}</td></tr>\n'
        f'<tr class="patFuncFinesEntryDetail"><td colspan="2" class="patFuncFinesDetailType">{escape(owed.reason)}</td>'
        f'<td class="patFuncFinesDetailAmt">${owed.amount:.2f}</td></tr>\n{billed}'
    )
