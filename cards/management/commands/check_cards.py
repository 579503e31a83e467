"""Checks the cards that are due, then mails what needs doing."""

import json
import sys
import time
from argparse import ArgumentTypeError
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cards import checking, handing, heartbeat, telling
from cards.broker import NoBroker
from cards.database import faults_in_words
from cards.models import Card, Library, Run
from cards.outcomes import OURS
from cards.progress import JsonReporter, PlainReporter, Reporter, TerminalReporter, logs_on_stderr
from cards.stopping import Stop, stopping


class Command(BaseCommand):
    """Thin: checking checks, telling mails. Exit 1 only if we failed: a layout, options, a bug, mail."""

    help = "Checks the cards that are due, then mails what needs doing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The contract's options."""
        parser.add_argument("--card", metavar="ID", help="this card, due or not")
        parser.add_argument("--library", metavar="NAME", help="this library's cards: its short name, or its name")
        parser.add_argument("--all", action="store_true", help="whether they are due or not")
        parser.add_argument("--workers", type=at_least_one, metavar="N", help="so many libraries side by side")
        parser.add_argument("--no-mail", action="store_true", help="check only")
        parser.add_argument("--enqueue", action="store_true", help="hand the work to Celery workers")
        parser.add_argument("--json", action="store_true", help="a JSON object a line for each card, then the totals")

    def handle(self, **options: Any) -> None:
        """Checks, tells, says how it went."""
        with faults_in_words():
            if options["enqueue"]:
                return self._hand_out(options)
            with logs_on_stderr() if options["json"] else nullcontext():
                status = self._check_and_tell(options)
        if status:
            sys.exit(status)
        heartbeat.beat()
        return None

    def _hand_out(self, options: dict[str, Any]) -> None:
        """The same by workers: they note the run, and tell the watching service."""
        if not settings.CELERY_BROKER_URL:
            raise CommandError(
                "No broker is configured (CELERY_BROKER_URL). Without --enqueue, cards are checked here."
            )
        began, now = time.monotonic(), timezone.now()
        try:
            handed = handing.hand_out(checking.scope_of(now, **_asked(options)), now, mail=not options["no_mail"])
        except NoBroker as error:
            raise CommandError(f"The broker cannot be reached: {error}.") from None
        totals = {"checked": 0, "ok": 0, "failed": 0, "mailed": 0, "seconds": round(time.monotonic() - began, 3)}
        if options["json"]:
            self.stdout.write(json.dumps({**totals, "lanes": handed.lanes, "digests": handed.digests}))
        else:
            lanes, digests = (_many(handed.lanes, "lane"), _many(handed.digests, "digest"))
            self.stdout.write(f"Handed to workers: {lanes}, {digests}.")

    def _check_and_tell(self, options: dict[str, Any]) -> int:
        """Returns the exit status."""
        began = time.monotonic()
        with stopping() as stop:
            run = self._check(options, stop)
            failed = run.checks.filter(outcome__in=OURS).exists()
            if run.finished and not options["no_mail"]:
                failed |= _tell(run, stop)
        self._totals(run, time.monotonic() - began, options["json"])
        return 128 + stop.signal if stop.signal else int(failed)

    def _check(self, options: dict[str, Any], stop: Stop) -> Run:
        report = self._reporter(options["json"])
        run = checking.check_due_cards(
            now=timezone.now(),
            **_asked(options),
            workers=options["workers"],
            report=report,
            stopped=stop,
        )
        if isinstance(report, TerminalReporter):
            report.end()
        return run

    def _reporter(self, as_json: bool) -> Reporter:
        if as_json:
            return JsonReporter(self.stdout)
        return TerminalReporter(self.stdout) if self.stdout.isatty() else PlainReporter(self.stdout)

    def _totals(self, run: Run, seconds: float, as_json: bool) -> None:
        totals = {"checked": run.checked, "ok": run.ok, "failed": run.failed, "mailed": run.mailed}
        if as_json:
            self.stdout.write(json.dumps({**totals, "seconds": round(seconds, 3)}))
            return
        stopped = "" if run.finished else "Stopped before the end. "
        counts = f"{run.checked} checked, {run.ok} ok, {run.failed} failed, {run.mailed} mailed"
        self.stdout.write(f"{stopped}{counts}, in {seconds:.1f} s.")


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    """Which cards."""
    return {
        "card": options["card"] and card_to_check(options["card"]),
        "library": options["library"] and library_to_check(options["library"]),
        "everything": options["all"],
    }


def _tell(run: Run, stop: Stop) -> bool:
    """Mails. Whether any of it failed."""
    told = telling.tell(timezone.now(), run=run, stopped=stop)
    run.mailed = told.mailed
    run.save(update_fields=["mailed"])
    return bool(told.failed)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def at_least_one(text: str) -> int:
    """A whole number above zero."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def card_to_check(text: str) -> Card:
    """The card with that id. Raises CommandError, saying what to do, for one that may not be visited."""
    try:
        card = Card.objects.select_related("library").get(pk=UUID(text))
    except (ValueError, Card.DoesNotExist):
        raise CommandError("There is no card of that id. Admin shows each card's id.") from None
    if card.stopped():
        raise CommandError(
            f"Card {card.pk} waits for its patron ({card.get_trouble_display()}): it is not tried again before its "
            'number or PIN is edited, or somebody says "try again" on the page.'
        )
    _refuse_disabled(card.library)
    return card


def library_to_check(name: str) -> Library:
    """The library of that short or full name. Raises CommandError, naming those there are."""
    library = Library.objects.named(name).first()
    if library is None:
        known = ", ".join(Library.objects.values_list("slug", flat=True)) or "none yet (manage.py load_libraries)"
        raise CommandError(f"There is no library {name}. Known: {known}.")
    _refuse_disabled(library)
    return library


def _refuse_disabled(library: Library) -> None:
    if not library.enabled:
        raise CommandError(f"{library} is switched off. Enable it in admin to have its cards checked.")
    if not library.confirmed:
        raise CommandError(f"{library} is not confirmed. Try a card on its page in admin to have its cards checked.")
