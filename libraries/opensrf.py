"""OpenSRF's HTTP gateway, as Evergreen has it: JSON whose objects are arrays, in an order that the server tells."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from libraries.errors import LayoutChanged, SiteRefusedUs, SiteUnavailable
from libraries.web import Web

Order = Mapping[str, Sequence[str]]

# The order of objects' fields in most servers, for answers saved without their server's IDL.
BILL = (
    "balance_owed id last_billing_note last_billing_ts last_billing_type last_payment_note last_payment_ts"
    " last_payment_type total_owed total_paid usr xact_finish xact_start xact_type"
)
RECORD = "title author doc_id doc_type pubdate isbn publisher tcn subject types_of_resource"
CIRCULATION = (
    "checkin_lib checkin_staff checkin_time circ_lib circ_staff desk_renewal due_date duration duration_rule"
    " fine_interval id max_fine max_fine_rule opac_renewal phone_renewal recurring_fine recurring_fine_rule"
    " renewal_remaining grace_period stop_fines stop_fines_time target_copy"
)
USUAL: Order = {"mbts": BILL.split(), "mvr": RECORD.split(), "circ": CIRCULATION.split()}
TROUBLE = ("INTERNAL_SERVER_ERROR", "DATABASE_")


class Gateway:
    """Calls methods of the server in one visit, and decodes what they answer."""

    def __init__(self, web: Web, address: str, order: Order) -> None:
        self.web, self.address, self.order = web, address, order

    def raw(self, method: str, *params: Any) -> Any:
        """The gateway's whole answer. Raises CheckError."""
        service = ".".join(method.split(".")[:2])
        sent = [("service", service), ("method", method), *(("param", json.dumps(each)) for each in params)]
        return self.web.post(self.address, data=sent).json()

    def __call__(self, method: str, *params: Any) -> Any:
        """What the method answers. Raises SiteRefusedUs where patrons may not call it, or LayoutChanged."""
        return decoded(result(one(self.raw(method, *params)), method), self.order)


def parse_order(idl: etree._Element, needed: Sequence[str]) -> Order:
    """The order of each class's fields, from the server's IDL. Raises LayoutChanged for a missing one that we need."""
    found = {}
    for each in idl.iter("{*}class"):
        fields = [
            (each_field.get("array_position"), str(each_field.get("name")))
            for each_field in each.iterfind("{*}fields/{*}field")
        ]
        if all(place is not None for place, _ in fields):
            fields.sort(key=lambda placed: int(placed[0] or 0))
        found[str(each.get("id"))] = [name for _, name in fields]
    if missing := [each for each in needed if not found.get(each)]:
        raise LayoutChanged(f"the server's IDL has no {', '.join(missing)}")
    return found


def decoded(value: Any, order: Order = USUAL) -> Any:
    """The value with each object's array as fields by name. Objects of classes that we did not ask for are empty."""
    if isinstance(value, list):
        return [decoded(each, order) for each in value]
    if not isinstance(value, dict):
        return value
    if "__c" not in value:
        return {name: decoded(each, order) for name, each in value.items()}
    if not isinstance(value.get("__p"), list):
        raise LayoutChanged("an object without its fields")
    return {
        name: decoded(each, order) for name, each in zip(order.get(str(value["__c"]), ()), value["__p"], strict=False)
    }


def one(answer: Any) -> Any:
    """The first value of an answer. Raises SiteUnavailable where the server behind the gateway gave none."""
    if not isinstance(answer, dict) or not isinstance(answer.get("payload"), list) or "status" not in answer:
        raise LayoutChanged("not an answer of the gateway")
    if str(answer["status"]) != "200" or not answer["payload"]:
        raise SiteUnavailable("the server behind the gateway gave no answer")
    return answer["payload"][0]


def told(answer: Any) -> Any:
    """What the answer tells: of the gateway, or what was taken out of it before."""
    if isinstance(answer, dict) and "payload" in answer:
        return decoded(result(one(answer), "the gateway"))
    return decoded(answer)


def result(value: Any, method: str) -> Any:
    """The value, if it is no event that tells of a failure. Raises SiteRefusedUs, SiteUnavailable, LayoutChanged."""
    events = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
    failed = next((each for each in events if _failed(each)), None)
    if failed is None:
        return value
    code = re.sub(r"[^A-Z_]", "", str(failed.get("textcode")))
    if code == "PERM_FAILURE":
        raise SiteRefusedUs(f"patrons may not call {method}")
    if code.startswith(TROUBLE):
        raise SiteUnavailable(f"the server behind the gateway failed at {method}")
    raise LayoutChanged(f"{method} answered {code}")


def _failed(event: Mapping[str, Any]) -> bool:
    """By its number, or, where that says nothing, by its name."""
    number = str(event.get("ilsevent", "0"))
    return number != "0" if number else event.get("textcode") not in {None, "SUCCESS"}


def field(value: Mapping[str, Any], name: str, what: str) -> Any:
    """A field that an object must have. Raises LayoutChanged."""
    if name not in value:
        raise LayoutChanged(f"no {name} in a {what}")
    return value[name]
