"""What libraries at BiblioCommons write differently into the state of their pages."""

import json
from typing import Any

import pytest

from libraries.errors import LayoutChanged
from libraries.tests.test_dialects import parsed

ITEM = {"checkoutId": "8001", "metadataId": "S1", "bibTitle": "Nebel", "dueDate": "2026-06-01", "status": "OUT"}


def state(*items: dict[str, Any], fines: dict[str, Any] | None = None, **listed: Any) -> dict[str, Any]:
    """The state of a page of loans."""
    listed = {"items": [each["checkoutId"] for each in items], "pagination": {"count": len(items)}, **listed}
    return {
        "entities": {"checkouts": {each["checkoutId"]: each for each in items}},
        "borrowing": {
            "checkedout": {name: each for name, each in listed.items() if each is not None},
            "borrowing": {"summaries": {"checkedout": {"total": len(items)}, "fines": fines or {}}},
        },
    }


def page_of(told: dict[str, Any], shown: str = "") -> str:
    """The page that carries it, with an amount in its side bar."""
    carried = json.dumps(told).replace("<", "&lt;").replace(">", "&gt;")
    side = f'<span class="fine-amount">{shown}</span>' if shown else ""
    return f'<html><body>{side}<script type="application/json" data-iso-key="_0">{carried}</script></body></html>'


def loan(**fields: Any) -> dict[str, Any]:
    """The one loan of a page, read."""
    item = {name: each for name, each in {**ITEM, **fields}.items() if each != "left out"}
    (found,) = parsed("bibliocommons", "loans", page_of(state(item)))["loans"]
    assert isinstance(found, dict)
    return found


def test_a_renewal_count_that_means_nothing_does_not_cost_the_page() -> None:
    assert loan(timesRenewed=-1)["renewals"] is None
    assert loan()["renewals"] == 0


def test_a_lost_item_has_no_due_date_but_one_on_loan_needs_one() -> None:
    lost = loan(status="LOST", dueDate="left out")
    assert (lost["due"], lost["due_text"]) == (None, "LOST")
    with pytest.raises(LayoutChanged):
        loan(dueDate="left out")


def test_a_title_keeps_its_angle_brackets() -> None:
    assert loan(bibTitle="<3 & more")["title"] == "<3 & more"


def test_an_item_without_a_record_or_title_is_called_by_its_number() -> None:
    assert loan(bibTitle=None, metadataId=None, barcode="30042")["title"] == "30042"
    with pytest.raises(LayoutChanged):
        loan(bibTitle=None, barcode="30042")


def test_a_stamp_in_utc_is_the_librarys_day() -> None:
    item = {**ITEM, "dueDate": "2026-06-02T06:59:59.000Z"}
    zone = {"time_zone": "America/Los_Angeles"}
    assert parsed("bibliocommons", "loans", page_of(state(item)), **zone)["loans"][0]["due"] == "2026-06-01"


def test_items_without_an_order_are_the_list_where_they_are_counted() -> None:
    assert len(parsed("bibliocommons", "loans", page_of(state(ITEM, items=None)))["loans"]) == 1
    with pytest.raises(LayoutChanged):
        parsed("bibliocommons", "loans", page_of(state(items=None)))


@pytest.mark.parametrize(
    ("fines", "shown", "owed"),
    [
        ({"totalFines": 0, "totalCredits": 5}, "$<!-- -->5.00", "0.00"),
        ({"totalFines": 0, "totalAccrued": 9.22}, "$ 9.22", "9.22"),
        ({"totalFines": 1234.5}, "1 234,50 $", "1234.50"),
        ({"totalFines": "3.10"}, "", "3.10"),
    ],
)
def test_what_is_owed_is_what_the_page_shows_unless_that_is_a_credit(
    fines: dict[str, Any], shown: str, owed: str
) -> None:
    told = page_of(state(ITEM, fines=fines), shown)
    assert parsed("bibliocommons", "card", told, language="fr-CA" if "," in shown else "en")["fees_total"] == owed


def test_requests_to_other_libraries_are_not_passed_over() -> None:
    told = state(ITEM)
    told["borrowing"]["borrowing"]["summaries"]["interlibraryLoans"] = {"total": 2}
    assert parsed("bibliocommons", "card", page_of(told))["messages"] == ["Interlibrary loan requests: 2"]
