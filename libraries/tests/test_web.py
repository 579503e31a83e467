"""A visit over HTTP, against real servers on loopback: what it keeps, where it goes, what it refuses."""

import gzip
import json
import re
import socket
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from libraries.errors import (
    BadCertificate,
    CheckError,
    LayoutChanged,
    Misconfigured,
    SiteRefusedUs,
    SiteUnavailable,
)
from libraries.tests.servers import PAGE, Client, Handler, Request, Server, self_signed, serve
from libraries.web import Answer, Connections, Policy, Web

HERE = "127.0.0.1"


def policy(**changes: Any) -> Policy:
    return Policy(**{"user_agent": "LibraryHippo (staff@hippo.example)", "allow_private": True, **changes})


def visit(connections: Connections | None = None, *names: str, seconds: float = 5, **more: Any) -> Web:
    more = {"secure": False, **more}
    return (connections or Connections(policy())).visit(names or (HERE,), seconds=seconds, **more)


def pages(**answers: bytes | tuple[str, dict[str, str]]) -> Handler:
    """A site of these paths: a body, or a status with headers. `/` is the path `home`."""

    def handle(client: Client, request: Request) -> None:
        answer = answers.get(request.path.strip("/").split("?")[0] or "home", PAGE)
        if isinstance(answer, bytes):
            client.reply(answer)
        else:
            client.reply(b"", status=answer[0], **answer[1])

    return handle


def redirect(to: str, status: str = "302 Found") -> tuple[str, dict[str, str]]:
    return status, {"Location": to}


def sends(data: bytes) -> Handler:
    """Whatever is asked, these bytes, then the end of the connection."""

    def handle(client: Client, request: Request) -> None:
        client.send(data)
        client.hang_up()

    return handle


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Gives a name these addresses: `named("elm.example", "127.0.0.1")`."""
    real, known = socket.getaddrinfo, dict[str, tuple[str, ...]]()

    def look_up(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
        return [found for each in known.get(host, (host,)) for found in real(each, port, *args, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return lambda name, *addresses: known.update({name: addresses})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "site.pem", HERE, "elm.example")


@pytest.fixture
def site() -> Iterator[Server]:
    with serve(pages()) as server:
        yield server


def test_a_page_is_read_and_says_what_it_is() -> None:
    body = "<p>Zoë's loans</p>".encode("latin-1")
    with serve(lambda client, _: client.reply(body, Content_Type="text/html; charset=ISO-8859-1")) as server:
        answer = visit().get(server.url + "/loans", params={"number": "2 1234"})
    assert (answer.status, answer.charset, answer.body) == (200, "ISO-8859-1", body)
    assert answer.text == "<p>Zoë's loans</p>"
    assert answer.html().text_content().strip() == "Zoë's loans"
    assert answer.headers["content-type"].startswith("text/html")
    assert server.seen[0].path == "/loans?number=2+1234"
    assert repr(answer) == "<Answer 200 from 127.0.0.1>"


def test_json_and_xml_are_read_and_a_page_instead_of_them_is_a_changed_layout() -> None:
    with serve(pages(json=b'{"total": 0}', xml=b"<a><b/></a>")) as server, visit() as web:
        assert web.get(server.url + "/json").json() == {"total": 0}
        assert web.get(server.url + "/xml").xml().tag == "a"
        page = web.get(server.url + "/page")
    with pytest.raises(LayoutChanged):
        page.json()
    with pytest.raises(LayoutChanged):
        Answer("https://elm.example/", 200, {}, b"<a><b></a>").xml()


def test_every_request_says_who_asks_and_in_which_language(site: Server) -> None:
    visit(language="fr-CA", user_agent="Hippo for Elm Park").get(site.url)
    visit().post(site.url, json={"a": 1}, headers={"accept": "application/json"})
    first, second = site.seen
    assert first.headers["user-agent"] == "Hippo for Elm Park"
    assert first.headers["accept-language"] == "fr-CA"
    assert second.headers["user-agent"] == "LibraryHippo (staff@hippo.example)"
    assert second.headers["accept"] == "application/json"
    assert json.loads(second.body) == {"a": 1}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, SiteUnavailable) for status in (500, 503)),
        *((status, SiteRefusedUs) for status in (401, 403, 429)),
        *((status, LayoutChanged) for status in (300, 304, 404)),
    ],
)
def test_a_status_is_named_by_who_must_act_and_its_page_is_kept(status: int, error: type[CheckError]) -> None:
    with serve(pages(home=(f"{status} So", {}))) as server, visit() as web:
        with pytest.raises(error, match=f"127.0.0.1 answered with status {status}"):
            web.get(server.url)
        assert web.last is not None
        assert web.last.status == status
        assert web.get(server.url, expect={status}).status == status


def test_a_visit_has_its_own_cookies_over_connections_that_are_shared() -> None:
    with serve(pages(home=("200 OK", {"Set_Cookie": "session=first; path=/"}))) as server:
        connections = Connections(policy())
        with visit(connections) as one, visit(connections) as other:
            one.get(server.url)
            assert one.cookie("session") == "first"
            one.get(server.url + "/loans")
            other.get(server.url + "/loans")
            assert other.cookie("session") is None
    assert [each.headers.get("cookie") for each in server.seen] == [None, "session=first", None]
    assert server.connections == 1


def test_a_cookie_for_somebody_elses_site_is_dropped(named: Callable[..., None]) -> None:
    named("www.elm.example", HERE)
    named("oak.elm.example", HERE)
    cookies = "theirs=1; Domain=example.org\r\nSet-Cookie: sister=1; Domain=oak.elm.example\r\nSet-Cookie: own=1"
    with serve(pages(home=("200 OK", {"Set_Cookie": cookies}))) as server:
        web = visit(None, "www.elm.example", "oak.elm.example")
        web.get(f"http://www.elm.example:{server.port}/")
        web.get(f"http://www.elm.example:{server.port}/next")
        web.get(f"http://oak.elm.example:{server.port}/next")
    assert [each.headers.get("cookie") for each in server.seen] == [None, "own=1", None]


def test_a_redirect_after_a_form_is_fetched_without_the_form() -> None:
    with serve(pages(login=("302 Found", {"Location": "account?a=1", "Set_Cookie": "in=1; path=/"}))) as server:
        web = visit()
        answer = web.post(server.url + "/login", {"pin": "0000"}, headers={"X-Own": "1", "Content-Language": "en"})
    assert answer.url == server.url + "/account?a=1"
    assert web.requests == 2
    assert server.seen[1].line == "GET /account?a=1 HTTP/1.1"
    assert server.seen[1].body == b""
    assert server.seen[1].headers["cookie"] == "in=1"
    assert server.seen[1].headers["x-own"] == "1"
    assert not [name for name in server.seen[1].headers if name.startswith("content-")]


def test_a_redirect_that_keeps_the_method_keeps_the_form() -> None:
    with serve(pages(login=redirect("/central", "307 Temporary Redirect"))) as server:
        visit().post(server.url + "/login", {"pin": "0000"})
    assert [each.line.split()[0] for each in server.seen] == ["POST", "POST"]
    assert server.seen[1].body == b"pin=0000"


def test_a_redirect_that_is_expected_is_not_followed() -> None:
    with serve(pages(home=redirect("https://elsewhere.example/?ticket=1"))) as server:
        answer = visit().get(server.url, expect=(302,))
    assert answer.headers["Location"] == "https://elsewhere.example/?ticket=1"


@pytest.mark.parametrize("status", ["302 Found", "308 Permanent Redirect"])
def test_a_foreign_host_is_not_visited(status: str, site: Server, named: Callable[..., None]) -> None:
    named("other.example", HERE)
    foreign = f"http://other.example:{site.port}/catch?token=secret"
    with serve(pages(login=redirect(foreign, status))) as server:
        web = visit()
        with pytest.raises(LayoutChanged) as caught:
            web.post(server.url + "/login", {"pin": "0000"})
    assert str(caught.value) == "the library's site leads to other.example, which is not one of its hosts"
    assert web.last is not None
    assert web.last.headers["Location"] == foreign
    assert site.connections == 0


@pytest.mark.parametrize(
    "link",
    [
        *("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://127.0.0.1/", "https://"),
        *("//other.example/", "http://127.0.0.1@other.example/", "http://other.example\\@127.0.0.1/"),
        *("http://127.0.0.1.other.example/", "http://127.0.0.1%2eother.example/"),
        *("http://me:pin@127.0.0.1/", "http://[::1/", "http://127.0.0.1:x/"),
    ],
)
def test_a_link_that_leads_astray_is_refused(link: str) -> None:
    with serve(pages(home=redirect(link))) as server, pytest.raises(LayoutChanged):
        visit().get(server.url)
    assert len(server.seen) == 1


def test_the_first_address_is_judged_like_a_redirect(site: Server) -> None:
    with pytest.raises(LayoutChanged, match=r"leads to 127\.0\.0\.1"):
        visit(None, "elm.example").get(site.url)
    assert site.connections == 0


def test_endless_redirects_end() -> None:
    with serve(pages(home=redirect("/"))) as server, pytest.raises(LayoutChanged, match="without end"):
        visit().get(server.url)
    assert len(server.seen) == 11


def test_a_library_on_a_private_address_is_refused_before_anything_is_sent(
    site: Server, named: Callable[..., None]
) -> None:
    named("elm.example", HERE, "::ffff:127.0.0.1")
    with pytest.raises(Misconfigured, match=r"elm\.example is not on the public internet"):
        visit(Connections(policy(allow_private=False)), "elm.example").get(f"http://elm.example:{site.port}/")
    with pytest.raises(Misconfigured):
        visit(Connections(policy(allow_private=False)), HERE, "localhost").get(f"http://localhost:{site.port}/")
    assert site.connections == 0


def test_a_site_that_is_not_https_is_told_nothing_where_it_must_be() -> None:
    with serve(pages()) as server, pytest.raises(Misconfigured, match="not https"):
        visit(Connections(policy(plain_http=False))).post(server.url, {"pin": "9876"})
    assert server.connections == 0


def test_the_next_address_is_tried_where_one_refuses(site: Server, named: Callable[..., None]) -> None:
    named("elm.example", "127.0.0.2", "::1", HERE)
    assert visit(None, "elm.example").get(f"http://elm.example:{site.port}/").status == 200


@pytest.mark.parametrize(
    "packed",
    [
        (gzip.compress(PAGE), "gzip"),
        (gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]) + b"\0" * 9, "x-gzip"),
        (zlib.compress(PAGE), "deflate"),
        (zlib.compress(PAGE, wbits=-15), "deflate"),
        (PAGE, "identity"),
    ],
)
def test_a_packed_page_is_unpacked(packed: tuple[bytes, str]) -> None:
    with serve(lambda client, _: client.reply(packed[0], Content_Encoding=packed[1])) as server:
        assert visit().get(server.url).body == PAGE
    assert server.seen[0].headers["accept-encoding"] == "gzip, deflate"


BOMB = gzip.compress(b"\0" * 20 * 2**20)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n300000\r\n" + b"x" * 3 * 2**20 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB,
        b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB,
    ],
    ids=["announced", "chunked", "bomb", "bomb in a redirect"],
)
def test_a_page_that_is_too_large_is_not_read_to_its_end(answer: bytes) -> None:
    with serve(sends(answer)) as server, pytest.raises(LayoutChanged, match="the page is larger than 2 MB"):
        visit(Connections(policy(max_body=2 * 2**20))).get(server.url)


def test_what_is_left_of_a_refused_page_is_not_taken_for_the_next_answer() -> None:
    with serve(pages(huge=b"x" * 3000)) as server, visit(Connections(policy(max_body=2000))) as web:
        with pytest.raises(LayoutChanged):
            web.get(server.url + "/huge")
        assert web.get(server.url).body == PAGE
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE)[:-9],
        b"\x16\x03\x01\x02",
    ],
    ids=["length", "chunks", "gzip", "no HTTP"],
)
def test_an_answer_cut_short_is_not_believed(answer: bytes) -> None:
    with serve(sends(answer)) as server, pytest.raises(SiteUnavailable):
        visit().get(server.url)


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, gzip"])
def test_a_page_packed_in_no_way_we_know_is_a_changed_layout(encoding: str) -> None:
    with serve(lambda client, _: client.reply(Content_Encoding=encoding)) as server, pytest.raises(LayoutChanged):
        visit().get(server.url)


def answers_once(client: Client, request: Request) -> None:
    """The second request of a connection finds it closed, as after a server's idle time-out."""
    if client.asked > 1:
        client.hang_up()
    else:
        client.reply()


def test_a_stale_connection_costs_a_second_request() -> None:
    with serve(answers_once) as server, visit() as web:
        web.get(server.url + "/login")
        assert web.get(server.url + "/loans").body == PAGE
        assert (web.requests, server.connections) == (3, 2)


def test_a_form_is_never_sent_twice() -> None:
    with serve(answers_once) as server, visit() as web:
        web.get(server.url + "/login")
        with pytest.raises(SiteUnavailable, match=r"the connection to 127\.0\.0\.1 broke off"):
            web.post(server.url + "/login", {"pin": "0000"})
    assert [each.line.split()[0] for each in server.seen] == ["GET", "POST"]


def test_a_form_that_found_no_connection_is_tried_once_more() -> None:
    with socket.create_server((HERE, 0)) as free:
        port = free.getsockname()[1]
    web = visit()
    with pytest.raises(SiteUnavailable, match=r"127\.0\.0\.1 could not be reached"):
        web.post(f"http://127.0.0.1:{port}/login?number=2222", {"pin": "0000"})
    assert web.requests == 2


def test_a_site_without_a_good_certificate_gets_nothing(certificate: Path) -> None:
    with serve(pages(), certificate=certificate) as server, pytest.raises(BadCertificate, match="self-signed"):
        visit(secure=True).post(server.url, {"pin": "0000"})
    assert not server.seen


def test_a_certificate_must_be_for_that_host(certificate: Path, named: Callable[..., None]) -> None:
    named("oak.example", HERE)
    connections = Connections(policy(authorities=str(certificate)))
    with serve(pages(), certificate=certificate) as server:
        assert visit(connections, secure=True).get(server.url).status == 200
        with pytest.raises(BadCertificate, match=r"oak\.example could not prove who it is"):
            visit(connections, "oak.example", secure=True).get(f"https://oak.example:{server.port}/")


def test_the_environment_has_no_say(site: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert visit().get(site.url).status == 200


def test_a_proxy_by_policy_is_asked_for_everything(certificate: Path) -> None:
    def tunnel(client: Client, request: Request) -> None:
        client.reply(status="407 Who are you" if request.line.startswith("CONNECT") else "200 OK")

    with serve(tunnel) as proxy:
        connections = Connections(policy(proxy=f"http://hippo:secret@127.0.0.1:{proxy.port}", allow_private=False))
        assert visit(connections, "elm.example").get("http://elm.example/loans").body == PAGE
        with pytest.raises(SiteUnavailable, match=r"^elm\.example could not be reached securely$"):
            visit(connections, "elm.example", secure=True).get("https://elm.example/")
        with pytest.raises(Misconfigured):
            visit(connections, "10.1.2.3").get("http://10.1.2.3/")
    asked = [each.line.rpartition(" HTTP/")[0] for each in proxy.seen[:2]]  # which version, Python's own decides
    assert asked == ["GET http://elm.example/loans", "CONNECT elm.example:443"]
    assert "proxy-authorization" in proxy.seen[0].headers
    with pytest.raises(Misconfigured):
        policy(proxy="socks5://127.0.0.1:1")


def test_nothing_of_the_address_or_the_form_is_in_an_error_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"nonsense 2222\r\n\r\n", b"HTTP/1.1 500 2222\r\n\r\n"]
    for answer in answers:
        with serve(sends(answer)) as server, pytest.raises(CheckError) as caught:
            visit().post(server.url + "/login?number=2222", {"pin": "7777"})
        assert not re.search("2222|7777|login", str(caught.getrepr(style="value")))
    assert not re.search("2222|7777|login", caplog.text)


def test_a_socket_for_other_protocols_obeys_the_same_rules(certificate: Path) -> None:
    connections = Connections(policy(authorities=str(certificate)))
    with serve(lambda client, _: client.trickle(b"a" * 100), certificate=certificate) as server:
        web = visit(connections, seconds=0.4)
        with web.connect(HERE, server.port, tls=True) as sock, sock.makefile("rb") as answer:
            sock.sendall(b"hello\r\n\r\n")
            with pytest.raises(SiteUnavailable, match="in time"):
                answer.read(100)
        with pytest.raises(LayoutChanged), web.connect("other.example", server.port, tls=False):
            pass
    with pytest.raises(SiteUnavailable), visit(connections).connect(HERE, server.port, tls=True):
        pass
