"""What servers of one system write differently: each read rightly, or not believed, but never wrong without a word."""

import json
from datetime import date
from typing import Any

import pytest

from libraries.cli.parse import read_page
from libraries.errors import CheckError, LayoutChanged, SiteFailing, SiteInMaintenance, SiteRefusedUs
from libraries.fetch import build_adapter


def parsed(system: str, kind: str, body: object, **options: str) -> dict[str, Any]:
    """What `python -m libraries parse` would print, on a fixed day."""
    sent = body if isinstance(body, str) else json.dumps(body)
    adapter = build_adapter(system, {"base_url": "https://elm.example", **options}, today=date(2026, 5, 4))
    return read_page(adapter, kind, sent.encode())


def opc(content: str) -> str:
    """A page of PICA's older account."""
    return f"<html><body><table><tr><td class='cnt'>{content}</td></tr></table></body></html>"


def opc_loan(labels: str, box: str = "<input type='checkbox' name='VB' value='30042'>") -> str:
    """Such a page with one loan."""
    told = "".join(f"<span>{label}:</span> {said}; " for label, said in (pair.split("=") for pair in labels.split(";")))
    record = f"<table summary='title data'><tr><td>Der @Wal / Ida Brandvold</td></tr><tr><td>{told}</td></tr></table>"
    return opc(f"<table summary='list of loans'><tr><td>{box}</td><td>1.</td><td>{record}</td></tr></table>")


@pytest.mark.parametrize(
    "label",
    ["Leihfristende", "Fällig am", "Rückgabedatum", "Return date", "Expiry date", "Inleverdatum", "A rendre le"],
)
def test_pica_calls_the_due_date_by_many_names(label: str) -> None:
    (loan,) = parsed("pica", "loans", opc_loan(f"Signatur=A 1;{label}=04-12-2026"), language="de")["loans"]
    assert (loan["title"], loan["author"], loan["due"]) == ("Der Wal", "Ida Brandvold", "2026-12-04")


def test_a_lost_item_without_a_date_is_told_by_its_status() -> None:
    (loan,) = parsed("pica", "loans", opc_loan("Signatur=A 1;Status=Verlust gemeldet"), language="de")["loans"]
    assert (loan["due"], loan["due_text"]) == (None, "Verlust gemeldet")


def test_a_date_behind_a_label_that_is_not_known_is_not_passed_over() -> None:
    with pytest.raises(LayoutChanged):
        parsed("pica", "loans", opc_loan("Signatur=A 1;Status=beim Nutzer;Bis dann=04-12-2026"), language="de")


def test_a_box_that_cannot_be_ticked_is_an_item_that_cannot_be_renewed() -> None:
    box = "<input type='checkbox' name='VB' value='30042' disabled>"
    (loan,) = parsed("pica", "loans", opc_loan("Leihfristende=04-12-2026", box), language="de")["loans"]
    assert loan["renewable"] is False


COSTS = "<table summary='list of costs'>{}</table>"


def test_a_title_that_speaks_of_a_sum_is_a_fee_all_the_same() -> None:
    rows = "<tr><td>Die Summe der Dinge</td><td>1,00</td></tr><tr><td>Karte</td><td><b>2,00</b></td></tr>"
    total = "<tr><td>Summe</td><td>3,00</td></tr>"
    found = parsed("pica", "fees", opc(COSTS.format(rows + total)), language="de")
    assert ([each["amount"] for each in found["fees"]], found["fees_total"]) == (["1.00", "2.00"], "3.00")


def test_fees_that_do_not_add_up_are_not_believed() -> None:
    rows = "<tr><td>Karte</td><td>2,00</td></tr><tr><td>Summe</td><td>3,00</td></tr>"
    with pytest.raises(LayoutChanged):
        parsed("pica", "fees", opc(COSTS.format(rows)), language="de")


def lbs(rows: str, title: str = "Entleihungen") -> str:
    """A page of PICA's newer account."""
    tab = "<a class='tab1' href='/LBS_WEB/borrower/loans.htm'>Entleihungen</a>"
    head = f"{tab}<table><tr><td class='title'>{title}</td></tr></table>"
    return f"<html><body>{head}<table class='resultset'>{rows}</table></body></html>"


LBS_LOAN = (
    "<tr><td><input type='hidden' name='x' value='7'><input type='checkbox' name='v' value='30042'></td>"
    "<td class='rec_nr'>1.</td><td class='rec_title'><table>"
    "<tr><td><span class='titleLine'>Nebel (1999) :</span></td></tr>"
    "<tr><td><span class='label'>Signatur :</span> A 1</td><td><span class='label'>Leihfristende :</span></td>"
    "<td>04.12.2026</td></tr></table></td></tr>"
)


def test_a_value_stands_in_its_labels_cell_or_in_the_next() -> None:
    (loan,) = parsed("pica_lbs", "loans", lbs(LBS_LOAN), language="de")["loans"]
    assert (loan["id"], loan["call_number"], loan["due"]) == ("30042", "A 1", "2026-12-04")


def test_a_count_beside_the_title_of_the_list_is_compared() -> None:
    found = parsed("pica_lbs", "loans", lbs(LBS_LOAN, "Entleihungen (3)"), language="de")
    assert found["incomplete"] == [{"what": "loans", "stated": 3, "read": 1}]


DOCUMENT = {"status": 3, "item": "x:1", "about": "Nebel / Ida Brandvold (1999)", "endtime": "2026-06-01"}


@pytest.mark.parametrize("stamp", ["2026-06-01", "01.06.2026", "2026-06-01T21:59:59Z", "20260601"])
def test_paia_servers_write_days_in_several_ways(stamp: str) -> None:
    (loan,) = parsed("paia", "loans", {"doc": [{**DOCUMENT, "endtime": stamp}]}, language="de")["loans"]
    assert loan["due"] == "2026-06-01"


@pytest.mark.parametrize("amount", ["1234.50 EUR", "1.234,50 €", "EUR 1,234.50"])
def test_paia_servers_write_amounts_in_several_ways(amount: str) -> None:
    found = parsed("paia", "fees", {"fee": [{"amount": amount}]}, language="de")
    assert (found["fees"][0]["amount"], found["fees_total"]) == ("1234.50", "1234.50")


def test_a_total_without_its_fees_is_told_alone() -> None:
    found = parsed("paia", "fees", {"amount": "3.00 EUR", "fee": []}, language="de")
    assert (found.get("fees"), found["fees_total"]) == (None, "3.00")


@pytest.mark.parametrize(
    ("fees", "owed"),
    [({"amount": "7.40 EUR"}, "7.40"), ({"amount": "0.00 EUR", "fee": None}, "0.00"), ({"fee": []}, "0.00")],
)
def test_a_paia_server_may_state_a_total_or_a_list_alone(fees: dict[str, object], owed: str) -> None:
    assert parsed("paia", "fees", fees, language="de")["fees_total"] == owed


@pytest.mark.parametrize("fees", [{}, {"total": "7.40 EUR", "fee": []}, {"amount": "7.40 EUR", "charges": []}])
def test_fees_under_names_that_are_strange_to_paia_are_not_passed_over(fees: dict[str, object]) -> None:
    with pytest.raises(LayoutChanged):
        parsed("paia", "fees", fees, language="de")


def test_a_paia_server_may_add_fields_of_its_own_and_leave_out_what_is_optional() -> None:
    document = {"status": 3, "about": "Nebel", "label": 30042, "endtime": "2026-06-01", "X_days_to_due": "20"}
    (loan,) = parsed("paia", "loans", {"doc": [document]}, language="de")["loans"]
    assert (loan["id"], loan["call_number"]) == ("30042", "30042")
    assert "blocked" not in parsed("paia", "card", {"name": "Patron Example"}, language="de")


def test_bad_credentials_are_a_refusal_by_whatever_name_a_paia_server_has_for_it() -> None:
    told = {"error": "unauthorized", "error_description": "Bad credentials"}
    assert parsed("paia", "login", told)["login"] == "refused"


SLUB = {"memberInfo": {"name": "Patron Example"}, "fees": {"topay": "3,00", "fee": [{"amount": "1,00"}]}}


def test_nothing_on_a_card_is_titled_none() -> None:
    loan = {"about": None, "X_barcode": "1", "X_date_due": "2026-06-01"}
    with pytest.raises(LayoutChanged):
        parsed("slub", "loans", {**SLUB, "items": {"loan": [loan]}}, language="de")


def test_fees_that_miss_the_total_are_not_told_singly() -> None:
    found = parsed("slub", "fees", {**SLUB, "items": []}, language="de")
    assert (found.get("fees"), found["fees_total"]) == (None, "3.00")


def ils(field: str) -> str:
    """An ILS-DI answer with one hold."""
    hold = f"<hold><title>Nebel</title><priority>1</priority>{field}</hold>"
    return f"<GetPatronInfo><borrowernumber>4</borrowernumber><holds>{hold}</holds></GetPatronInfo>"


@pytest.mark.parametrize(
    ("field", "state"),
    [
        ("", "waiting"),
        ("<state>Annulée</state>", "unknown"),
        ("<cancellationdate>2026-05-01</cancellationdate>", "unknown"),
        ("<suspend>true</suspend>", "suspended"),
        ("<available>true</available>", "ready"),
        ("<state>A retirer avant le 12/05/2026</state>", "ready"),
    ],
)
def test_ils_di_tells_a_holds_state_in_several_ways(field: str, state: str) -> None:
    assert parsed("ilsdi", "holds", ils(field), language="fr")["holds"][0]["state"] == state


def koha(told: str, charges: str = "0.00") -> str:
    """Koha's answer about a patron."""
    return f"<GetPatronInfo><borrowernumber>4</borrowernumber><charges>{charges}</charges>{told}</GetPatronInfo>"


ILS_LOAN = "<loan><title>Nebel</title><date_due>2026-06-01</date_due>{}</loan>"


def test_koha_counts_the_loans_that_ils_di_lists() -> None:
    listed = f"<total_loans>3</total_loans><loans>{ILS_LOAN.format('')}</loans>"
    assert parsed("ilsdi", "loans", koha(listed))["incomplete"] == [{"what": "loans", "stated": 3, "read": 1}]
    with pytest.raises(LayoutChanged):
        parsed("ilsdi", "loans", koha("<total_loans>3</total_loans><loans></loans>"))


def test_the_renewals_of_a_loan_are_not_those_of_its_item() -> None:
    loan = ILS_LOAN.format("<renewals>17</renewals><renewals_count>2</renewals_count>")
    assert parsed("ilsdi", "loans", koha(f"<loans>{loan}</loans>"))["loans"][0]["renewals"] == 2


def test_a_list_of_loans_by_another_name_is_not_passed_over() -> None:
    with pytest.raises(LayoutChanged):
        parsed("ilsdi", "loans", koha(f"<issues>{ILS_LOAN.format('')}</issues>"))


def test_a_list_that_tells_of_something_else_than_none_is_not_empty() -> None:
    assert parsed("ilsdi", "loans", koha("<loans>Aucun prêt</loans>"))["loans"] == []
    with pytest.raises(LayoutChanged):
        parsed("ilsdi", "loans", koha("<loans>Erreur 17</loans>"))


def test_a_hold_may_be_titled_by_its_item() -> None:
    hold = "<hold><biblionumber>9</biblionumber><priority>1</priority><item><title>Nebel</title></item></hold>"
    assert parsed("ilsdi", "holds", koha(f"<holds>{hold}</holds>"))["holds"][0]["title"] == "Nebel"


def test_what_koha_lets_a_patron_owe_is_owed_all_the_same() -> None:
    fine = "<fines><fine><amountoutstanding>1.500000</amountoutstanding></fine></fines>"
    assert parsed("ilsdi", "fees", koha(fine))["fees_total"] == "1.50"
    with pytest.raises(LayoutChanged):
        parsed("ilsdi", "account", koha("<loans></loans><fines></fines>", charges="6.00"))


def test_a_date_of_noughts_is_none() -> None:
    assert "card_expires" not in parsed("ilsdi", "card", koha("<dateexpiry>0000-00-00</dateexpiry>"))


@pytest.mark.parametrize("said", ["NoSuchUser", "AuthenticationError", "Le lecteur est inconnu"])
def test_an_error_about_the_patron_is_a_refusal(said: str) -> None:
    answer = f"<AuthenticatePatron><error>{said}</error></AuthenticatePatron>"
    assert parsed("ilsdi", "login", answer, language="fr")["login"] == "refused"


def held(**fields: object) -> dict[str, object]:
    """A hold as Evergreen's gateway gives it."""
    return {"ahr": {"id": 5, "frozen": "f", **fields}, "qstats": {"status": 2}, "mvr": {"title": "Fog"}}


@pytest.mark.parametrize(
    ("fields", "state"), [({}, "waiting"), ({"frozen": True}, "suspended"), ({"cancel_time": "2026-05-01"}, "unknown")]
)
def test_an_evergreen_hold_that_is_over_does_not_wait(fields: dict[str, object], state: str) -> None:
    assert parsed("evergreen", "holds", held(**fields))["holds"][0]["state"] == state


def test_an_evergreen_record_without_a_title_does_not_cost_the_list() -> None:
    (hold,) = parsed("evergreen", "holds", {**held(), "mvr": {"title": None}})["holds"]
    assert hold["title"] == "5"
    with pytest.raises(LayoutChanged):
        parsed("evergreen", "holds", {**held(), "mvr": {"name": "Fog"}})


def test_evergreens_lists_of_loans_are_empty_only_where_they_are_lists() -> None:
    lists: dict[str, object] = {"out": [], "overdue": [], "lost": []}
    assert parsed("evergreen", "loans", lists)["loans"] == []
    with pytest.raises(LayoutChanged):
        parsed("evergreen", "loans", {**lists, "out": None})


def test_an_evergreen_card_expires_on_the_librarys_day() -> None:
    patron = {"id": 5, "expire_date": "2027-04-01T03:59:59+0000"}
    assert parsed("evergreen", "card", patron, time_zone="America/New_York")["card_expires"] == "2027-03-31"


@pytest.mark.parametrize("owed", [None, "NaN", "many"])
def test_an_evergreen_bill_without_an_amount_is_not_believed(owed: object) -> None:
    with pytest.raises(LayoutChanged):
        parsed("evergreen", "fees", [{"transaction": {"balance_owed": owed}}])


PATRON = f"64{' ' * 14}00020260504    101010{'0000' * 3}0001{'0000' * 2}AOelm|AA1|AEPatron Example|"


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("$1,234.50 lost", "1234.50"),
        ("Lost $10", "10"),
        ("EUR 5 Mahnung", "5"),
        ("2,50 EUR Mahnung", "2.50"),
        ("Overdue - $1.50", "1.50"),
        ("Windows 3.11 for beginners 3.50", "3.50"),
        ("12.05.2026 1,50 Mahnung", "1.50"),
    ],
)
def test_a_fine_in_a_sip2_message_is_told_from_the_other_numbers_there(said: str, amount: str) -> None:
    (fee,) = parsed("sip2", "fees", f"{PATRON}BLY|CQY|AV{said}|\r")["fees"]
    assert fee["amount"] == amount


@pytest.mark.parametrize("fine", ["", "AVAtlas 19.99 + 5.00 processing|", "AV$24.99 lost, $5.00 paid|"])
def test_fines_that_cannot_be_told_apart_are_told_by_their_total(fine: str) -> None:
    found = parsed("sip2", "fees", f"{PATRON}BLY|CQY|BV24.99|{fine}\r".replace("0001", "0000"))
    assert (found.get("fees"), found["fees_total"]) == (None, "24.99")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("BLN|AFKarte gesperrt", "must_act"),
        ("BLN|CQN|AFLibrary card expired", "must_act"),
        ("BLN|AFUnbekannt", "refused"),
        ("BLY|AFInvalid PIN", "refused"),
    ],
)
def test_a_blocked_card_is_told_from_a_wrong_number_or_pin(said: str, state: str) -> None:
    assert parsed("sip2", "login", f"{PATRON}{said}|\r")["login"] == state


@pytest.mark.parametrize("said", ["BLN|CQN|AFSystem off-line", "AFUnable to connect to the ILS"])
def test_a_sip2_server_without_its_system_refuses_nobody(said: str) -> None:
    with pytest.raises(SiteInMaintenance):
        parsed("sip2", "login", f"{PATRON}{said}|\r".replace("AEPatron Example|", ""))


def test_what_is_overdue_is_charged_too_and_counted_once() -> None:
    counts = "0000" + "0001" + "0002" + "0000" * 3
    message = f"64{' ' * 14}00020260504    101010{counts}AOelm|AA1|AEPatron Example|BLY|CQY|"
    assert parsed("sip2", "loans", f"{message}AU39007001|AU39007002|\r")["incomplete"] == []
    assert parsed("sip2", "loans", f"{message}AU39007001|\r")["incomplete"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("Patron record is in use by system", SiteFailing),
        ("Maximum number of licenses exceeded", SiteFailing),
        ("System not available", SiteInMaintenance),
        ("Unauthorized IP address", SiteRefusedUs),
    ],
)
def test_trouble_of_the_librarys_system_refuses_nobody(said: str, error: type[CheckError]) -> None:
    with pytest.raises(error):
        parsed("patronapi", "login", f"RETCOD=1<BR>\nERRNUM=9<BR>\nERRMSG={said}<BR>")


def test_an_error_without_number_and_words_is_none() -> None:
    assert parsed("patronapi", "login", "RETCOD=0<BR>\nERRNUM=0<BR>\nERRMSG=<BR>")["login"] == "in"
    with pytest.raises(LayoutChanged):
        parsed("patronapi", "login", "RETCOD=<BR>\nERRNUM=<BR>\nERRMSG=<BR>")


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Ihre Sitzung ist abgelaufen", "login_page"),
        ("Your session has expired. Please try again.", "login_page"),
        ("Bitte melden Sie sich an", "login_page"),
        ("Bitte geben Sie eine gültige Nummer ein", "refused"),
        ("Too many failed attempts: account locked", "must_act"),
        ("User is disabled", "must_act"),
    ],
)
def test_the_words_beside_a_form_are_a_refusal_only_if_they_refuse(words: str, state: str) -> None:
    form = "<form><input type='password' name='j_password'></form>"
    page = f"<html><body><div class='error'>{words}</div>{form}</body></html>"
    assert parsed("pica_lbs", "login", page, language="de")["login"] == state
