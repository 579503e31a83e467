"""`python -m libraries record`: one real visit, saved as a scrubbed example folder for the tests."""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from libraries.account import Login, to_json
from libraries.answer import Answer
from libraries.cli import options_among
from libraries.cli.try_card import AGENT, SECONDS, ask
from libraries.errors import CheckError
from libraries.fetch import build_adapter, fetch_account
from libraries.replay import read_example
from libraries.scrub import Scrubber, orders
from libraries.web import Connections, Policy, Web

EXAMPLES = Path(__file__).parent.parent / "tests" / "examples"
SAFE = {"number": "00000000", "pin": "0000", "name": "Patron Example"}
ENDINGS = {"json": "json", "xml": "xml", "plain": "txt"}


class Recorder:
    """Passes a visit's requests on to the web, and keeps what was asked and answered."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.kept: list[tuple[str, str, dict[str, str], Answer]] = []

    def get(self, url: str, **how: Any) -> Answer:
        """As `Web.get`."""
        return self._keep("GET", url, {}, self.web.get(url, **how))

    def post(self, url: str, data: Any = None, **how: Any) -> Answer:
        """As `Web.post`."""
        sent = {name: str(value) for name, value in dict(data or how.get("json") or {}).items()}
        return self._keep("POST", url, sent, self.web.post(url, data, **how))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.web, name)

    def _keep(self, method: str, url: str, sent: dict[str, str], answer: Answer) -> Answer:
        self.kept.append((method, url, sent, answer))
        return answer


def run(given: argparse.Namespace) -> int:
    """Visits, shows what was scrubbed, and saves only after a yes."""
    system, _, case = given.example.partition("/")
    rest, options = options_among(given.words)
    if rest or not case:
        raise ValueError("write SYSTEM/CASE, then option=value …")
    adapter = build_adapter(system, options, today=date.today())
    login = ask(adapter)
    connections = Connections(Policy(user_agent=AGENT, allow_private=True))
    with connections.visit(adapter.site.hosts_allowed, secure=adapter.site.secure, seconds=SECONDS) as web:
        recorder, name = Recorder(web), login.name or ""
        try:
            name = fetch_account(adapter, login, recorder).patron_name or name  # type: ignore[arg-type]
        except CheckError as error:
            print(f"{type(error).__name__}: {error}")
    scrubber = scrubber_for(login, name)
    files = folder_of(system, options, recorder, scrubber)
    print(*(f"{secret!r} becomes {instead!r}" for secret, instead in scrubber.found.items()), sep="\n")
    if input("Nothing of a person left but this? Save it [y/N]? ").lower() != "y":
        return 1
    save(EXAMPLES / system / case, files)
    return 0


def scrubber_for(login: Login, patron_name: str) -> Scrubber:
    """A scrubber that knows this patron."""
    scrubber = Scrubber()
    scrubber.know([*orders(patron_name), *orders(login.name or "")])
    scrubber.know([(login.number, SAFE["number"]), (login.number.replace(" ", ""), SAFE["number"])])
    scrubber.know([(login.pin, SAFE["pin"])])
    return scrubber


def folder_of(system: str, options: dict[str, object], recorder: Recorder, scrubber: Scrubber) -> dict[str, str]:
    """The files of the example, scrubbed, by name."""
    files, exchanges = dict[str, str](), []
    for place, (method, url, sent, answer) in enumerate(recorder.kept, 1):
        kind = answer.headers.get("Content-Type", "").partition(";")[0].rpartition("/")[2]
        file = f"{place}.{ENDINGS.get(kind, 'html')}"
        files[file] = scrubber.scrub(answer.text)
        fields = {scrubber.scrub(name): scrubber.scrub(value) for name, value in sent.items()}
        exchange = {"method": method, "url": scrubber.scrub(url), "landed": scrubber.scrub(answer.url)}
        exchanges.append({**exchange, "status": answer.status, "sent": fields, "file": file})
    visit = {"system": system, "options": options, "today": date.today().isoformat(), "login": SAFE}
    files["visit.json"] = json.dumps({**visit, "exchanges": exchanges}, indent=1, ensure_ascii=False) + "\n"
    return files


def save(folder: Path, files: dict[str, str]) -> None:
    """Writes the folder, with what the adapter reads in it. The tests fail until somebody has read and signed it."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "expected.json").write_text("{}")
    try:
        read = to_json(read_example(folder).fetch())
    except CheckError as error:
        read = {"error": type(error).__name__, "message": error.message}
    unread = {"unread": "compare with the pages by eye, then delete this line", **read}
    (folder / "expected.json").write_text(json.dumps(unread, indent=1, ensure_ascii=False) + "\n")
    print(f"Saved in {folder}. Read expected.json against the pages, delete its first line, and run the tests.")
