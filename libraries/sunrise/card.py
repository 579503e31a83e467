"""What every account page of SunRise says beside its list: its name, the counts, the sum owed, the expiry."""

import re
from collections.abc import Sequence
from decimal import Decimal

from lxml.html import HtmlElement

from libraries import charges, page
from libraries.account import AccountSnapshot
from libraries.errors import LayoutChanged
from libraries.listing import Fees
from libraries.page import cls
from libraries.site import Site
from libraries.sunrise.ends import says_none
from libraries.sunrise.rows import DATES, list_tables
from libraries.sunrise.sheet import Sheet, sheet
from libraries.words import EXPIRES, FROZEN

TAB_BARS = ("tab", "account-nav")
BAR = "//@id[. = 'tab' or . = 'account-nav']/.."  # far quicker than to ask every element for its id
TABS = "//a[contains(@href, 'showAccount')]"
LISTS = {
    "loans": r"aus(?:ge)?l(?:ei|ie)h\w*|entliehen\w*|loans?|on loan|checked out|prêts?|emprunts?",
    "ordered": r"bestell\w*|order(?:s|ed)?|commandes?",
    "requested": r"vormerk\w*|reserv\w*|réserv\w*|holds?|requests?",
    "fees": r"gebühr\w*|fees?|charges?|fines?|frais|taxes?",
}
COUNTS = {name: re.compile(rf"\b(?:{words})\s*\(\s*(\d+)\s*\)", re.IGNORECASE) for name, words in LISTS.items()}
OWED = re.compile(rf"\b(?:{LISTS['fees']})[^()\d]{{0,30}}\(([^()]*\d[^()]*)\)", re.IGNORECASE)
SHOWN = re.compile(r"var\s+typ\s*=\s*[\"']?(\w+)")
KINDS = {
    **dict.fromkeys(("1", "2", "3", "4", "5", "loaned", "overdues", "recalled", "renewed", "ills"), "loans"),
    **{"6": "ordered", "ordered": "ordered", "7": "requested", "requested": "requested", "8": "fees", "fees": "fees"},
}
HEADING = "//*[@id='active1'] | //*[@id='tab-content']//h2 | //*[@id='account-nav']/li[not(.//a)]"

BESIDE = f"//*[{cls('box3')} or @id='right' or @id='account-nav-wrapper' or @id='account-info']"
FACTS = f"{BESIDE}//*[self::p or self::li or self::dd][.//strong or .//b or ../dt]"
ANNUAL = re.compile(r"jahres(?:gebühr|entgelt|beitrag)|annual fee", re.IGNORECASE)
NOTICE = f"//*[{cls('alert', 'message-warning', 'message-error', 'error')}][normalize-space()]"


def shown(about: Sheet) -> str | None:
    """Which list the page shows: loans, ordered, requested or fees; None where it does not say."""
    for script in about.scripts:
        if found := SHOWN.search(script.text or ""):
            return KINDS.get(found[1], found[1])
    for heading in page.every(about.tree, HEADING):
        words = page.text(heading)
        if name := next((name for name, known in LISTS.items() if re.match(known, words, re.IGNORECASE)), None):
            return name
    return None


def tabs(about: Sheet) -> str:
    """The words of the tabs: each list with its count, the fees with their sum."""
    named = _named(about.blocks) or _named(page.every(about.tree, BAR))
    found = [named[name] for name in TAB_BARS if name in named] or page.every(about.tree, TABS)
    return " ".join([page.fold(page.raw(each)) for each in found])


def _named(elements: Sequence[HtmlElement]) -> dict[str, HtmlElement]:
    """The first element of each of the tabs' names, as a browser finds it."""
    return {name: each for each in reversed(elements) if (name := each.get("id")) in TAB_BARS}


def counted(words: str, name: str | None) -> int | None:
    """How many rows the list of that name has by the words of the tabs; None where they do not say."""
    found = COUNTS[name].search(words) if name else None
    return int(found[1]) if found else None


def owed(site: Site, words: str) -> Decimal | None:
    """The sum that the tab of the fees states, or None."""
    found = OWED.search(words)
    return site.maybe_money(found[1]) if found else None


def card(site: Site, tree: HtmlElement) -> AccountSnapshot:
    """Counts and sum from the tabs, and what boxes beside the list say. Raises LayoutChanged without tabs."""
    words = tabs(sheet(tree))
    if not words:
        raise LayoutChanged("no tabs of the account")
    facts = [page.text(each) for each in page.every(tree, FACTS)]
    notices = [page.text(each) for each in page.every(tree, NOTICE)]
    expiry = next((each for each in facts if EXPIRES.search(each) and DATES.search(each)), "")
    return AccountSnapshot(
        card_expires=site.expiry(expiry),
        fees_total=owed(site, words),
        blocked=next((each for each in notices if FROZEN.search(each)), None),
        messages=(*(each for each in facts if ANNUAL.search(each)), *notices),
        counts=_counts(words),
    )


def _counts(words: str) -> dict[str, int]:
    loans, *holds = (counted(words, name) for name in ("loans", "ordered", "requested"))
    known = [count for count in holds if count is not None]
    return ({} if loans is None else {"loans": loans}) | ({"holds": sum(known)} if known else {})


def fees(site: Site, tree: HtmlElement) -> Fees:
    """The fees. Raises LayoutChanged where they do not add up to the sum in the tab."""
    about = sheet(tree)
    if shown(about) not in {"fees", None}:
        raise LayoutChanged("the page is not that of the fees")
    total = owed(site, tabs(about))
    found = [fee for table in list_tables(about) for fee in charges.in_table(site, table)]
    if not found and not says_none(tree):
        raise LayoutChanged("no fees, and no word that there are none")
    return charges.added_up(found, total)
