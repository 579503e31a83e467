"""Shows everything at work: invented families, demo libraries, a check over HTTP, the mail, the site."""

import logging
import os
import secrets
import signal
import sys
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from cards import demo
from cards.checking import check_due_cards
from cards.models import User
from cards.progress import PlainReporter
from cards.signing_in import first_link
from libraries.demo import DemoSite, Mode, families
from libraries.demo.families import KITCHENER, REGION, WATERLOO

A_DAY_AGO = timedelta(hours=26)
OURS = "LIBRARYHIPPO_DEMO"
NOT_FOR_THE_DEMO = ("DYNO", "EMAIL_HOST", "LIBRARY_PROXY", "HEARTBEAT_URL", "STAFF_EMAILS", "CONTACT", "TIME_ZONE")


class Command(BaseCommand):
    """Runs in a process of its own, whose settings point to a database and a mail folder of the demo's."""

    help = "Shows everything at work: invented families, demo libraries, a check over HTTP, the mail, the site."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """What a demo may leave out."""
        parser.add_argument("--no-serve", action="store_true", help="all but the site")
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "demo-data", help="for its database and mail"
        )

    def handle(self, **options: Any) -> None:
        """Sets the stage, then plays. Ctrl-C ends it all."""
        if not settings.DEBUG:
            raise CommandError("The demo lets anybody in: it only runs with DEBUG=1 (make demo).")
        folder = options["folder"].resolve()
        if os.environ.get(OURS) != str(folder):
            _start_over(folder)
        for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell had us ignore the first
            signal.signal(number, signal.default_int_handler)
        with suppress(KeyboardInterrupt), ExitStack() as sites:
            self._play(sites, serve=not options["no_serve"])

    def _play(self, sites: ExitStack, *, serve: bool) -> None:
        call_command("migrate", verbosity=0)
        region = self._load(sites)
        self._say("Yesterday", "Our clock is set back by 26 hours. All libraries are up.")
        check_due_cards(now=timezone.now() - A_DAY_AGO, report=PlainReporter(self.stdout))
        region.mode = Mode.DOWN
        self._say("Today", f"{demo.NAMES[REGION]} is down. What was read yesterday stays, and its age is told.")
        status = self._check()
        self._show_mail()
        self._show_logins(region)
        if serve:
            self._serve()
        sys.exit(status)

    def _check(self) -> str | int | None:
        """The exit status of the real command: not 0 where we failed."""
        try:
            call_command("check_cards", stdout=self.stdout)
        except SystemExit as ended:
            return ended.code
        return 0

    def _load(self, sites: ExitStack) -> DemoSite:
        """Starts the sites, and returns the one that will be down."""
        today = timezone.localdate(timezone=ZoneInfo(demo.ZONE))
        invented = families(today)
        catalogue = sites.enter_context(
            DemoSite.webpac(demo.patrons_of(invented, WATERLOO, KITCHENER), today=lambda: today)
        )
        region = sites.enter_context(DemoSite.enterprise(demo.patrons_of(invented, REGION)))
        demo.load(invented, catalogue, region, created=timezone.now() - A_DAY_AGO)
        self._say("Libraries", f"{catalogue.url} (Waterloo and Kitchener), {region.url} (Region)")
        return region

    def _show_mail(self) -> None:
        folder = Path(settings.MAIL_FOLDER)
        mail = demo.letters(folder)
        self._say("Mail", f"{len(mail)} letters lie in {folder}:")
        for each in mail:
            self.stdout.write(f"  {each['To']}: {each['Subject']}")
        body = mail[0].get_body(("plain",)) if mail else None
        if body is not None:
            self.stdout.write("\n" + "".join(f"  | {line}\n" for line in body.get_content().splitlines()))

    def _show_logins(self, region: DemoSite) -> None:
        self._say("The site", settings.SITE_URL)
        people = [email for family in families(timezone.localdate()) for _, email in family.adults]
        for email in people:
            self.stdout.write(f"  sign in as {email}: {self._link(email)}")
        admin = f"{settings.SITE_URL}{reverse('admin:index')}"
        self.stdout.write(f"  or, for {admin}, as {demo.STAFF[1]}: {self._link(demo.STAFF[1])}")
        self.stdout.write(f'  bring the library back: curl {region.url}/__demo__/mode -d \'{{"mode": "up"}}\'')

    def _link(self, email: str) -> str:
        return first_link.demo_link(User.objects.get(email=email))

    def _serve(self) -> None:
        self.stdout.write("  Ctrl-C ends it.")
        self.stdout.flush()
        # So that the logins stay in sight. A filter: runserver sets the level anew.
        logging.getLogger("django.server").addFilter(lambda record: record.levelno >= logging.WARNING)
        port = settings.SITE_URL.rpartition(":")[2]
        with open(os.devnull, "w", encoding="utf-8") as quiet:
            call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True, stdout=quiet)

    def _say(self, heading: str, words: str) -> None:
        self.stdout.write(f"\n{self.style.MIGRATE_HEADING(heading)}: {words}")


def _start_over(folder: Path) -> None:
    """Becomes a process with the demo's settings. Its secrets last as long as it does; its database is made anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("demo.sqlite3*"), *folder.glob("mail/*.eml")):
        old.unlink()
    kept = {name: value for name, value in os.environ.items() if name not in NOT_FOR_THE_DEMO}
    own = {
        OURS: str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "MAIL_FOLDER": str(folder / "mail"),
        "LIBRARY_ALLOW_PRIVATE": "1",
        "SITE_URL": f"http://localhost:{demo.free_port(int(os.environ.get('PORT') or 8000))}",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "CARD_KEYS": secrets.token_urlsafe(48),
        "LOG_LEVEL": "WARNING",
    }
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.argv], {**kept, **own})  # nosec B606
