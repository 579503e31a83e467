"""What our answers tell browsers: load nothing but ours, send forms nowhere else, and send us no more than a form."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from libraryhippo.browser import MOST_SENT, content_security_policy

pytestmark = pytest.mark.django_db

PAGES = ["/", "/sign-in/", "/about/", "/privacy/", "/no-such-page/"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_allows_nothing_inline_and_nothing_of_others(client: Client, page: str) -> None:
    headers = client.get(page).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.search(r"script-src 'self'(;|$)", policy)
    assert re.search(r"style-src 'self'(;|$)", policy)
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_forms_may_lead_to_the_providers_that_are_switched_on_and_to_no_others() -> None:
    oidc = {"APPS": [{"settings": {"server_url": "https://id.example.org/realms/elm"}}]}
    policy = content_security_policy({"google": {}, "openid_connect": oidc}, ["https://sso.example.org"])
    assert policy["DIRECTIVES"]["form-action"] == [
        "'self'",
        "https://accounts.google.com",
        "https://id.example.org",
        "https://sso.example.org",
    ]
    assert content_security_policy({}, [])["DIRECTIVES"]["form-action"] == ["'self'"]


def test_no_page_of_ours_needs_anything_inline() -> None:
    from django.conf import settings

    inline = re.compile(r"""\sstyle=|\son[a-z]+=["']|<style|<script(?![^>]*(?:\ssrc=|application/json))|hx-on|js:""")
    found = [
        f"{each.relative_to(settings.BASE_DIR)}: {match[0]}"
        for each in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        if "email" not in each.parts and (match := inline.search(each.read_text()))
    ]
    assert not found


@pytest.mark.parametrize("path", ["/sign-in/", "/check/", "/families/new/", "/unsubscribe/x/"])
def test_fifty_megabytes_are_refused_before_they_are_read(client: Client, path: str) -> None:
    answer = client.post(path, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(50 * 2**20))
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "lots", str(MOST_SENT + 1)])
def test_a_length_that_is_none_or_too_much_is_refused(client: Client, length: str) -> None:
    assert client.post("/sign-in/", b"", content_type="text/plain", CONTENT_LENGTH=length).status_code == 413


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(client: Client, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    cookies = client.get(reverse("sign_in")).cookies
    assert cookies
    for each in cookies.values():
        assert (each["httponly"], each["samesite"], each["secure"]) == (True, "Lax", True)
