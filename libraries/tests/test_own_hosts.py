"""Which links are followed, and which addresses are on the public internet."""

import pytest

from libraries.errors import LayoutChanged
from libraries.wire.addresses import is_public
from libraries.wire.hosts import own_hosts

SECURE = own_hosts({"Books.Elm.example", "bücherei.example"}, secure=True)
DEMO = own_hosts({"127.0.0.1"}, secure=False)


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        ("https://books.elm.example/loans?a=1#b", "https://books.elm.example/loans?a=1#b"),
        ("https://books.elm.example:8443/loans", "https://books.elm.example:8443/loans"),
        ("http://books.elm.example/loans?a=1", "https://books.elm.example/loans?a=1"),
        ("http://books.elm.example:80/loans", "https://books.elm.example/loans"),
        ("HTTP://BOOKS.ELM.EXAMPLE./loans", "https://BOOKS.ELM.EXAMPLE./loans"),
        ("http://bücherei.example/", "https://bücherei.example/"),
        ("https://xn--bcherei-n2a.example/", "https://xn--bcherei-n2a.example/"),
    ],
)
def test_a_secure_site_is_only_spoken_to_securely(link: str, followed: str) -> None:
    assert SECURE.link(link) == followed


@pytest.mark.parametrize(
    "link",
    [
        *("http://books.elm.example:8080/", "http://elm.example/", "https://www.books.elm.example/"),
        *("https://books.elm.example.evil.example/", "https://books.elm.example@evil.example/"),
        *("https:///loans", "loans", ""),
    ],
)
def test_any_other_link_is_refused(link: str) -> None:
    with pytest.raises(LayoutChanged):
        SECURE.link(link)


def test_plain_http_is_for_sites_that_are_configured_so() -> None:
    assert DEMO.link("http://127.0.0.1:8001/") == "http://127.0.0.1:8001/"
    with pytest.raises(LayoutChanged):
        SECURE.check("http://books.elm.example/")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%2", "fc00::1", "fec0::1", "ff02::1", "100::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1"),
    ],
)
def test_an_address_that_is_not_public_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909"])
def test_a_public_address_is_known(address: str) -> None:
    assert is_public(address)
