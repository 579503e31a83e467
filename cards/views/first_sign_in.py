"""The page behind the link of make_staff: choose a password, and be signed in to admin."""

from django.contrib.auth.views import PasswordResetConfirmView
from django.urls import reverse_lazy

from cards.first_sign_in import tokens


class FirstSignInView(PasswordResetConfirmView):
    """Only sending the form uses the link up; the token leaves the address before the page is shown."""

    template_name = "cards/first_sign_in.html"
    token_generator = tokens
    reset_url_token = "choose-password"
    post_reset_login = True
    success_url = reverse_lazy("admin:index")
