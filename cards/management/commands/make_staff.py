"""Makes somebody staff, and prints a link for their first sign-in."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from cards import roles
from cards.signing_in import first_link


class Command(BaseCommand):
    """The link works once, and for PASSWORD_RESET_TIMEOUT seconds."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """An address and a role."""
        parser.add_argument("email", help="the address they will sign in with")
        parser.add_argument(
            "--role",
            choices=(roles.SUPPORT, roles.CATALOGUE, roles.OWNER),
            default=roles.OWNER,
            help="support sees families' cards, catalogue looks after libraries, owner does everything (default)",
        )

        parser.add_argument(
            "--forget-second-factor", action="store_true", help="for who lost their phone and their recovery codes"
        )

    def handle(self, *args: Any, email: str, role: str, **options: Any) -> None:
        """Prints nothing but the link and what it is for."""
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address") from error
        user = first_link.make_staff(email, role)
        if options["forget_second_factor"]:
            Authenticator.objects.filter(user=user).delete()
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        self.stdout.write(f"{user.email} may now use admin, as {role}. To sign in, open within {hours} hours, once:")
        self.stdout.write(first_link.link(user))
