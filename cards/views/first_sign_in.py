"""The page behind a link for a first sign-in: choose a password, and be signed in."""

from django.contrib.auth.views import PasswordResetConfirmView
from django.urls import reverse

from cards.first_sign_in import tokens


class FirstSignInView(PasswordResetConfirmView):
    """Only sending the form uses the link up; the token leaves the address before the page is shown."""

    template_name = "cards/first_sign_in.html"
    token_generator = tokens
    reset_url_token = "choose-password"
    post_reset_login = True

    def get_success_url(self) -> str:
        """Staff go to their work, everybody else to their cards."""
        return reverse("admin:index" if self.user and self.user.is_staff else "status")
