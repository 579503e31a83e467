"""The way into and through a SunRise account: the login, the notice after it, and the lists to their last page."""

import re
from collections.abc import Mapping
from dataclasses import replace

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Hold, Login
from libraries.errors import LayoutChanged
from libraries.forms import address, settle, submit
from libraries.listing import Fees, Listing, apart, follow, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.page import cls
from libraries.site import Site
from libraries.sunrise.card import card, fees
from libraries.sunrise.lists import holds, loans
from libraries.web import Web
from libraries.words import FROZEN, WRONG_LOGIN

LOGIN_FORM = "//form[.//input[@name='username'] and .//input[@name='password']]"
NEW_PASSWORD = (
    "//form[@id='passwortaenderung' or @id='CommitPasswordBean' or contains(@action, 'changePassword')] | "
    "//*[@id='passwortaenderung' or @id='CommitPasswordBean']"
)
LOGOUT = "//a[contains(@href, 'login.do') and contains(@href, 'methodToCall=logout')]"
DONE = "//a[contains(@href, 'methodToCall=done')]"
INFORMING = cls("alert-info", "alert-success", "message-info", "message-confirm")
REFUSAL = f"//*[{cls('alert', 'message-warning', 'message-error', 'error')}][not({INFORMING})][normalize-space()]"
GOES_ON = re.compile(r"nutzungseinschränkung|datenbankauswahl|database selection|restrict", re.IGNORECASE)
RESTRICTED = re.compile(r"nutzungseinschränkung|restrict", re.IGNORECASE)
OWN_TROUBLE = re.compile(r"sitzung|session|server|technisch|technical|später|try again later|verbindung", re.IGNORECASE)
NUMBER = re.compile(r"\S*\d{4}\S*:?\s*")


def seen(tree: HtmlElement) -> LoginSeen:
    """What a page says of the login. A notice that only wants to be read before the account is no refusal."""
    words = page.text(page.maybe(tree, REFUSAL))
    if page.maybe(tree, NEW_PASSWORD) is not None:
        return LoginSeen(LoginState.MUST_ACT, words or "The library asks for a new password.")
    form = page.maybe(tree, LOGIN_FORM)
    if form is None and page.maybe(tree, DONE) is not None and (not words or GOES_ON.search(words)):
        return LoginSeen(LoginState.IN, words if RESTRICTED.search(words) else "")
    if form is None and page.maybe(tree, LOGOUT) is not None:
        return LoginSeen(LoginState.IN)
    if (
        words
        and not OWN_TROUBLE.search(words)
        and (form is not None or WRONG_LOGIN.search(words) or FROZEN.search(words))
    ):
        wrong = WRONG_LOGIN.search(words) or not FROZEN.search(words)
        # The site repeats the patron's number in front of its words.
        return LoginSeen(LoginState.REFUSED if wrong else LoginState.MUST_ACT, NUMBER.sub("", words))
    if form is None:
        raise LayoutChanged("neither the account nor the login form")
    return LoginSeen(LoginState.LOGIN_PAGE)


def log_in(web: Web, login: Login, door: str, chosen: Mapping[str, str]) -> str | None:
    """Signs in at the form behind `door`; `chosen` are further fields of it. Gives the notice shown, if any."""
    form = page.one(web.get(door).html(), LOGIN_FORM, "login form")
    filled = {"username": login.number, "password": login.pin, **chosen}
    found, landing = settle(web, submit(web, form, filled), seen)
    found.admit()
    onward = page.maybe(landing, DONE)
    if onward is not None:
        seen(web.get(address(landing, onward.get("href", ""))).html()).admit()
    return found.words or None


def account(web: Web, site: Site, lists: Mapping[str, str], notice: str | None) -> AccountSnapshot:
    """Every list to its end, from the addresses of `lists`: loaned, ordered, requested, fees."""
    first = web.get(lists["loaned"]).html()
    base = card(site, first)
    on_loan = follow(loans(site, first), lambda url: loans(site, web.get(url).html()), "loans")
    asked = [
        follow(holds(site, web.get(lists[name]).html()), lambda url: holds(site, web.get(url).html()), "holds")
        for name in ("ordered", "requested")
    ]
    # A sum of nothing is the site's own word; the list is asked for where something is owed.
    owed = Fees(total=base.fees_total) if base.fees_total == 0 else fees(site, web.get(lists["fees"]).html())
    blocked = " ".join(filter(None, (notice, base.blocked))) or None
    return snapshot(
        replace(base, blocked=blocked),
        loans=replace(on_loan, rows=apart(on_loan.rows)),
        holds=_together(asked),
        fees=owed,
    )


def _together(lists: list[Listing[Hold]]) -> Listing[Hold]:
    """Orders and reservations as one list. A count that one of them lacks leaves that of the other."""
    stated = [each.stated for each in lists if each.stated is not None]
    return Listing(apart(row for each in lists for row in each.rows), sum(stated) if stated else None)
