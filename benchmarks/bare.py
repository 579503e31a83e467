"""The same visits without any of ours: `python -m benchmarks.bare bare|naive LANES < places`, as JSON.

"bare" is the least that any program must do: requests and lxml, connections kept alive. "naive" is how it is usually
done: a new session for each card, BeautifulSoup.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import requests
from bs4 import BeautifulSoup
from lxml.html import HtmlElement, document_fromstring

from benchmarks.measured import usage

HOME = re.compile(r"/patroninfo~S1/\d+")
Read = Callable[[bytes], tuple[dict[str, str], str]]


def with_lxml(body: bytes) -> tuple[dict[str, str], str]:
    """The form's hidden fields, and all text of all cells."""
    tree: HtmlElement = document_fromstring(body)
    fields = {each.get("name", ""): each.get("value", "") for each in tree.iter("input")}
    return fields, " ".join(cast("HtmlElement", cell).text_content() for cell in tree.iter("td", "th"))


def with_soup(body: bytes) -> tuple[dict[str, str], str]:
    """The same."""
    tree: Any = BeautifulSoup(body, "lxml")
    fields = {each.get("name", ""): each.get("value", "") for each in tree.find_all("input")}
    return fields, " ".join(cell.get_text() for row in tree.find_all("tr") for cell in row.find_all(["td", "th"]))


def visit(session: requests.Session, url: str, login: list[str], read: Read) -> int:
    """One card: the requests that our adapter makes. Returns how many there were."""
    number, pin, name = login
    service = f"{url}/patroninfo~S1/j_acegi_cas_security_check"
    door = f"{url}/iii/cas/login?service={service}&lang=eng&scope=1"
    fields, _ = read(session.get(door).content)
    landing = session.post(door, data={**fields, "name": name, "code": number, "pin": pin})
    read(landing.content)
    home = url + HOME.search(landing.text)[0]  # type: ignore[index]
    lists = ["items", "holds", *(["overdues"] if "/overdues" in landing.text else [])]
    for each in lists:
        read(session.get(f"{home}/{each}").content)
    left = session.get(f"{url}/logout~S1?")
    return 3 + len(lists) + len(landing.history) + len(left.history)


def bare(place: dict[str, Any]) -> int:
    """A lane over one set of connections; cookies are nobody else's."""
    with requests.Session() as session:
        requested = 0
        for login in place["logins"]:
            session.cookies.clear()
            requested += visit(session, place["url"], login, with_lxml)
    return requested


def naive(place: dict[str, Any]) -> int:
    """A lane with a session for each card."""
    requested = 0
    for login in place["logins"]:
        with requests.Session() as session:
            requested += visit(session, place["url"], login, with_soup)
    return requested


def main(way: str, lanes: str) -> None:
    """Prints what it took."""
    places, began = json.load(sys.stdin), time.monotonic()
    with ThreadPoolExecutor(int(lanes)) as pool:
        requested = sum(pool.map({"bare": bare, "naive": naive}[way], places))
    sys.stdout.write(json.dumps({"wall": time.monotonic() - began, "requests": requested, **usage()}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
