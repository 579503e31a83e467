"""The overview of a Zones account: how much there is, what is owed, until when the card is good."""

import re
from datetime import date
from decimal import Decimal

from lxml.html import HtmlElement

from libraries import page
from libraries.charges import DATES
from libraries.site import Site
from libraries.words import EXPIRES

FACTS = "/descendant::tr[td[contains(@class, 'AccountSummaryC') or contains(@class, 'AccountDetailField')]]"
COUNTER = {"loans": "ShowLoans", "holds": "ShowReservations"}
COUNTED = {
    "loans": re.compile(
        r"entlieh|ausgelieh|ausleih|loan|check(?:ed )?outs?|prêt|emprunt|geleend|lening", re.IGNORECASE
    ),
    "holds": re.compile(r"vormerk|reserv|réserv|\bholds?\b", re.IGNORECASE),
    "fees": re.compile(
        r"kontostand|gebühr|entgelt|saldo|betrag|schuld|balance|owed|charges?|fines?|solde|amende|montant|boete",
        re.IGNORECASE,
    ),
}
NOT_NOW = re.compile(r"jahr|gesamt|\bmax|limit|bisher|histor|year|\btotal|année", re.IGNORECASE)
COUNT = re.compile(r"\(?(\d+)\)?(?:\s*\([^)]*\))?")
MEMBER = re.compile(r"abonnement|mitgliedschaft|adhésion|lidmaatschap|membership", re.IGNORECASE)
SECRET = re.compile(r"\bpin\b|passwor|kennwor|vormerk|reserv|réserv", re.IGNORECASE)


def facts(tree: HtmlElement) -> list[tuple[str, str, str]]:
    """Each line of the overview: its name, where it leads, and what it says."""
    found = []
    for row in page.every(tree, FACTS):
        name, *rest = row.iterchildren("td")
        value = next((cell for cell in rest if "Value" in cell.get("class", "")), next(iter(rest), name))
        way = next((each.get("href", "") for each in name.iter("a")), "")
        found.append((page.text(name), way, next(iter(page.lines(value)), "")))
    return found


def counts(tree: HtmlElement) -> dict[str, int]:
    """How many loans and holds there are now; where lines tell of parts of them, the greatest counts."""
    found = dict[str, int]()
    counted = [(name, way, int(count[1])) for name, way, said in facts(tree) if (count := COUNT.fullmatch(said))]
    for name, way, number in counted:
        for what in COUNTER:
            if f"={COUNTER[what]}" in way or (COUNTED[what].search(name) and not NOT_NOW.search(name)):
                found[what] = max(found.get(what, 0), number)
    return found


def owed(site: Site, lines: list[tuple[str, str, str]]) -> Decimal | None:
    """The sum owed, by the first line that names one: no day until which something is paid."""
    sums = (
        site.maybe_money(said) for name, _, said in lines if COUNTED["fees"].search(name) and not DATES.search(said)
    )
    return next((each for each in sums if each is not None), None)


def expires(site: Site, lines: list[tuple[str, str, str]]) -> date | None:
    """The card's last day, of all that has one."""
    named = (
        said for name, _, said in lines if (EXPIRES.search(name) or MEMBER.search(name)) and not SECRET.search(name)
    )
    return next(filter(None, map(site.expiry, named)), None)
