"""SLUB Dresden's own account interface, in front of its Libero."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from libraries import page, stamps
from libraries.account import AccountSnapshot, Hold, Loan, Login
from libraries.errors import LayoutChanged, SiteInMaintenance
from libraries.fields import as_list, as_object, said, sure, yes
from libraries.listing import Listing, apart, snapshot
from libraries.login import LoginSeen, LoginState
from libraries.options import option
from libraries.parts import slub
from libraries.refusals import refused
from libraries.site import Site
from libraries.strangers import MAINTENANCE
from libraries.web import Web
from libraries.words import FROZEN

TO_PAY = ("topay_list", "topay", "topay_all", "amount")


@dataclass(frozen=True, kw_only=True)
class Slub:
    """The account interface of SLUB Dresden."""

    name: ClassVar[str] = "SLUB Dresden account"
    labels: ClassVar[Mapping[str, str]] = {"number": "Benutzernummer", "pin": "Passwort"}
    read = staticmethod(page.json)

    site: Site
    account: str = option("/mein-konto/", "path of the account's page")

    def fetch(self, web: Web, login: Login) -> AccountSnapshot:
        """One request: there is no session, so nothing to log out of either."""
        asked = {"controller": "API", "action": "account", "username": login.number, "password": login.pin}
        fields = {"type": "1", **{f"tx_slubaccount_account[{name}]": value for name, value in asked.items()}}
        value = web.post(self.site.url(self.account), fields).json()
        self.parse_login(value).admit()
        return self.parse_account(value)

    def parse_login(self, value: Any) -> LoginSeen:
        """In by the status and the patron's data; refused by the message."""
        told = as_object(value, "answer")
        if yes(told.get("status")):
            as_object(told.get("memberInfo"), "data of the patron")
            return LoginSeen(LoginState.IN)
        error = told.get("APIError")
        words = page.text(str((error.get("message") if isinstance(error, dict) else told.get("message")) or ""))
        if not words:
            raise LayoutChanged("neither an account nor a word of refusal")
        if MAINTENANCE.search(words):
            raise SiteInMaintenance("the library says that its accounts cannot be reached now")
        return refused(words)

    def parse_account(self, value: Any) -> AccountSnapshot:
        """Everything: it is all in one answer."""
        lists = snapshot(self.parse_card(value), loans=self.parse_loans(value), holds=self.parse_holds(value))
        owed = self.parse_fees(value)
        return replace(lists, fees=owed.fees, fees_total=owed.fees_total)

    def parse_card(self, value: Any) -> AccountSnapshot:
        """Name, expiry, blocks, notes to the patron."""
        told = as_object(as_object(value, "answer").get("memberInfo"), "data of the patron")
        status = said(told.get("X_status_desc"))
        blocks = [*slub.words_in(told.get("X_blacklists")), *([status] if FROZEN.search(status) else [])]
        return AccountSnapshot(
            patron_name=said(told.get("name")) or None,
            card_expires=stamps.maybe_day(self.site, told.get("expires"), "expiry", usual=slub.ZONE),
            blocked=", ".join(blocks) or None,
            messages=tuple(slub.words_in(told.get("X_webopac_notes"))),
        )

    def parse_loans(self, value: Any) -> Listing[Loan]:
        """The items on loan. A list that is not there is an empty one, if no strange one stands in its place."""
        return Listing(apart(slub.loan(self.site, each) for each in slub.items(value).get("loan", [])))

    def parse_holds(self, value: Any) -> Listing[Hold]:
        """What is provided, ordered, reserved, or on its way from another library."""
        lists = slub.items(value)
        places = slub.places(value, lists)
        found = [slub.hold(state, each) for name, state in slub.STATES.items() for each in lists.get(name, [])]
        ill = [each for each in lists.get("ill", []) if sure(each, "Status") not in slub.ILL_DONE]
        return Listing(apart([*found, *(slub.distant(each, places) for each in ill)]))

    def parse_fees(self, value: Any) -> AccountSnapshot:
        """What is to pay; the single fees where the answer states an amount with each, and they add up to it."""
        told = as_object(as_object(value, "answer").get("fees"), "fees")
        rows = [slub.fee(self.site, as_object(each, "fee")) for each in as_list(told.get("fee"), "fees")]
        total = self.site.money(sure(told, *TO_PAY), "total of the fees")
        fees = tuple(each for each in rows if each is not None)
        whole = len(fees) == len(rows) and sum(each.amount for each in fees) == total
        return AccountSnapshot(fees=fees if whole else None, fees_total=total)
