"""A link by which somebody signs in once, without mail: for the first of the staff, and for whom staff make one."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from cards import roles
from cards.models import User


class OneSignIn(PasswordResetTokenGenerator):
    """Tokens that end with PASSWORD_RESET_TIMEOUT, the next sign-in, or a change of address. Nothing is stored."""

    key_salt = "cards.signing_in.first_link"


tokens = OneSignIn()
_DEMO = signing.Signer(salt="cards.signing_in.demo", sep=".")


def make_staff(email: str, role: str = roles.OWNER) -> User:
    """The person with that address, made if need be, who may now do what staff of that role do; owners, everything."""
    user = User.objects.filter(email=email.strip().lower()).first() or User.objects.create_user(email)
    user.is_staff = user.is_active = True
    user.is_superuser = role == roles.OWNER
    user.save(update_fields=["is_staff", "is_superuser", "is_active"])
    user.groups.set(Group.objects.filter(name=role))
    return user


def link(user: User) -> str:
    """Where the person signs in, once; opening the page alone does not use it up."""
    where = {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": tokens.make_token(user)}
    return settings.SITE_URL + reverse("first_sign_in", kwargs=where)


def person_of(uidb64: str, token: str) -> User | None:
    """Whose link it is, while it works."""
    try:
        user = User.objects.get(pk=int(urlsafe_base64_decode(uidb64)))
    except (ValueError, OverflowError, User.DoesNotExist):
        return None
    return user if user.is_active and tokens.check_token(user, token) else None


def demo_link(user: User) -> str:
    """The demo's links work as often as one likes, while it runs: its secret key is its own."""
    return settings.SITE_URL + reverse("demo_sign_in", args=[_DEMO.sign(str(user.pk))])


def demo_person_of(token: str) -> User | None:
    """Whose link of the demo it is; nobody's anywhere else."""
    if not settings.DEMO:
        return None
    try:
        return User.objects.filter(pk=_DEMO.unsign(token)).first()
    except signing.BadSignature:
        return None
