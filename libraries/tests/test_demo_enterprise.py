"""The demo's Enterprise behaves like one."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from libraries.demo import DemoSite, patrons
from libraries.demo.patrons import Patron
from libraries.tests.browser import Browser

TODAY = date(2026, 11, 22)
ADA, NOBODY = patrons(1, today=TODAY, loans=3, holds=2)[0], patrons(2, today=TODAY, loans=0, holds=0)[1]
ROOT = "/client/en_US/default"
BY_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
CHECKOUTS = f"{ROOT}/search/account.checkouts.librarycheckoutsaccordion?"
CHECKOUTS_ZONE = {"t:zoneid": "libraryCheckoutsAccordion"}
HOLDS = f"{ROOT}/search/account.holds.libraryholdsaccordion?"
HOLDS_ZONE = {"t:zoneid": "libraryHoldsAccordion"}


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite.enterprise((ADA, NOBODY)) as running:
        yield running


def sign_in(site: DemoSite, patron: Patron = ADA) -> Browser:
    browser = Browser(site.url)
    browser.go(f"{ROOT}/search/account?")
    browser.send_form(j_username=patron.number, j_password=patron.pin)
    return browser


def test_the_home_page_leads_to_the_login_form(site: DemoSite) -> None:
    browser = Browser(site.url)
    assert f"{ROOT}/search/account?" in browser.go("/")
    assert "id='loginPageForm'" in browser.go(f"{ROOT}/search/account?")


def test_a_right_pin_is_answered_by_a_script_that_leads_to_the_account(site: DemoSite) -> None:
    browser = sign_in(site)
    assert f"RedirectAfterLogin('{ROOT}/search/account?')" in browser.page
    account = browser.go(f"{ROOT}/search/account?")
    assert "My Account" in account
    assert "loginPageForm" not in account
    assert f"{ADA.expires.month}/{ADA.expires.day}/{ADA.expires:%y}" in account


def test_a_wrong_pin_shows_the_form_again_with_the_refusal(site: DemoSite) -> None:
    browser = sign_in(site, replace(ADA, pin="wrong"))
    assert "loginPageForm" in browser.page
    assert "Invalid login" in browser.page
    assert (site.seen.wrong[ADA.number], site.seen.right[ADA.number]) == (1, 0)


@pytest.mark.parametrize("field", ["t:ac", "t:formdata"])
def test_a_form_without_its_hidden_fields_is_shown_afresh(site: DemoSite, field: str) -> None:
    browser = Browser(site.url)
    browser.go(f"{ROOT}/search/account?")
    page = browser.send_form(without=field, j_username=ADA.number, j_password=ADA.pin)
    assert "loginPageForm" in page
    assert "Invalid login" not in page
    assert not site.seen.right


def test_lists_come_as_html_inside_json_for_scripts_only(site: DemoSite) -> None:
    browser = sign_in(site)
    loans = json.loads(browser.go(CHECKOUTS, CHECKOUTS_ZONE, BY_SCRIPT))["content"]
    assert loans.count("<tr class='checkoutsLine'>") == 3
    held = json.loads(browser.go(HOLDS, HOLDS_ZONE, BY_SCRIPT))["content"]
    assert held.count("<tr class='pickupHoldsLine'>") == 2
    assert "<h1>My Account</h1>" in browser.go(HOLDS, HOLDS_ZONE)


def test_nothing_on_the_card_is_said_in_words(site: DemoSite) -> None:
    browser = sign_in(site, NOBODY)
    assert "You have no items checked out." in browser.go(CHECKOUTS, CHECKOUTS_ZONE, BY_SCRIPT)
    assert "You have no holds." in browser.go(HOLDS, HOLDS_ZONE, BY_SCRIPT)


def test_without_a_session_a_list_is_the_login_form(site: DemoSite) -> None:
    assert "loginPageForm" in Browser(site.url).go(HOLDS, HOLDS_ZONE, BY_SCRIPT)


def test_after_the_logout_the_session_is_gone(site: DemoSite) -> None:
    browser = sign_in(site)
    browser.go(f"{ROOT}/search/patronlogin.logout?")
    assert "loginPageForm" in browser.go(f"{ROOT}/search/account?")
    assert site.seen.logouts == 1


def test_a_newer_server_wants_the_token_in_a_header_and_gives_lists_by_get(site: DemoSite) -> None:
    with DemoSite.enterprise((ADA,), style="2021") as newer:
        browser = Browser(newer.url)
        form = browser.go(f"{ROOT}/search/account?")
        token = form.split("name='sdcsrf' value='")[1].split("'")[0]
        assert "loginPageForm" in browser.send_form(j_username=ADA.number, j_password=ADA.pin)
        headers = {"sdcsrf": token}
        page = browser.send_form(without="sdcsrf", headers=headers, j_username=ADA.number, j_password=ADA.pin)
        assert "loginPageForm" in page
        account = browser.send_form(headers=headers, j_username=ADA.number, j_password=ADA.pin)
        assert "<h1>My Account</h1>" in account
        zone = f"{HOLDS}t:zoneid=libraryHoldsAccordion"
        assert "pickupHoldsLine" in browser.go(zone, headers={**BY_SCRIPT, "sdcsrf": token})


def test_renewing_ticked_items_shows_each_items_fate(site: DemoSite) -> None:
    stuck = replace(ADA.loans[0], why_not="Renewal limit reached")
    free = replace(ADA.loans[1], why_not="", renewals=0, due=TODAY)
    site.patrons.put(replace(ADA, loans=(stuck, free)))
    browser = sign_in(site)
    browser.page = json.loads(browser.go(CHECKOUTS, CHECKOUTS_ZONE, BY_SCRIPT))["content"]
    done = json.loads(browser.send_form(headers=BY_SCRIPT, checkbox_0="on", checkbox_1="on"))["content"]
    assert "Renewal limit reached" in done
    assert "Renewal successful" in done
    holder = site.patrons.holder(ADA.number)
    assert holder
    assert [each.renewals for each in holder.loans] == [stuck.renewals, 1]
    assert holder.loans[1].due >= TODAY + timedelta(days=21)


def test_a_blocked_card_is_told_so_in_the_librarys_words(site: DemoSite) -> None:
    site.patrons.put(replace(ADA, blocked="Your account was blocked by the library."))
    assert "Your account was blocked by the library." in sign_in(site).page
