"""A link by which somebody of the staff signs in for the first time: it works once, and not for long."""

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from cards.models import User


class FirstSignIn(PasswordResetTokenGenerator):
    """Tokens that end with PASSWORD_RESET_TIMEOUT, the next sign-in, or a change of password or address."""

    key_salt = "cards.first_sign_in"


tokens = FirstSignIn()


def make_staff(email: str) -> User:
    """The person with that address, made if need be, who may now do everything in admin."""
    user = User.objects.filter(email=email.strip().lower()).first() or User.objects.create_user(email)
    user.is_staff = user.is_superuser = user.is_active = True
    user.save(update_fields=["is_staff", "is_superuser", "is_active"])
    return user


def link(user: User) -> str:
    """Where the person chooses a password; opening the page alone does not use it up."""
    where = {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": tokens.make_token(user)}
    return settings.SITE_URL + reverse("first_sign_in", kwargs=where)
