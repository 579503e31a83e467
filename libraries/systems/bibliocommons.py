"""BiblioCommons v2: account pages that carry their whole state as JSON, which is read instead of what they show."""

import html
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.answer import Answer
from libraries.errors import LayoutChanged
from libraries.fields import count
from libraries.forms import leave, submit
from libraries.listing import Listing, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.page import cls
from libraries.parts.bibliocommons import (
    Json,
    Page,
    account_of,
    counts,
    inner,
    listing,
    rows_of,
    summaries_of,
)
from libraries.parts.bibliocommons_rows import day, hold, loan
from libraries.refusals import at_the_form, judged
from libraries.site import Site
from libraries.web import Web

LOGIN_FORM = "//form[.//input[@name='user_pin']]"
ERRORS = f"//*[{cls('errors')}]"
REFUSAL = f"//*[{cls('top_message', 'flash_error', 'alert-danger')}][normalize-space()]"
LOGOUT = "//a[contains(@href, '/user/logout')]"
PRESENT = re.compile(rb"""USER_PRESENT\s*=\s*["']true|BC_USER_ID\s*=\s*[1-9]""")
SHOWN_FINES = re.compile(rb"""class="fine-amount"[^>]*>(.{1,200}?)</span>""", re.DOTALL)
TAGS = re.compile(r"<[^>]*>")
GROUPING = re.compile(r"(?<=\d)\s(?=\d{3}(?!\d))")
AMOUNT = re.compile(r"-?\d{1,9}(?:\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class BiblioCommons:
    """A library at BiblioCommons: its address is https://LIBRARY.bibliocommons.com."""

    name: ClassVar[str] = "BiblioCommons (BiblioCore)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Username or barcode", "pin": "PIN or password"}
    read = staticmethod(Page)

    site: Site

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Logs in, reads checked out items and holds with their further pages, and logs out."""
        self._log_in(web, login)
        try:
            loans = _page(web.get(self.site.url("/v2/checkedout")))
            holds = _page(web.get(self.site.url("/v2/holds")))
            return snapshot(
                self.parse_card(loans),
                loans=follow(self.parse_loans(loans), lambda more: self.parse_loans(self._turn(web, more)), "loans"),
                holds=follow(self.parse_holds(holds), lambda more: self.parse_holds(self._turn(web, more)), "holds"),
            )
        finally:
            leave(web, self.site.url("/user/logout"))

    def _log_in(self, web: Web, login: Login) -> None:
        tree = web.get(self.site.url("/user/login?destination=user_dashboard")).html()
        form = page.one(tree, LOGIN_FORM, "login form")
        answer = submit(web, form, {"name": login.number, "user_pin": login.pin})
        self.parse_login(_page(answer)).admit()

    def _turn(self, web: Web, more: str) -> Page:
        return _page(web.get(self.site.url(more)))

    def parse_login(self, here: Page) -> LoginSeen:
        """In by the user that the page knows; refused by its errors, which may be a list in JSON."""
        if _signed_in(here):
            return LoginSeen(LoginState.IN)
        tree = here.tree()
        if page.maybe(tree, LOGIN_FORM) is None:
            raise LayoutChanged("neither a user nor the login form")
        words = " ".join(_said(each) for each in page.every(tree, ERRORS)).strip()
        return judged(words) if words else at_the_form(tree, REFUSAL)

    def parse_card(self, here: Page) -> AccountSnapshot:
        """Expiry, what is owed and the counts, from the summaries that every page carries."""
        state = here.state()
        summaries = summaries_of(state)
        if not summaries:
            raise LayoutChanged("no summaries in the page's state")
        distant = count(inner(summaries, "interlibraryLoans").get("total"))
        return AccountSnapshot(
            card_expires=day(self.site, account_of(state).get("expiryDate")),
            fees_total=self._owed(here, inner(summaries, "fines")),
            messages=(f"Interlibrary loan requests: {distant}",) if distant else (),
            counts=counts(summaries),
        )

    parse_fees = parse_card

    def _owed(self, here: Page, fines: Json) -> Decimal | None:
        """The amount that the page shows, accruing or not; without one, or where it is a credit, that in its state."""
        shown = SHOWN_FINES.search(here.body)
        words = html.unescape(shown[1].decode("utf-8", "replace")).replace("<!-- -->", "") if shown else ""
        owed = self.site.maybe_money(GROUPING.sub("", TAGS.sub("", words)))
        told, credit = _amount(fines.get("totalFines")), _amount(fines.get("totalCredits"))
        return told if owed is None or (credit and owed == credit) else owed

    def parse_loans(self, here: Page) -> Listing[Loan]:
        """One page of the items checked out, digital ones too."""
        state = here.state()
        records = self.site.url("/v2/record/")
        rows = [loan(self.site, each, state, records) for each in rows_of(state, "checkedout", "checkouts")]
        return listing(tuple(rows), state, "checkedout", "/v2/checkedout").checked("loans")

    def parse_holds(self, here: Page) -> Listing[Hold]:
        """One page of the holds, or of those in one state."""
        state = here.state()
        records = self.site.url("/v2/record/")
        rows = [hold(self.site, each, state, records) for each in rows_of(state, "holds", "holds")]
        return listing(tuple(rows), state, "holds", "/v2/holds").checked("holds")


def _page(answer: Answer) -> Page:
    return Page(answer.body, answer.url)


def _signed_in(here: Page) -> bool:
    with suppress(LayoutChanged):
        auth = inner(here.state(), "auth")
        if "currentUserId" in auth:
            return bool(auth["currentUserId"])
    return bool(PRESENT.search(here.body)) or page.maybe(here.tree(), LOGOUT) is not None


def _said(node: HtmlElement) -> str:
    """What an error box says: plain words, or a list of them in JSON ("[]" for none)."""
    words = page.text(node)
    with suppress(LayoutChanged):
        listed = page.json(words.encode())
        return " ".join(TAGS.sub("", str(each)) for each in listed) if isinstance(listed, list) else words
    return words


def _amount(number: Any) -> Decimal | None:
    return Decimal(str(number)).quantize(Decimal("0.01")) if AMOUNT.fullmatch(str(number)) else None
