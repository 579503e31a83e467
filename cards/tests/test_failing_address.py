"""An address that refuses our mail: asked every day for a week, then once a week; and the page says so."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from cards.models import User
from cards.occasions import due_now

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 6, 4, tzinfo=ZoneInfo("America/Toronto"))
DAY = timedelta(days=1)


@pytest.fixture
def ada(make_user: Callable[..., Any], make_family: Callable[..., Any]) -> User:
    user: User = make_user(name="Ada", email="ada@example.org", mail_failing_reason="SMTPRecipientsRefused 550")
    make_family(people=[user])
    return user


@pytest.mark.parametrize(
    ("failing_for", "refused_ago", "is_asked"),
    [(0, 0, True), (3, 1, True), (8, 1, False), (30, 6, False), (30, 8, True)],
)
def test_a_failing_address_is_asked_daily_for_a_week_then_weekly(
    ada: User, failing_for: int, refused_ago: int, is_asked: bool
) -> None:
    ada.mail_failing_since, ada.mail_refused_at = NOW - failing_for * DAY, NOW - refused_ago * DAY
    ada.save()
    assert [each.user_id for each in due_now(NOW, sparse=False)] == ([ada.pk] if is_asked else [])


def test_the_page_tells_the_person_that_their_address_refuses_mail(ada: User, client: Client) -> None:
    client.force_login(ada)
    assert "Your mail comes back" not in client.get("/").content.decode()
    ada.mail_failing_since = ada.mail_refused_at = NOW
    ada.save()
    page = client.get("/").content.decode()
    assert "Your mail comes back" in page
    assert "ada@example.org" in page
