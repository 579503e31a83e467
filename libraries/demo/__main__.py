"""`python -m libraries.demo --webpac 8101 --enterprise 8102`: runs demo sites until they are told to stop."""

import argparse
import json
import signal
import sys
from contextlib import ExitStack
from datetime import datetime
from threading import Event

from libraries.demo.crowd import patrons
from libraries.demo.families import REGION, families
from libraries.demo.patrons import Patron
from libraries.demo.site import DemoSite


def main(argv: list[str] | None = None) -> int:
    """Prints where the sites are, as a line of JSON, and serves until SIGINT or SIGTERM."""
    asked, stop = _parser().parse_args(argv), Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as sites:
        running = {
            "webpac": [sites.enter_context(_webpac(asked, port)) for port in asked.webpac],
            "enterprise": [sites.enter_context(_enterprise(asked, port)) for port in asked.enterprise],
        }
        for each in (site for kind in running.values() for site in kind):
            each.latency = asked.latency
        addresses = {kind: [site.url for site in some] for kind, some in running.items()}
        logins = [[each.number, each.pin, each.name] for each in _crowd(asked)] if asked.logins else None
        sys.stdout.write(json.dumps({**addresses, **({"logins": logins} if logins else {})}) + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m libraries.demo", description=__doc__)
    parser.add_argument(
        "--webpac", metavar="PORT", type=int, action="append", default=[], help="a WebPAC there (0: any port)"
    )
    parser.add_argument(
        "--enterprise", metavar="PORT", type=int, action="append", default=[], help="an Enterprise there"
    )
    parser.add_argument(
        "--patrons", metavar="N", type=int, default=0, help="so many invented patrons beside the families"
    )
    parser.add_argument("--seed", type=int, default=1, help="which patrons (default 1)")
    parser.add_argument("--latency", metavar="SECONDS", type=float, default=0.0, help="before each answer")
    parser.add_argument("--style", choices=("2015", "2021"), default="2015", help="age of the Enterprise")
    parser.add_argument("--logins", action="store_true", help="print number, PIN and name of the invented patrons too")
    return parser


def _crowd(asked: argparse.Namespace) -> tuple[Patron, ...]:
    return patrons(asked.patrons, seed=asked.seed, today=datetime.now().astimezone().date())


def _of_families(*, region: bool) -> tuple[Patron, ...]:
    cards = (card for family in families(datetime.now().astimezone().date()) for card in family.cards)
    return tuple(card.patron for card in cards if (card.library == REGION) is region)


def _webpac(asked: argparse.Namespace, port: int) -> DemoSite:
    return DemoSite.webpac(_of_families(region=False) + _crowd(asked), port=port)


def _enterprise(asked: argparse.Namespace, port: int) -> DemoSite:
    return DemoSite.enterprise(_of_families(region=True) + _crowd(asked), port=port, style=asked.style)


if __name__ == "__main__":
    sys.exit(main())
