"""`python -m libraries try`: one real visit from the shell."""

import argparse
import getpass
import json
from datetime import date

from libraries.account import Login, to_json
from libraries.cli import options_among
from libraries.fetch import Adapter, build_adapter, fetch_account
from libraries.web import Connections, Policy

SECONDS = 90
AGENT = "LibraryHippo (a patron's own check, by hand)"


def run(given: argparse.Namespace) -> int:
    """Asks for the credentials under the library's own labels, and prints the snapshot."""
    rest, options = options_among(given.words)
    if rest:
        raise ValueError(f"{rest[0]} is not an option; write option=value")
    adapter = build_adapter(given.system, options, today=date.today())
    login = ask(adapter)
    connections = Connections(Policy(user_agent=AGENT, allow_private=True))
    site = adapter.site
    with connections.visit(site.hosts_allowed, secure=site.secure, seconds=SECONDS) as web:
        account = fetch_account(adapter, login, web)
    print(json.dumps(to_json(account), ensure_ascii=False, indent=1))
    return 0


def ask(adapter: Adapter) -> Login:
    """Name where the system asks for one, number and PIN. Nothing is echoed but the name."""
    labels = adapter.labels
    name = input(f"{labels['name']} (empty if the site asks for none): ") if "name" in labels else None
    number = getpass.getpass(f"{labels.get('number', 'Card number')}: ")
    pin = getpass.getpass(f"{labels['pin']} (empty if none): ") if "pin" in labels else ""
    born = input(f"{labels['birth_date']} (YYYY-MM-DD): ") if "birth_date" in labels else ""
    return Login(number=number, pin=pin, name=name or None, birth_date=date.fromisoformat(born) if born else None)
