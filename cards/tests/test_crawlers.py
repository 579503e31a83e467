"""What search engines may list, and the sign that browsers ask for."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_search_engines_may_list_the_public_pages_and_nothing_else(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines == [
        "User-agent: *",
        *("Allow: /$", "Allow: /about/$", "Allow: /privacy/$", "Allow: /static/"),
        "Disallow: /",
    ]


@pytest.mark.parametrize("where", ["/", "/about/", "/privacy/"])
def test_public_pages_say_what_they_are_and_where_they_belong(where: str, client: Client) -> None:
    page = client.get(where + "?utm_source=x").content.decode()
    assert page.count('<meta name="description" content="') == 1
    assert f'<link rel="canonical" href="http://testserver{where}">' in page
    assert "noindex" not in page


def test_pages_without_a_sign_of_their_own_get_ours(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"] == "/static/hippo.svg"
