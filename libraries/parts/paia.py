"""PAIA's documents as loans and holds, its fees, and how its answers name what is wrong."""

import re
from decimal import Decimal
from typing import Any

from libraries import page, stamps
from libraries.account import Fee, Hold, HoldState, Loan
from libraries.charges import ISO
from libraries.errors import LayoutChanged, SiteFailing, SiteRefusedUs
from libraries.fields import Told, as_list, as_object, count, said, sure
from libraries.site import Site
from libraries.titles import title_first

ZONE = "Europe/Berlin"  # of nearly all libraries that have it
NOT_OFFERED = {"insufficient_scope", "not_implemented"}
TROUBLE = {"service_unavailable", "internal_error", "bad_gateway", "gateway_timeout"}

NO_RELATION, RESERVED, ORDERED, HELD, PROVIDED, REJECTED = range(6)
STATES = {
    RESERVED: HoldState.WAITING,
    ORDERED: HoldState.WAITING,
    PROVIDED: HoldState.READY,
    REJECTED: HoldState.UNKNOWN,
}
DOCUMENT = {
    *("status", "item", "edition", "requested", "about", "label", "queue", "renewals", "reminder", "starttime"),
    *("endtime", "duedate", "canrenew", "cancancel", "error", "storage", "storageid", "condition"),
}
FEES = {"amount", "fee"}
YEAR = re.compile(r"\s*\([^()]*\d{2,4}[^()]*\)$")
AMOUNT = re.compile(r"([-\u2212]?\d+(?:[.,]\d\d?|\.\d+)?)(?:\s+([A-Z]{3}))?")

ANSWER = "answer of PAIA"


def offered(value: Any) -> Any:
    """The answer, or None where this server, or this patron's rights, do not offer it."""
    return None if str(as_object(value, ANSWER).get("error")) in NOT_OFFERED else without_error(value)


def without_error(value: Any) -> dict[str, Any]:
    """The answer, if it tells of no error. Raises CheckError by what it tells."""
    told = as_object(value, ANSWER)
    error = told.get("error")
    if str(error) in TROUBLE:
        raise SiteFailing("the PAIA server says that it cannot answer now")
    if error == "rate_limit_exceeded":
        raise SiteRefusedUs("the PAIA server says that it was asked too often")
    if error is not None:
        raise LayoutChanged("the PAIA server answers with an error that is not expected here")
    return told


def number(value: Any, name: str) -> int:
    """A whole number. Raises LayoutChanged, by that name."""
    if not re.fullmatch(r"\d{1,4}", str(value)):
        raise LayoutChanged(f"no {name}")
    return int(value)


def documents(value: Any) -> list[tuple[int, dict[str, Any]]]:
    """Each document with its status. Raises LayoutChanged for a status that PAIA does not know."""
    found = [as_object(each, "document") for each in as_list(without_error(value).get("doc"), "documents")]
    known = [(number(each.get("status"), "status of a document"), each) for each in found]
    if any(status not in {NO_RELATION, HELD, *STATES} for status, _ in known):
        raise LayoutChanged("a document with a status that is not known")
    return known


def loan(site: Site, told: Told) -> Loan:
    """A document that the patron holds."""
    title, author = _titled(told)
    ends = _either(told, "endtime", "duedate")
    due = stamps.written(site, ends, "due date of a loan", usual=ZONE) if ends and ends.strip("0-:TZ ") else None
    due = None if due and due.year == stamps.NEVER else due
    renewable, error = told.get("canrenew"), said(told.get("error")) or None
    return Loan(
        id=_id(told),
        title=title,
        author=author,
        due=due,
        due_text=None if due else "held",
        renewable=renewable if isinstance(renewable, bool) else None,
        renewals=count(told.get("renewals")),
        why_not_renewable=error if renewable is False else None,
        branch=said(told.get("storage")) or None,
        call_number=said(told.get("label")) or None,
        notes=error if renewable is not False else None,
    )


def hold(site: Site, status: int, told: Told) -> Hold:
    """A document reserved, ordered, provided or rejected."""
    title, author = _titled(told)
    ends = told.get("endtime") if status == PROVIDED else None
    return Hold(
        id=_id(told),
        title=title,
        author=author,
        state=STATES[status],
        pickup=said(told.get("storage")) or None,
        pickup_by=stamps.maybe_day(site, ends, "last day of a hold", usual=ZONE),
        notes=said(told.get("error")) or ("rejected" if status == REJECTED else None),
    )


def fee(site: Site, told: Told) -> Fee:
    """One fee."""
    owed, currency = amount(site, sure(told, "amount"))
    reason = ": ".join(words for name in ("feetype", "about") if (words := said(told.get(name))))
    since = stamps.maybe_day(site, told.get("date"), "date of a fee", usual=ZONE)
    return Fee(amount=owed, reason=reason or None, currency=currency or site.currency, date=since)


def amount(site: Site, told: Any) -> tuple[Decimal, str | None]:
    """An amount with its currency, as PAIA writes it, else as the library does. Raises LayoutChanged."""
    text = page.text(str(told))
    if found := AMOUNT.fullmatch(text):
        return Decimal(found[1].replace("\u2212", "-").replace(",", ".")).quantize(Decimal("0.01")), found[2]
    iso = ISO.search(text)
    return site.money(text, "fee"), iso[0] if iso else None


def strange(told: Told, known: set[str]) -> bool:
    """Whether there is a field that PAIA does not have, nor a server as an extension of it ("X_…")."""
    return any(name not in known and not name.startswith("X_") for name in told)


def _either(told: Told, *names: str) -> str | None:
    """The first of these that is there. All are optional in PAIA: one is missed only beside a key that is strange."""
    found = next((page.text(str(told[name])) for name in names if told.get(name)), None)
    if found is None and not any(name in told for name in names) and strange(told, DOCUMENT):
        raise LayoutChanged(f"no {names[0]} in a document, but something else")
    return found


def _id(told: Told) -> str:
    found = _either(told, "item") or _either(told, "edition", "label")
    return found or sure(told, "about")


def _titled(told: Told) -> tuple[str, str | None]:
    """Title and author, from "Title / Author (Year)"; the shelf mark where there is no title."""
    about = _either(told, "about")
    if not about:
        return _either(told, "label") or _id(told), None
    title, author = title_first(YEAR.sub("", about))
    return title, YEAR.sub("", author or "") or None
