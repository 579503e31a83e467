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
MONEY = {"credit", "debit"}
ROWS = "./tbody/tr[td] | ./tr[td]"


def outstanding(table: HtmlElement, site: Site) -> Fees:
    """What is outstanding, line by line. Raises LayoutChanged if that does not add up to the total.

    Whether a line's class says debit or credit, and whether a credit shows its sign, differs with the version of
    the site: the total tells which lines count.
    """
    total = site.money(page.text(page.maybe(page.whole(table, "charges"), TOTAL)), "total of the charges")
    rows = (row for row in page.every(table, ROWS) if "sum" not in _classes(row[-1]))
    fees = [_fee(row, site) for row in rows]
    for owed in ([fee for fee, _ in fees], [fee for fee, debit in fees if debit]):
        if sum(fee.amount for fee in owed) == total:
            return Fees(tuple(fee for fee in owed if fee.amount), total=total)
    raise LayoutChanged("the charges do not add up to the total")


def _fee(row: HtmlElement, site: Site) -> tuple[Fee, bool]:
    """One line, and whether its amount outstanding is marked as a debit."""
    amounts = [cell for cell in row if not MONEY.isdisjoint(_classes(cell))]
    if len(amounts) < 2:
        raise LayoutChanged("no amount outstanding in a charge")
    amount = site.money(page.text(amounts[-1]), "amount outstanding")
    if not amount:
        return Fee(amount=amount), True
    words = [unlabelled(cell) for cell in row if cell not in amounts]
    fee = Fee(
        amount=amount,
        reason=" ".join(each for each in words if each and not is_date(each)) or None,
        currency=site.currency,
        date=next((site.maybe_day(each) for each in words if is_date(each)), None),
    )
    return fee, "debit" in _classes(amounts[-1])


def _classes(cell: HtmlElement) -> list[str]:
    return str(cell.get("class", "")).split()
