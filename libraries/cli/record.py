"""`python -m libraries record`: one real visit, saved as a scrubbed example; or what a folder of ours reads as."""

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from libraries.account import Login, to_json
from libraries.answer import Answer
from libraries.cli import options_among
from libraries.cli.try_card import AGENT, SECONDS, ask
from libraries.errors import CheckError
from libraries.fetch import Adapter, build_adapter, fetch_account
from libraries.replay import read_example, with_query
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
        return self._keep("GET", with_query(url, how.get("params")), {}, self.web.get(url, **how))

    def post(self, url: str, data: Any = None, **how: Any) -> Answer:
        """As `Web.post`."""
        fields = {} if isinstance(data, str | bytes) else dict(data or how.get("json") or {})
        sent = {name: str(value) for name, value in fields.items()}
        return self._keep("POST", with_query(url, how.get("params")), sent, self.web.post(url, data, **how))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.web, name)

    def _keep(self, method: str, url: str, sent: dict[str, str], answer: Answer) -> Answer:
        self.kept.append((method, url, sent, answer))
        return answer


def run(given: argparse.Namespace) -> int:
    """Visits, shows what was scrubbed, saves only after a yes. For a folder that is there: what it reads as."""
    system, _, case = given.example.partition("/")
    rest, options = options_among(given.words)
    folder = EXAMPLES / system / case
    if rest or not case:
        raise ValueError("write SYSTEM/CASE, then option=value …")
    if folder.exists():
        return expect(folder, given.words)
    adapter = build_adapter(system, options, today=date.today())
    login = ask(adapter)
    recorder, name = _visit(adapter, login)
    scrubber = scrubber_for(login, name)
    files = folder_of(system, options, recorder, scrubber)
    print(*replacements(scrubber, login), sep="\n")
    if input("Nothing of a person left but this? Save it [y/N]? ").lower() != "y":
        return 1
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text)
    return expect(folder)


def _visit(adapter: Adapter, login: Login) -> tuple[Recorder, str]:
    """What was asked and answered, and what the patron is called. A visit that fails is an example too."""
    connections = Connections(Policy(user_agent=AGENT, allow_private=True))
    with connections.visit(adapter.site.hosts_allowed, secure=adapter.site.secure, seconds=SECONDS) as web:
        recorder, name = Recorder(web), login.name or ""
        try:
            name = fetch_account(adapter, login, recorder).patron_name or name  # type: ignore[arg-type]
        except CheckError as error:
            print(f"{type(error).__name__}: {error}")
    if not recorder.kept:
        raise ValueError("no answer to save; a conversation over a bare socket is not recorded")
    return recorder, name


def scrubber_for(login: Login, patron_name: str) -> Scrubber:
    """A scrubber that knows this patron."""
    scrubber = Scrubber()
    scrubber.know([*orders(patron_name), *orders(login.name or "")])
    scrubber.know([(login.number, SAFE["number"]), (login.number.replace(" ", ""), SAFE["number"])])
    scrubber.know([(login.pin, SAFE["pin"])])
    return scrubber


def replacements(scrubber: Scrubber, login: Login) -> list[str]:
    """What became what, for the eyes of whoever sits there; what was typed in secret stays so."""
    typed = {"".join(login.number.split()): "the card number", login.pin: "the PIN"}
    shown = {secret: typed.get("".join(secret.split()), repr(secret)) for secret in scrubber.found}
    return [f"{shown[secret]} becomes {instead!r}" for secret, instead in scrubber.found.items()]


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


def expect(folder: Path, options: Sequence[str] = ()) -> int:
    """Writes what the adapter reads in the folder. The tests fail until somebody has read and signed it."""
    if options:
        raise ValueError(f"{folder} is there already: take another name, or no options to read it anew")
    (folder / "expected.json").write_text("{}")
    try:
        read = to_json(read_example(folder).fetch())
    except CheckError as error:
        read = {"error": type(error).__name__, "message": error.message}
    unread = {"unread": "compare with the pages by eye, then delete this line", **read}
    (folder / "expected.json").write_text(json.dumps(unread, indent=1, ensure_ascii=False) + "\n")
    print(f"Saved in {folder}. Read expected.json against the pages, delete its first line, and run the tests.")
    return 0
