"""What the recorder takes out of saved answers, and that the folder it saves is read again."""

import json
from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest

from libraries.account import Login
from libraries.cli import record
from libraries.demo.crowd import patrons
from libraries.demo.site import DemoSite
from libraries.replay import read_example
from libraries.scrub import Scrubber, orders

PAGE = """<p>Maren Lindqvist (LINDQVIST, MAREN)<br>7 Larch Lane<br>519-885-0199 maren.l@mail.example</p>
<p>27000112233445 and 27000 11223 3445, PIN 8642</p>
<td>37001000001111</td><td>37001000002222</td><td>37001000001111</td>
<input type="hidden" name="lt" value="_cTICKET-11ab-22cd">
<a href="/top?ticket=ST-4711-abcdefghijklmnop-cas">DUE 05-02-26</a>"""


def scrubbed() -> str:
    login = Login(number="27000112233445", pin="8642", name="Maren Lindqvist")
    return record.scrubber_for(login, "LINDQVIST, MAREN").scrub(PAGE)


@pytest.mark.parametrize(
    "secret",
    [
        "maren",
        "lindqvist",
        "27000112233445",
        "3445",
        "8642",
        "Larch Lane",
        "885-0199",
        "mail.example",
        "11ab-22cd",
        "abcdefgh",
    ],
)
def test_nothing_of_a_person_is_left(secret: str) -> None:
    assert secret.casefold() not in scrubbed().casefold()


def test_what_the_page_is_made_of_stays() -> None:
    assert 'name="lt"' in scrubbed()
    assert "DUE 05-02-26" in scrubbed()


def test_the_same_becomes_the_same_and_two_stay_two() -> None:
    barcodes = [part.partition("</td>")[0] for part in scrubbed().split("<td>")[1:]]
    assert barcodes[0] == barcodes[2] != barcodes[1]
    assert all(len(each) == 14 and each.isdecimal() for each in barcodes)


def test_a_name_is_known_in_the_orders_that_sites_use() -> None:
    assert {written for written, _ in orders("Maren Ek Lindqvist")} >= {
        "Lindqvist, Maren Ek",
        "Lindqvist Maren Ek",
        "Maren",
    }
    assert orders("") == []


def test_secrets_are_found_as_addresses_and_html_write_them() -> None:
    scrubber = Scrubber()
    scrubber.know([("O'Hara & Ek", "Example")])
    assert scrubber.scrub("O&#x27;Hara &amp; Ek, O%27Hara+%26+Ek") == "Example, Example"


def test_what_was_typed_in_secret_is_not_shown_when_the_rest_is() -> None:
    login = Login(number="27000 112233445", pin="8642", name="Maren Lindqvist")
    scrubber = record.scrubber_for(login, "LINDQVIST, MAREN")
    scrubber.scrub(PAGE)
    said = "\n".join(record.replacements(scrubber, login))
    assert "the card number becomes '00000000'" in said
    assert "the PIN becomes '0000'" in said
    assert "'7 Larch Lane' becomes '1 Example Street'" in said
    assert not any(secret in said for secret in ("27000112233445", "27000 11223 3445", "27000 112233445", "8642"))


def test_a_recorded_visit_is_a_scrubbed_example_that_reads_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [patron] = patrons(1, today=date(2026, 5, 4), loans=3, holds=2)
    with DemoSite.webpac([patron]) as site:
        answers = iter([patron.name, "y"])
        monkeypatch.setattr("builtins.input", lambda _: next(answers))
        secrets = iter([patron.number, patron.pin])
        monkeypatch.setattr("getpass.getpass", lambda _: next(secrets))
        monkeypatch.setattr(record, "EXAMPLES", tmp_path)
        assert record.run(Namespace(example="webpac/mine", words=[f"base_url={site.url}", "scope=3", "dates=mdy"])) == 0
    saved = "".join(each.read_text() for each in (tmp_path / "webpac/mine").iterdir())
    assert patron.number not in saved
    assert patron.name.split()[-1] not in saved
    example = read_example(tmp_path / "webpac/mine")
    assert "unread" in example.expected
    assert len(example.fetch().loans or ()) == len(example.expected["loans"]) == len(patron.loans)
    assert json.loads((tmp_path / "webpac/mine/visit.json").read_text())["login"]["number"] == "00000000"
    (tmp_path / "webpac/mine/expected.json").unlink()
    with pytest.raises(ValueError, match="is there already"):
        record.run(Namespace(example="webpac/mine", words=["base_url=https://elm.example"]))
    assert record.run(Namespace(example="webpac/mine", words=[])) == 0
    assert read_example(tmp_path / "webpac/mine").expected == example.expected
