"""Koha's own catalogue pages (OPAC): themes prog, ccsr and bootstrap, from 3.0 on, and LMSCloud's edition."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, HoldState, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, leave, submit
from libraries.ledger import outstanding
from libraries.listing import Fees, Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import prove_nothing, says_none
from libraries.page import cls
from libraries.parts.koha import VIEWS, lines_of, number_of, tabs_of, views_of
from libraries.refusals import in_any_language
from libraries.site import Site
from libraries.tables import Cells, caption, captioned, only_date, said, stamp, unlabelled
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN, hold_state, renewals_in

LOGIN_BOX = "//*[@id='opac-auth'] | //body[@id='opac-login-page'][not(.//*[@id='opac-auth'])]"
LOGIN_FORM = ".//form[.//input[@type='password']][not(@id='modalAuth')]"
SHOWN = "not(ancestor::form or ancestor-or-self::*[contains(@style, 'none') or @id='nologininstructions'])"
ALERT = f"descendant-or-self::*[{cls('alert', 'dialog', 'error')} or @role='alert'][{SHOWN}][normalize-space()]"

ACCOUNT = "//body[@id='opac-user'][not(.//*[@id='opac-auth'])] | //div[@id='userdetails' or @id='opac-user-views']"
OWED = "//div[starts-with(@id, 'opac-user-fines')]//td/a"
NAME = "//a[contains(@href, 'opac-user.pl')][ancestor::*[contains(@class, 'breadcrumb')]]"
NONE_OUT = (
    ".//div[contains(@id, 'user-checkouts')]//*[self::td or self::p or self::div[contains(@class, 'alert')]]"
    "[not(ancestor::table[@id] or .//table)]"
)
RENEWAL = ".//a[contains(@href, 'opac-renew')] | .//span[contains(@class, 'renewals')]"

TO_BE_PULLED = re.compile(r"to be pulled|(?:geholt|bereitgestellt) werden|d'être retiré|por retirar", re.IGNORECASE)
BLOCKS = {"userdebarred", "discharged", "lost", "gonenoaddress", "warnexpired"}


@dataclass(frozen=True, kw_only=True)
class Koha:
    """A Koha OPAC."""

    name: ClassVar[str] = "Koha"
    labels: ClassVar[Mapping[str, str]] = {"number": "Card number or user name", "pin": "Password"}
    read = staticmethod(page.html)

    site: Site

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, which shows the summary, reads charges and the card's expiry beside it, and logs out."""
        summary = self._log_in(web, login)
        try:
            account = self.parse_account(summary)
            charges = web.get(self._at("opac-account.pl"), expect=(403, 404))
            fees = self.parse_fees(charges.html()) if charges.status == 200 else None
            total = account.fees_total if fees is None or fees.total is None else fees.total
            expires = account.card_expires or self._expiry(web)
            return replace(account, fees=fees.rows if fees else None, fees_total=total, card_expires=expires)
        finally:
            leave(web, self._at("opac-main.pl?logout.x=1"))

    def _log_in(self, web: Web, login: Login) -> HtmlElement:
        box = page.one(web.get(self._at("opac-user.pl")).html(), LOGIN_BOX, "box with a login form")
        form = page.one(box, LOGIN_FORM, "login form")
        # The newer ones call their fields login_userid and login_password.
        newer = "login_" if page.maybe(form, ".//input[@name='login_userid']") is not None else ""
        landing = submit(web, form, {f"{newer}userid": login.number, f"{newer}password": login.pin}).html()
        self.parse_login(landing).admit()
        return landing

    def _expiry(self, web: Web) -> date | None:
        """The card's expiry from the personal details, where the library lets patrons see it."""
        details = web.get(self._at("opac-memberentry.pl"), expect=(403, 404))
        with suppress(LayoutChanged):
            return self.parse_card(details.html()).card_expires if details.status == 200 else None
        return None

    def _at(self, script: str) -> str:
        return self.site.url(f"/cgi-bin/koha/{script}")

    def parse_login(self, tree: HtmlElement) -> LoginSeen:
        """In by the account itself, since every page of Koha carries a login form; refused by the words in its box."""
        if page.maybe(tree, ACCOUNT) is not None:
            return LoginSeen(LoginState.IN)
        consent = page.maybe(tree, "//body[@id='opac-patron-consent']//*[self::h1 or self::h2 or self::h3]")
        if consent is not None:
            return LoginSeen(LoginState.MUST_ACT, page.text(consent), self._at("opac-user.pl"))
        box = page.maybe(tree, LOGIN_BOX)
        if box is None:
            raise LayoutChanged("neither the account nor the login form")
        seen = in_any_language(box, ALERT)
        if seen.state is LoginState.LOGIN_PAGE and page.maybe(box, LOGIN_FORM) is None:
            raise LayoutChanged("no login form")
        return seen

    def parse_account(self, tree: HtmlElement) -> AccountSnapshot:
        """The summary: loans, holds and what it says of the card."""
        lists, card = snapshot(loans=self.parse_loans(tree), holds=self.parse_holds(tree)), self.parse_card(tree)
        stated = {"counts": lists.counts, "incomplete": lists.incomplete}
        return replace(card, loans=lists.loans, holds=lists.holds, **stated)  # type: ignore[arg-type]

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry, blocks and messages above the lists of the summary; or the expiry among the personal details."""
        views = page.maybe(page.finished(tree), VIEWS)
        details = page.every(tree, "//fieldset[@id='memberentry_library']//li[label]") if views is None else []
        if views is None and not details:
            raise LayoutChanged("neither the summary nor the personal details")
        above = [] if views is None else [*views.itersiblings(preceding=True)][::-1]
        lines = [(each.tag, each.get("id"), page.text(each)) for part in above for each in part.iter("li", "div")]
        blocks = [text for tag, name, text in lines if name in BLOCKS or (tag == "li" and FROZEN.search(text))]
        alerts = dict.fromkeys(page.text(each) for part in above for each in page.every(part, ALERT))
        told = [words[at.start() :] for part in (*above, *details) if (at := EXPIRES.search(words := page.text(part)))]
        return AccountSnapshot(
            card_expires=next((day for words in told if (day := self.site.expiry(words))), None),
            blocked=" ".join(blocks) or None,
            messages=tuple(words for words in alerts if not any(each in words for each in blocks)),
            fees_total=self.site.maybe_money(page.text(page.maybe(tree, OWED))),
            patron_name=page.text(page.maybe(tree, NAME)) or None,
        )

    def parse_loans(self, tree: HtmlElement) -> Listing[Loan]:
        """The checkouts, with e-books where the library lists them apart. Overdue ones are repeated, and count once."""
        views = views_of(tree)
        tabs = tabs_of(views)
        tables = page.every(views, ".//table[@id='checkoutst' or @id='divibibcheckoutst']")
        if not any(each.get("id") == "checkoutst" for each in tables) and tabs["opac-user-checkouts"] != 0:
            prove_nothing(page.every(views, NONE_OUT), "loans")
        counts = [count or 0 for name, count in tabs.items() if name.endswith("checkouts")]
        lines = lines_of(tables, page.every(views, ".//table[@id='overduest']"), "loans")
        stated = max(sum(counts), sum(map(captioned, tables))) or None
        return Listing(apart(self._loan(*each) for each in lines), stated).checked("loans")

    def _loan(self, line: HtmlElement, row: Cells) -> Loan:
        title, author = _title(line, row)
        due, due_text = self.site.due(stamp(row["due"] if "due" in row else only_date(line, "due date")))
        able, used, left, why = _renewal(line, row)
        return Loan(
            id=said(row.get("barcode")).rpartition(":")[2].strip() or number_of(row) or f"{title} {due or due_text}",
            title=title,
            author=author,
            due=due,
            due_text=due_text,
            renewable=able,
            renewals=used,
            renewals_left=left,
            why_not_renewable=why,
            format=said(row.get("format")) or None,
            digital=next(line.iterancestors("table")).get("id") == "divibibcheckoutst" or None,
            branch=said(row.get("branch")) or None,
            call_number=said(row.get("call_number")) or None,
            url=address(row["link"], row["link"].get("href", "")) if "link" in row else None,
            notes=" ".join(page.text(each) for each in row.get("title", line).iter("em", "i")) or None,
        )

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """Holds and recalls. Where there are none, Koha says so by leaving out their tab."""
        views = views_of(tree)
        tabs = {name: count for name, count in tabs_of(views).items() if re.search("hold|reserv|recall|waiting", name)}
        tables = page.every(views, ".//table[@id='holdst' or @id='recalls-table']")
        waiting = page.every(views, ".//table[@id='waitingt']")
        if not tables and not waiting and (tabs or page.maybe(views, ".//div[contains(@id, 'user-hold')]") is not None):
            raise LayoutChanged("no table of holds")
        lines = lines_of(tables, waiting, "holds")
        if (tables or waiting) and not lines and not any(re.search(r"\b0\b", caption(each)) for each in tables):
            raise LayoutChanged("a table of holds without holds")
        counts = [count or 0 for name, count in tabs.items() if "waiting" not in name]
        stated = max(sum(counts), sum(map(captioned, tables))) or None
        return Listing(apart(self._hold(*each) for each in lines), stated).checked("holds")

    def _hold(self, line: HtmlElement, row: Cells) -> Hold:
        title, author = _title(line, row)
        status = unlabelled(row["status"]) if "status" in row else _beside(line, row)
        state = _state(line, status)
        position = re.match(r"[1-9]\d*", said(row.get("position")))
        last_day = self.site.last_day(status)
        return Hold(
            id=number_of(row) or title,
            title=title,
            author=author,
            state=state,
            position=int(position[0]) if position and state not in {HoldState.READY, HoldState.IN_TRANSIT} else None,
            pickup=said(row.get("branch")) or page.text(page.maybe(line, "./td/b | ./td/strong")) or None,
            pickup_by=(last_day or self._day(row.get("pickup_by"))) if state is HoldState.READY else None,
            expires=self._day(row.get("expires")),
            suspended_until=last_day if state is HoldState.SUSPENDED else None,
            url=address(row["link"], row["link"].get("href", "")) if "link" in row else None,
            notes=status or None if state is HoldState.UNKNOWN else None,
        )

    def _day(self, cell: HtmlElement | None) -> date | None:
        return self.site.maybe_day(stamp(cell)) if cell is not None else None

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """What is outstanding among charges and payments. Raises LayoutChanged if that is not the total."""
        box = page.one(page.finished(tree), "//*[@id='useraccount']", "charges")
        table = page.maybe(box, ".//table[not(starts-with(@id, 'finestable-'))]")
        if table is None:
            if not says_none(box, "fees"):
                prove_nothing(page.every(box, ".//h3 | .//h4"), "charges")
            return Fees()
        return outstanding(table, self.site)


def _title(line: HtmlElement, row: Cells) -> tuple[str, str | None]:
    """Title and author. The title is a link, unless its record was deleted; the author may follow the link."""
    link = row.get("link")
    cell = page.cell(row, "title") if "title" in row or link is None else next(link.iterancestors("td"))
    author = row["author"] if "author" in row else page.maybe(cell, ".//span[contains(@class, 'item-details')]")
    whole = page.text(link) if link is not None else page.text(cell).removesuffix(page.text(author))
    title = re.sub(r"\s*[/:;=,]$", "", whole.strip())
    if not title:
        raise LayoutChanged("no title in a row")
    after = page.text(author) if author is not None or link is None else page.own_text(cell)
    return title, after.removeprefix("by ").strip(" ,/") or None


def _renewal(line: HtmlElement, row: Cells) -> tuple[bool | None, int | None, int | None, str | None]:
    """Whether a loan can be renewed, how often it was, how often it still can be, and why not."""
    mark = None if "renew" in row else page.maybe(line, RENEWAL)
    cell = row.get("renew") if mark is None else next(mark.iterancestors("td"))
    if cell is None:
        return None, None, None, None
    used, left, words = renewals_in(unlabelled(cell))
    if any(
        each.get("type") == "checkbox" or "opac-renew" in each.get("href", "") + each.get("data-action", "")
        for each in cell.iter("input", "a")
    ):
        return True, used, left, None
    return False, used, left, words or None


def _beside(line: HtmlElement, row: Cells) -> str:
    """Where a hold stands, in tables that have no column for it: those of holds waiting, and of suspended ones."""
    table = next(line.iterancestors("table"))
    title = next(row["link"].iterancestors("td")) if "link" in row else row.get("title")
    cells = (page.text(each) for each in line if each is not title and table.get("id") == "waitingt")
    return " ".join([*cells, caption(table)])


def _state(line: HtmlElement, status: str) -> HoldState:
    """By Koha's marks of a row, which are the same in every language, and by the words."""
    said = hold_state(status)
    if said is not HoldState.READY and TO_BE_PULLED.search(status):
        return HoldState.WAITING
    marks = line.get("class", "").split()
    if "transfered" in marks or said in {HoldState.SUSPENDED, HoldState.IN_TRANSIT}:
        return HoldState.SUSPENDED if said is HoldState.SUSPENDED else HoldState.IN_TRANSIT
    return HoldState.READY if "reserved" in marks or page.maybe(line, ".//input[@name='pickup']") is not None else said
