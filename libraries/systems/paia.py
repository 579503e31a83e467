"""PAIA, the Patrons Account Information API of the GBV and of other German library systems."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import quote

from libraries import page, stamps
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.answer import Answer
from libraries.errors import LayoutChanged
from libraries.fields import as_list, as_object, said, sure
from libraries.forms import parting
from libraries.listing import Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.parts import paia
from libraries.refusals import refused, speaking
from libraries.site import Site
from libraries.web import Web

SCOPE = "read_patron read_fees read_items"
ERRORS = (400, 401, 403, 404, 422, 501)  # PAIA says what is wrong in the body
NOTHING = Decimal("0.00")
DENIED = {"access_denied", "invalid_grant", "invalid_credentials"}

BLOCKS = {
    "1": "inactive",
    "2": "inactive because account expired",
    "3": "inactive because of outstanding fees",
    "4": "inactive because account expired and outstanding fees",
}


@dataclass(frozen=True, kw_only=True)
class Paia:
    """A PAIA server; `base_url` is what stands before /auth and /core."""

    name: ClassVar[str] = "PAIA (Patrons Account Information API)"
    labels: ClassVar[Mapping[str, str]] = {"number": "Library card number", "pin": "Password"}
    read = staticmethod(page.json)

    site: Site

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """Gets a token, reads patron, items and fees with it, and gives it back."""
        given = {"username": login.number, "password": login.pin, "grant_type": "password", "scope": SCOPE}
        answer = web.post(self.site.url("auth/login"), given, headers={"Accept": "application/json"}, expect=ERRORS)
        token = _json(answer)
        self.parse_login(token).admit()
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token['access_token']}"}
        patron = sure(token, "patron")
        try:
            return self._account(web, f"core/{quote(patron, safe='')}", headers)
        finally:
            with parting(web):
                web.post(self.site.url("auth/logout"), {"patron": patron}, headers=headers)

    def _account(self, web: Web, patron: str, headers: Mapping[str, str]) -> AccountSnapshot:
        def told(path: str) -> Any:
            return paia.offered(_json(web.get(self.site.url(path), headers=headers, expect=ERRORS)))

        card, items, fees = told(patron), told(f"{patron}/items"), told(f"{patron}/fees")
        if card is items is fees is None:
            raise LayoutChanged("the PAIA server tells nothing at all of this account")
        owed = self.parse_fees(fees) if fees is not None else AccountSnapshot()
        account = snapshot(
            self.parse_card(card) if card is not None else None,
            loans=self.parse_loans(items) if items is not None else None,
            holds=self.parse_holds(items) if items is not None else None,
        )
        return replace(account, fees=owed.fees, fees_total=owed.fees_total)

    def parse_login(self, value: Any) -> LoginSeen:
        """In by the token; refused by PAIA's own error, or by another one that tells of a wrong login."""
        told = as_object(value, paia.ANSWER)
        if told.get("access_token"):
            return LoginSeen(LoginState.IN)
        words = page.text(str(told.get("error_description") or told.get("error") or ""))
        seen = refused(words) if str(told.get("error")) in DENIED else speaking(words)
        if seen:
            return seen
        paia.without_error(told)
        raise LayoutChanged("neither a token nor a word of refusal")

    def parse_card(self, value: Any) -> AccountSnapshot:
        """Name, expiry, and whether the account is active."""
        told = paia.without_error(value)
        status = said(told.get("status"))  # optional, as all but the name
        local = status not in {"", "0", *BLOCKS}  # what it means, only the library knows
        return AccountSnapshot(
            patron_name=sure(told, "name"),
            card_expires=stamps.maybe_day(self.site, told.get("expires"), "expiry", usual=paia.ZONE),
            blocked=BLOCKS.get(status),
            messages=tuple(filter(None, (said(told.get("note")), f"account status {status}" if local else ""))),
        )

    def parse_account(self, value: Any) -> AccountSnapshot:
        """The items: loans and holds."""
        return snapshot(loans=self.parse_loans(value), holds=self.parse_holds(value))

    def parse_loans(self, value: Any) -> Listing[Loan]:
        """The documents held by the patron."""
        held = [each for status, each in paia.documents(value) if status == paia.HELD]
        return Listing(apart(paia.loan(self.site, each) for each in held))

    def parse_holds(self, value: Any) -> Listing[Hold]:
        """The documents reserved, ordered, provided or rejected."""
        asked = [(status, each) for status, each in paia.documents(value) if status in paia.STATES]
        return Listing(apart(paia.hold(self.site, status, each) for status, each in asked))

    def parse_fees(self, value: Any) -> AccountSnapshot:
        """The fees; where the server states no total, it is their sum. Some servers state a total only."""
        told = paia.without_error(value)
        total = paia.amount(self.site, told["amount"])[0] if said(told.get("amount")) else None
        strange = paia.strange(told, paia.FEES)
        listed = [] if told.get("fee") is None and total is not None and not strange else told.get("fee")
        rows = tuple(paia.fee(self.site, as_object(each, "fee")) for each in as_list(listed, "fees"))
        if not rows and total is None and strange:
            raise LayoutChanged("no total of the fees, but something else")
        owed = sum((each.amount for each in rows), NOTHING) if total is None else total
        return AccountSnapshot(fees=rows if rows or not owed else None, fees_total=owed)


def _json(answer: Answer) -> Any:
    """The value. Raises SiteRefusedUs where a refusal is not one of PAIA's."""
    try:
        return answer.json()
    except LayoutChanged:
        answer.accepted(())
        raise
