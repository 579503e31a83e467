"""Finds the addresses of a library's host, and tells which of them are on the public internet."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

from libraries.errors import Misconfigured, SiteTooSlow, SiteUnavailable
from libraries.wire.limits import LATE, current

# IPv4 behind IPv6-only networks, RFC 6052
NAT64 = IPv6Network("64:ff9b::/96")


class Address(NamedTuple):
    """One place where a host may be reached, as `socket` wants it."""

    family: socket.AddressFamily
    sockaddr: tuple[Any, ...]


def addresses(host: str, port: int, *, public: bool) -> list[Address]:
    """All addresses of `host`; those on the public internet where `public`.

    Raises Misconfigured where `public` and there is none such, SiteUnavailable where the name is unknown or its
    look-up takes longer than the limits in force allow.
    """
    found = _looked_up(host, port)
    fitting = [each for each in found if not public or is_public(each.sockaddr[0])]
    if not fitting:
        raise Misconfigured(f"{host} is not on the public internet")
    return fitting


def _looked_up(host: str, port: int) -> list[Address]:
    # No operating system can be told to give up a look-up, so it is left behind in its thread
    answers: SimpleQueue[list[Address] | None] = SimpleQueue()
    Thread(target=_look_up, args=(host, port, answers), daemon=True, name="look-up").start()
    try:
        found = answers.get(timeout=current().wait())
    except Empty:
        raise SiteTooSlow(LATE) from None
    if not found:
        raise SiteUnavailable(f"the name {host} is not known")
    return found


def _look_up(host: str, port: int, answers: "SimpleQueue[list[Address] | None]") -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answers.put([Address(family, sockaddr) for family, _, _, _, sockaddr in found])
    except (OSError, UnicodeError):
        answers.put(None)


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet, and so is an IPv4 address wrapped in it."""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    wrapped = _wrapped(address)
    if wrapped:
        return all(is_public(str(each)) for each in wrapped)
    # 2000::/3 is all that was ever given out, RFC 4291
    return address.is_global and address in IPv6Network("2000::/3")


def _wrapped(address: IPv6Address) -> list[IPv4Address]:
    if address in NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    wrapped = address.ipv4_mapped or address.sixtofour
    return [wrapped] if wrapped else list(address.teredo or ())


def refuse_private_name(host: str) -> None:
    """For a proxy, which looks names up itself: judges what the name alone tells. Raises Misconfigured."""
    try:
        fine = is_public(host)
    except ValueError:
        fine = "." in host and not host.lower().rstrip(".").endswith((".localhost", ".local", ".internal"))
    if not fine:
        raise Misconfigured(f"{host} is not on the public internet")
