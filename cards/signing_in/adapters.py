"""What allauth asks us: where people go, what is mailed, who somebody from a provider is, how secrets are kept."""

import logging
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

from cards import links, post, vault
from cards.models import User
from cards.signing_in import devices, onward, sealed, strangers

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Pages that come next, and mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are only made where an address was proven (persons.py)."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only to our own pages."""
        return onward.is_ours(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where no page was wished for."""
        return onward.begin(request, cast(User, request.user))

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """A passkey first: it is one touch."""
        found = super().get_reauthentication_methods(user)
        return sorted(found, key=lambda each: not each["id"].endswith("webauthn"))

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """Out-of-office replies are not wanted."""
        marked = {"Auto-Submitted": "auto-generated", **(headers or {})}
        known = {**context, "security_url": links.on_site(reverse("security"))}
        return cast(EmailMessage, super().render_mail(template_prefix, email, known, marked))

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """Tells a person what was changed. What was changed stays so when the mail cannot go."""
        try:
            super().send_notification_mail(template_prefix, user, *args, **kwargs)
        except OSError as error:  # all of smtplib's are
            log.warning("A notice of %s was not sent: %s", template_prefix, post.reason(error))


class ProviderAdapter(DefaultSocialAccountAdapter):
    """People who come from a provider."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Finds out who somebody is whom we do not know from there."""
        strangers.meet(request, sociallogin)

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Decided in strangers.py alone."""
        return

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Takes the name, and keeps nothing else of what the provider told."""
        sociallogin.account.extra_data = {}
        user = cast(User, super().populate_user(request, sociallogin, data))
        parts = (data.get("first_name"), data.get("last_name"))
        name = data.get("name") or " ".join(str(part) for part in parts if part)
        user.name = str(name)[:100]
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        """Back to where it was asked for."""
        return reverse("security")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """To the sign-in page, which says what happened and has other ways in."""
        raise ImmediateHttpResponse(strangers.turned_back(request, provider.name, error, extra_context or {}))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets that are sealed, passkeys with names, a picture for the app."""

    def encrypt(self, text: str) -> str:
        """Before it is stored."""
        return sealed.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """After it was read. A secret that no key opens proves nothing, and says so."""
        try:
            return sealed.unseal(encrypted_text)
        except vault.CannotOpen as error:
            raise ValidationError(_("This cannot be checked at the moment. Ask whoever runs this site.")) from error

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """After the device on which it is made."""
        return devices.name_of(context.request.headers.get("User-Agent", ""))

    def build_totp_svg(self, url: str) -> str:
        """The picture to scan, to stand inside a page."""
        code = QRCode(image_factory=SvgPathImage, border=2)
        code.add_data(url)
        return str(code.make_image().to_string(encoding="unicode"))
