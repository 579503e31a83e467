"""Reads a ledger: charges and payments in one table, each line with what is outstanding of it, and their total."""

from lxml.html import HtmlElement

from libraries import page
from libraries.account import Fee
from libraries.errors import LayoutChanged
from libraries.listing import Fees
from libraries.page import cls
from libraries.site import Site
from libraries.tables import is_date, unlabelled

TOTAL = f".//td[{cls('sum')}]"
AMOUNTS = f"./td[{cls('credit', 'debit')}]"
DEBIT = f"{AMOUNTS}[last()][{cls('debit')}]"


def outstanding(table: HtmlElement, site: Site) -> Fees:
    """What is outstanding, line by line. Raises LayoutChanged if that does not add up to the total.

    Whether a line's class says debit or credit, and whether a credit shows its sign, differs with the version of
    the site: the total tells which lines count.
    """
    total = site.money(page.text(page.maybe(page.whole(table, "charges"), TOTAL)), "total of the charges")
    rows = [row for row in page.every(table, "./tbody/tr[td] | ./tr[td]") if page.maybe(row, TOTAL) is None]
    fees = [(_fee(row, site), page.maybe(row, DEBIT) is not None) for row in rows]
    for owed in ([fee for fee, _ in fees], [fee for fee, debit in fees if debit]):
        if sum(fee.amount for fee in owed) == total:
            return Fees(tuple(fee for fee in owed if fee.amount), total=total)
    raise LayoutChanged("the charges do not add up to the total")


def _fee(row: HtmlElement, site: Site) -> Fee:
    amounts = page.every(row, AMOUNTS)
    if len(amounts) < 2:
        raise LayoutChanged("no amount outstanding in a charge")
    words = [unlabelled(each) for each in page.every(row, "./td") if each not in amounts]
    return Fee(
        amount=site.money(page.text(amounts[-1]), "amount outstanding"),
        reason=" ".join(each for each in words if each and not is_date(each)) or None,
        currency=site.currency,
        date=next((site.maybe_day(each) for each in words if is_date(each)), None),
    )
