"""Koha's own catalogue pages (OPAC): themes prog, ccsr and bootstrap, from 3.0 on, and LMSCloud's edition."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged
from libraries.forms import base, leave, submit
from libraries.ledger import outstanding
from libraries.listing import Fees, Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.nothing import prove_nothing, says_none
from libraries.page import cls
from libraries.parts.koha import VIEWS, Views, lines_of, views_of
from libraries.parts.koha_rows import hold, loan
from libraries.refusals import in_any_language
from libraries.site import Site
from libraries.tables import caption, captioned
from libraries.web import Web
from libraries.words import EXPIRES, FROZEN

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
        views, start = views_of(tree), base(tree)
        lists = snapshot(loans=self._loans(views, start), holds=self._holds(views, start))
        card = self._card(tree, views.part)
        stated = {"counts": lists.counts, "incomplete": lists.incomplete}
        return replace(card, loans=lists.loans, holds=lists.holds, **stated)  # type: ignore[arg-type]

    def parse_card(self, tree: HtmlElement) -> AccountSnapshot:
        """Expiry, blocks and messages above the lists of the summary; or the expiry among the personal details."""
        return self._card(tree, page.maybe(page.finished(tree), VIEWS))

    def _card(self, tree: HtmlElement, views: HtmlElement | None) -> AccountSnapshot:
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
        return self._loans(views_of(tree), base(tree))

    def _loans(self, views: Views, start: str) -> Listing[Loan]:
        tables = views.named("checkoutst", "divibibcheckoutst")
        if not views.named("checkoutst") and views.tabs["opac-user-checkouts"] != 0:
            prove_nothing(page.every(views.part, NONE_OUT), "loans")
        counts = [count or 0 for name, count in views.tabs.items() if name.endswith("checkouts")]
        lines = lines_of(tables, views.named("overduest"), "loans")
        stated = max(sum(counts), sum(map(captioned, tables))) or None
        return Listing(apart(loan(self.site, each, start) for each in lines), stated).checked("loans")

    def parse_holds(self, tree: HtmlElement) -> Listing[Hold]:
        """Holds and recalls. Where there are none, Koha says so by leaving out their tab."""
        return self._holds(views_of(tree), base(tree))

    def _holds(self, views: Views, start: str) -> Listing[Hold]:
        tabs = {name: count for name, count in views.tabs.items() if re.search("hold|reserv|recall|waiting", name)}
        tables, waiting = views.named("holdst", "recalls-table"), views.named("waitingt")
        there = tables or waiting
        if not there and (tabs or page.maybe(views.part, ".//div[contains(@id, 'user-hold')]") is not None):
            raise LayoutChanged("no table of holds")
        lines = lines_of(tables, waiting, "holds")
        if there and not lines and not any(re.search(r"\b0\b", caption(each)) for each in tables):
            raise LayoutChanged("a table of holds without holds")
        counts = [count or 0 for name, count in tabs.items() if "waiting" not in name]
        stated = max(sum(counts), sum(map(captioned, tables))) or None
        return Listing(apart(hold(self.site, each, start) for each in lines), stated).checked("holds")

    def parse_fees(self, tree: HtmlElement) -> Fees:
        """What is outstanding among charges and payments. Raises LayoutChanged if that is not the total."""
        box = page.one(page.finished(tree), "//*[@id='useraccount']", "charges")
        table = page.maybe(box, ".//table[not(starts-with(@id, 'finestable-'))]")
        if table is None:
            if not says_none(box, "fees"):
                prove_nothing(page.every(box, ".//h3 | .//h4"), "charges")
            return Fees()
        return outstanding(table, self.site)
