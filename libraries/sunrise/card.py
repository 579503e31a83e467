"""What every account page of SunRise says beside its list: its name, the counts, the sum owed, the expiry."""

import re
from decimal import Decimal

from lxml.html import HtmlElement

from libraries import page
from libraries.account import AccountSnapshot, Fee
from libraries.errors import LayoutChanged
from libraries.listing import Fees
from libraries.page import cls
from libraries.site import Site
from libraries.sunrise.rows import DATES, LIST_TABLES, says_none
from libraries.words import EXPIRES, FROZEN

NAVIGATION = "id('tab account-nav')"
TABS = "//a[contains(@href, 'showAccount')]"
LISTS = {
    "loans": r"aus(?:ge)?l(?:ei|ie)h\w*|entliehen\w*|loans?|on loan|checked out|prêts?|emprunts?",
    "ordered": r"bestell\w*|order(?:s|ed)?|commandes?",
    "requested": r"vormerk\w*|reserv\w*|réserv\w*|holds?|requests?",
    "fees": r"gebühr\w*|fees?|charges?|fines?|frais|taxes?",
}
COUNTS = {name: re.compile(rf"\b(?:{words})\s*\(\s*(\d+)\s*\)", re.IGNORECASE) for name, words in LISTS.items()}
OWED = re.compile(rf"\b(?:{LISTS['fees']})[^()\d]{{0,30}}\(([^()]*\d[^()]*)\)", re.IGNORECASE)
SCRIPT = "//script[contains(., 'var typ')]"
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

AMOUNT = {"amount": ("offen", "saldo", "outstanding", "betrag", "gebühr", "amount", "montant", "preis")}
MONEY = re.compile(r"[-\u2212]?\d[\d.,']*\s*(?:€|[A-Z]{3}|Fr\.)?|(?:€|[A-Z]{3}|Fr\.)\s*[-\u2212]?\d[\d.,']*")
SUM = re.compile(r"summe|gesamt|total", re.IGNORECASE)
ISO = re.compile(r"\b(?:EUR|CHF)\b")


def shown(tree: HtmlElement) -> str | None:
    """Which list the page shows: loans, ordered, requested or fees; None where it does not say."""
    for script in page.every(tree, SCRIPT):
        if found := SHOWN.search(script.text or ""):
            return KINDS.get(found[1], found[1])
    for heading in page.every(tree, HEADING):
        words = page.text(heading)
        if name := next((name for name, known in LISTS.items() if re.match(known, words, re.IGNORECASE)), None):
            return name
    return None


def tabs(tree: HtmlElement) -> str:
    """The words of the tabs: each list with its count, the fees with their sum."""
    found = page.every(tree, NAVIGATION) or page.every(tree, TABS)
    return " ".join(" ".join(page.lines(each)) for each in found)


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
    words = tabs(tree)
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
    if shown(tree) not in {"fees", None}:
        raise LayoutChanged("the page is not that of the fees")
    total = owed(site, tabs(tree))
    found = tuple(fee for table in page.every(tree, LIST_TABLES) for fee in _fees(site, table))
    if not found and not says_none(tree):
        raise LayoutChanged("no fees, and no word that there are none")
    if total is not None and total != sum(each.amount for each in found):
        raise LayoutChanged("the fees do not add up to the total")
    return Fees(found, total=total)


def _fees(site: Site, table: HtmlElement) -> list[Fee]:
    """Every row that has an amount; a row that sums up the others is none."""
    header = page.maybe(table, ".//tr[th][not(td)]")
    place = page.columns(header, AMOUNT).get("amount") if header is not None else None
    rows = [row for row in page.table_rows(table, "fees") if len(page.every(row, "./td | ./th")) > 1]
    return [_fee(site, row, place) for row in rows if not SUM.search(page.text(row))]


def _fee(site: Site, row: HtmlElement, place: int | None) -> Fee:
    words = {cell: page.text(cell) for cell in page.every(row, "./td | ./th")}
    amounts = [cell for cell, said in words.items() if MONEY.fullmatch(said) and not said.endswith(".")]
    headed = page.at(row, place)
    cell = headed if headed in amounts else next(iter(amounts[-1:]), headed)
    amount = site.money(page.text(cell), "fee's amount")
    iso = ISO.search(page.text(cell))
    reasons = [said for each, said in words.items() if re.search(r"[^\W\d_]", said) and each not in amounts]
    day = next((site.maybe_day(said) for said in words.values() if DATES.search(said)), None)
    return Fee(amount=amount, reason=": ".join(reasons) or None, currency=iso[0] if iso else site.currency, date=day)
