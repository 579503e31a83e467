"""The demo's WebPAC behaves like one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from libraries.demo import DemoSite, patrons
from libraries.demo.patrons import Patron
from libraries.tests.browser import Browser

TODAY = date(2026, 11, 22)
ADA, NOBODY = patrons(1, today=TODAY, loans=3, holds=2)[0], patrons(2, today=TODAY, loans=0, holds=0)[1]
DOOR = "/iii/cas/login?service=http%3A%2F%2Fx%2Fpatroninfo~S3%2Fj_acegi_cas_security_check&lang=eng&scope=3"


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite.webpac((replace(ADA, fees=()), NOBODY), today=lambda: TODAY) as running:
        yield running


def sign_in(site: DemoSite, patron: Patron = ADA, scope: str = "3") -> Browser:
    browser = Browser(site.url)
    browser.go(DOOR.replace("~S3", f"~S{scope}").replace("scope=3", f"scope={scope}"))
    browser.send_form(name=patron.name, code=patron.number, pin=patron.pin)
    return browser


def test_a_right_pin_leads_by_redirects_to_the_account(site: DemoSite) -> None:
    browser = sign_in(site)
    assert browser.address == f"{site.url}/patroninfo~S3/{ADA.id}/top"
    assert 'class="patNameAddress"' in browser.page
    assert f"EXP DATE:{ADA.expires:%m-%d-%Y}" in browser.page
    assert "2 requests (holds)." in browser.page
    assert "3 Items currently checked out" in browser.page
    assert site.seen.right[ADA.number] == 1


def test_scope_two_sends_the_browser_on_by_script(site: DemoSite) -> None:
    browser = sign_in(site, scope="2")
    assert f'location.href = "/patroninfo~S2/{ADA.id}/top"' in browser.page
    assert "patNameAddress" not in browser.page


def test_nothing_on_the_card_is_not_mentioned_on_the_landing_page_but_said_on_the_lists(site: DemoSite) -> None:
    browser = sign_in(site, NOBODY)
    assert "requests" not in browser.page
    assert "checked out" not in browser.page
    for page in ("items", "holds", "overdues"):
        assert "patFuncNoEntries" in browser.go(f"/patroninfo~S3/{NOBODY.id}/{page}")


def test_a_wrong_pin_shows_the_form_again_with_the_refusal(site: DemoSite) -> None:
    browser = Browser(site.url)
    assert 'class="errors"' not in browser.go(DOOR)
    page = browser.send_form(name=ADA.name, code=ADA.number, pin="wrong")
    assert browser.status == 200
    assert '<div id="status" class="errors">Sorry, the information you submitted was invalid' in page
    assert (site.seen.wrong[ADA.number], site.seen.right[ADA.number]) == (1, 0)


def test_the_name_must_be_the_card_holders_in_any_order(site: DemoSite) -> None:
    browser = Browser(site.url)
    browser.go(DOOR)
    assert 'class="errors"' in browser.send_form(name="Somebody Else", code=ADA.number, pin=ADA.pin)
    first, _, last = ADA.name.rpartition(" ")
    assert "patNameAddress" in browser.send_form(name=f"{last}, {first}".upper(), code=ADA.number, pin=ADA.pin)


@pytest.mark.parametrize("field", ["lt", "_eventId"])
def test_a_form_without_its_hidden_fields_is_shown_afresh(site: DemoSite, field: str) -> None:
    browser = Browser(site.url)
    browser.go(DOOR)
    page = browser.send_form(without=field, name=ADA.name, code=ADA.number, pin=ADA.pin)
    assert 'id="fm1"' in page
    assert 'class="errors"' not in page
    assert not site.seen.right


def test_a_token_is_good_once(site: DemoSite) -> None:
    browser = Browser(site.url)
    form = browser.go(DOOR)
    browser.send_form(name=ADA.name, code=ADA.number, pin="wrong")
    browser.page = form
    assert 'class="errors"' not in browser.send_form(name=ADA.name, code=ADA.number, pin=ADA.pin)
    assert site.seen.wrong[ADA.number] == 1
    assert not site.seen.right


def test_without_a_session_every_account_page_is_the_login_form(site: DemoSite) -> None:
    browser = Browser(site.url)
    for page in ("top", "items", "holds"):
        assert 'id="fm1"' in browser.go(f"/patroninfo~S3/{ADA.id}/{page}")


def test_a_patron_sees_only_their_own_account(site: DemoSite) -> None:
    browser = sign_in(site)
    browser.go(f"/patroninfo~S3/{NOBODY.id}/items")
    assert NOBODY.id not in browser.address


def test_after_the_logout_the_session_is_gone(site: DemoSite) -> None:
    browser = sign_in(site)
    browser.go("/logout~S3?")
    assert 'id="fm1"' in browser.go(f"/patroninfo~S3/{ADA.id}/items")
    assert site.seen.logouts == 1


def test_renewing_asks_first_and_then_tells_each_items_fate(site: DemoSite) -> None:
    stuck, free = (
        replace(ADA.loans[0], why_not="Too many renewals"),
        replace(ADA.loans[1], why_not="", renewals=0, due=TODAY),
    )
    site.patrons.put(replace(ADA, loans=(stuck, free)))
    browser = sign_in(site)
    ticked = {"currentsortorder": "current_checkout", "renew0": stuck.record, "renew1": free.record}
    asked = browser.go(f"/patroninfo~S3/{ADA.id}/items", {**ticked, "requestRenewSome": "requestRenewSome"})
    assert "would you like to proceed" in asked
    done = browser.go(f"/patroninfo~S3/{ADA.id}/items", {**ticked, "renewsome": "YES"})
    assert "TOO MANY RENEWALS" in done
    assert f"RENEWED Now due {TODAY + timedelta(days=21):%m-%d-%y}" in done
    holder = site.patrons.holder(ADA.number)
    assert holder
    assert [each.renewals for each in holder.loans] == [stuck.renewals, 1]


def test_a_blocked_card_is_told_so_in_the_librarys_words(site: DemoSite) -> None:
    site.patrons.put(replace(ADA, blocked="This card was reported lost."))
    assert "This card was reported lost." in sign_in(site).page
    assert site.seen.right[ADA.number] == 1
