"""Signing in end to end: Chromium, a real OpenID provider, a real SMTP server, a passkey, an authenticator app."""

import os
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from pyotp import TOTP
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cards.models import User
from cards.signing_in import first_link

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
FIRST_PAGE = re.compile("/families/new/$")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests here. Its event loop would keep Django from the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def only_this_machine(route: Route) -> None:
    """The provider's pages would fetch their style from far away."""
    if "://localhost:" in route.request.url:
        route.continue_()
    else:
        route.abort()


@pytest.fixture
def open_phone(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """A phone on which nobody is signed in: `open_phone(java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def get(**options: bool) -> Page:
        contexts.append(chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="en", **options))
        contexts[-1].route("**/*", only_this_machine)
        return contexts[-1].new_page()

    yield get
    for context in contexts:
        context.close()


class Mailbox:
    """An SMTP server that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.letters.append(bytes(envelope.content or b""))
        return "250 kept"

    def newest_code(self, to: str) -> str:
        """The code in the newest letter, which goes to that address."""
        letter = message_from_bytes(self.letters[-1], policy=policy.default)
        assert letter["To"] == to
        body = letter.get_body(("plain",))
        assert body
        found = re.search(r"^    (\d{4} \d{4})\s*$", body.get_content(), re.MULTILINE)
        assert found
        return found[1]


@pytest.fixture
def mailbox(settings: Settings, unused_tcp_port_factory: Callable[[], int]) -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=unused_tcp_port_factory())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield box
    controller.stop()


@pytest.fixture
def unused_tcp_port_factory() -> Callable[[], int]:
    from cards.demo import free_port

    return lambda: free_port(8800)


def agree(page: Page, who: str) -> None:
    """At the provider's own page."""
    expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible()
    page.get_by_role("button", name=who, exact=True).first.click()


def with_town_hall(page: Page, wished: str = "") -> None:
    page.goto("/sign-in/" + (f"?next={wished}" if wished else ""))
    page.get_by_role("button", name="Continue with Town Hall").click()


def by_mail(page: Page, mailbox: Mailbox, email: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Mail me a code").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.get_by_label("Code").fill(mailbox.newest_code(email))
    page.get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def test_the_first_and_the_second_sign_in_with_a_provider(
    open_phone: Callable[..., Page], switch_on: Callable[..., None]
) -> None:
    switch_on(trusted=True)
    page = open_phone()
    with_town_hall(page)
    agree(page, "ada")
    expect(page).to_have_url(FIRST_PAGE)
    again = open_phone(java_script_enabled=False)
    with_town_hall(again, "/account/")
    agree(again, "ada")
    expect(again.get_by_role("heading", name="Sign-in and devices")).to_be_visible()
    assert User.objects.get().email == "ada@example.org"


def test_a_provider_that_is_not_trusted_and_the_code_that_proves_the_address(
    open_phone: Callable[..., Page], switch_on: Callable[..., None], mailbox: Mailbox
) -> None:
    switch_on()
    page = open_phone()
    with_town_hall(page)
    agree(page, "ada")
    expect(page.get_by_text("ada@example.org")).to_be_visible()
    assert not User.objects.exists()
    page.get_by_label("Code").fill(mailbox.newest_code("ada@example.org"))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(FIRST_PAGE)


def test_who_refuses_at_the_provider_has_other_ways_in(
    open_phone: Callable[..., Page], switch_on: Callable[..., None]
) -> None:
    switch_on()
    page = open_phone()
    with_town_hall(page)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_text("You did not let Town Hall sign you in")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_be_visible()


def test_a_forged_state_ends_on_a_page_with_a_way_on(
    open_phone: Callable[..., Page], switch_on: Callable[..., None]
) -> None:
    switch_on(trusted=True)
    page = open_phone()
    with_town_hall(page)
    page.evaluate("history.replaceState({}, '', location.href.replace(/state=[^&]+/, 'state=forged'))")
    page.reload()
    agree(page, "ada")
    expect(page.get_by_text("Signing in with Town Hall did not work")).to_be_visible()
    assert not User.objects.exists()


def test_a_provider_that_is_down_ends_on_a_page_with_a_way_on(
    open_phone: Callable[..., Page], switch_on: Callable[..., None]
) -> None:
    switch_on(at="http://localhost:9")
    page = open_phone()
    with_town_hall(page)
    expect(page.get_by_text("Signing in with Town Hall did not work")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_code_by_mail_for_a_new_address_and_for_a_known_one(
    scripts: bool, open_phone: Callable[..., Page], mailbox: Mailbox
) -> None:
    page = open_phone(java_script_enabled=scripts)
    by_mail(page, mailbox, "nils@example.org")
    expect(page).to_have_url(FIRST_PAGE)
    page = open_phone(java_script_enabled=scripts)
    by_mail(page, mailbox, "nils@example.org")
    expect(page).to_have_url(FIRST_PAGE)
    assert User.objects.count() == 1


def device(page: Page) -> None:
    """A phone that unlocks with a finger that is always there."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_signs_in_alone_and_stands_in_as_second_factor(
    open_phone: Callable[..., Page], mailbox: Mailbox
) -> None:
    page = open_phone()
    device(page)
    by_mail(page, mailbox, "ada@example.org")
    page.goto("/account/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("My phone").first).to_be_visible()
    sign_out(page)
    page.goto("/sign-in/?next=/account/sessions/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()
    sign_out(page)
    by_mail(page, mailbox, "ada@example.org")
    expect(page.get_by_role("heading", name="Is it really you?")).to_be_visible()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url(FIRST_PAGE)
    page.goto("/account/")
    page.get_by_role("link", name="Remove My phone").click()
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()


def test_a_device_that_refuses_leaves_other_ways(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('no'))")
    page.goto("/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()


def test_without_scripts_no_passkey_is_offered(open_phone: Callable[..., Page]) -> None:
    page = open_phone(java_script_enabled=False)
    page.goto("/sign-in/")
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)


def test_staff_come_by_a_link_and_set_up_an_app_before_admin_opens(
    open_phone: Callable[..., Page], live_server: LiveServer, settings: Settings
) -> None:
    settings.STAFF_NEED_SECOND_FACTOR, settings.SITE_URL = True, live_server.url
    page = open_phone()
    page.goto(first_link.link(first_link.make_staff("ann@example.org")))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Staff need a second factor.")).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    assert page.locator(".qr svg").bounding_box()
    page.get_by_text("Type it instead").click()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Authenticator code").fill(TOTP(secret).now())
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="What we look after")).to_be_visible()


def test_the_pages_fit_a_phone(
    open_phone: Callable[..., Page], switch_on: Callable[..., None], mailbox: Mailbox
) -> None:
    switch_on()
    page = open_phone()
    by_mail(page, mailbox, "somebody.with.a.long.address@a-long-name-of-a-host.example.org")
    seen = ["/account/", "/account/address/", "/account/app/", "/account/passkeys/add/", "/account/sessions/"]
    for path in seen:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
        assert page.get_by_role("heading", level=1).count() == 1
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
